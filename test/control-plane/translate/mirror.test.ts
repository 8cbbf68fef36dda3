import { describe, expect, test } from 'vitest'
import { forwardOf, inNamespace, translated } from './served-routes.ts'

const one = (percent: number) => [{ cluster: 'outbound|80||m.shop.svc.cluster.local', percent }]

describe('a mirror', () => {
  test.each([
    { title: 'gets everything unless it says otherwise', rule: 'mirror: { host: m }', expected: one(100) },
    {
      title: 'gets its percentage',
      rule: 'mirror: { host: m }, mirrorPercentage: { value: 10.5 }',
      expected: one(10.5),
    },
    { title: 'gets the deprecated whole percent', rule: 'mirror: { host: m }, mirrorPercent: 7', expected: one(7) },
    {
      title: 'gets its percentage where both are there',
      rule: 'mirror: { host: m }, mirrorPercent: 7, mirrorPercentage: { value: 9 }',
      expected: one(9),
    },
    {
      title: 'is off where either is 0 and counts',
      rule: 'mirror: { host: m }, mirrorPercent: 100, mirrorPercentage: { value: 0 }',
      expected: undefined,
    },
    { title: 'is off at 0 percent', rule: 'mirror: { host: m }, mirrorPercent: 0', expected: undefined },
    {
      title: 'is off where the percentage has no value',
      rule: 'mirror: { host: m }, mirrorPercentage: {}',
      expected: undefined,
    },
    {
      title: 'is found by subset and port',
      rule: 'mirror: { host: m.test, subset: v2, port: { number: 81 } }',
      expected: [{ cluster: 'outbound|81|v2|m.test', percent: 100 }],
    },
    { title: 'there is none by default', rule: '', expected: undefined },
    { title: 'is none where only its percentage is there', rule: 'mirrorPercent: 5', expected: undefined },
  ])('$title', ({ rule, expected }) => {
    expect(forwardOf(rule).action.mirrors).toEqual(expected)
  })

  test('that nothing declares is a cluster that is not known', () => {
    const { clusters } = forwardOf('mirror: { host: m.test }')
    expect(clusters.get('outbound|80||m.test')).toEqual({ name: 'outbound|80||m.test', isKnown: false, endpoints: [] })
  })

  test('that is off is no cluster', () => {
    expect([...forwardOf('mirror: { host: m.test }, mirrorPercent: 0').clusters.keys()]).toEqual([
      'outbound|80||b.shop.svc.cluster.local',
    ])
  })
})

test('each of several mirrors has its percentage, in their order, without those that are off', () => {
  const { action } = forwardOf(`mirrors: [
    { destination: { host: a.test }, percentage: { value: 0.5 } }, { destination: { host: b.test } },
    { destination: { host: c.test }, percentage: { value: 0 } }, { destination: { host: d.test }, percentage: {} }]`)
  expect(action.mirrors).toEqual([
    { cluster: 'outbound|80||a.test', percent: 0.5 },
    { cluster: 'outbound|80||b.test', percent: 100 },
  ])
})

describe('under a delegate', () => {
  /** The mirrors of the one route that a root and its delegate make. */
  const mirrorsOf = (root: string, child: string) => {
    const { listeners } = translated([
      inNamespace('shop', 'VirtualService', 'root', `{ hosts: [a.test], http: [{ delegate: { name: c }, ${root} }] }`),
      inNamespace('shop', 'VirtualService', 'c', `{ http: [{ route: [{ destination: { host: b } }], ${child} }] }`),
    ])
    const { action } = listeners[0]!.virtualHosts[0]!.routes[0]!
    return action.kind === 'forward' ? action.mirrors?.map(({ cluster, percent }) => `${cluster} ${percent}`) : []
  }

  test.each([
    {
      title: 'the root’s mirror counts where the rule has none',
      root: 'mirror: { host: m.test }, mirrorPercent: 5',
      child: 'name: x',
      expected: ['outbound|80||m.test 5'],
    },
    {
      title: 'the rule’s own mirror outdoes the root’s, but takes the root’s percentage',
      root: 'mirror: { host: m.test }, mirrorPercentage: { value: 5 }',
      child: 'mirror: { host: n.test }',
      expected: ['outbound|80||n.test 5'],
    },
    {
      title: 'a percentage of the rule is for the root’s mirror, too',
      root: 'mirror: { host: m.test }',
      child: 'mirrorPercentage: { value: 7 }',
      expected: ['outbound|80||m.test 7'],
    },
    {
      title: 'the root’s percentage outdoes the rule’s whole percent',
      root: 'mirror: { host: m.test }, mirrorPercentage: { value: 5 }',
      child: 'mirrorPercent: 50',
      expected: ['outbound|80||m.test 5'],
    },
    {
      title: 'the root’s list counts where the rule has none',
      root: 'mirrors: [{ destination: { host: m.test } }]',
      child: 'name: x',
      expected: ['outbound|80||m.test 100'],
    },
    {
      title: 'the rule’s list replaces the root’s',
      root: 'mirrors: [{ destination: { host: m.test } }]',
      child: 'mirrors: [{ destination: { host: n.test } }]',
      expected: ['outbound|80||n.test 100'],
    },
    {
      title: 'a mirror of the one and a list of the other both count',
      root: 'mirror: { host: m.test }, mirrorPercent: 5',
      child: 'mirrors: [{ destination: { host: n.test } }]',
      expected: ['outbound|80||m.test 5', 'outbound|80||n.test 100'],
    },
  ])('$title', ({ root, child, expected }) => {
    expect(mirrorsOf(root, child)).toEqual(expected)
  })
})
