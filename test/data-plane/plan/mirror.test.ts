import { describe, expect, test } from 'vitest'
import { compile } from '../../../src/control-plane/compile/compile.ts'
import { planRequest } from '../../../src/data-plane/plan/plan-request.ts'
import type { ForwardAction } from '../../../src/fib/action.ts'
import type { Mirror } from '../../../src/fib/mirror.ts'
import { headerLinesOf } from '../../../src/fib/request-head.ts'
import { openTable } from '../../../src/fib/view.ts'

const endpoint = { scheme: 'http', address: '192.0.2.1', port: 80, weight: 1 } as const
const origin = { file: 'x.yaml', start: { line: 1, column: 1, offset: 0 }, end: { line: 1, column: 1, offset: 0 } }
const clusters = new Map(
  [
    { name: 'a', isKnown: true, endpoints: [endpoint] },
    { name: 'b', isKnown: true, endpoints: [endpoint] },
    { name: 'empty', isKnown: true, endpoints: [] },
    { name: 'unknown', isKnown: false, endpoints: [] },
  ].map(cluster => [cluster.name, cluster]),
)

/** Plans requests for `http://a.test/` by a table of one route. */
function planner(action: Partial<ForwardAction<string>>) {
  const forward = { kind: 'forward', destinations: [{ cluster: 'a', weight: 1 }], ...action } as const
  const routes = [{ name: 'r', match: { conditions: [] }, action: forward, origin }]
  const listeners = [{ name: 'default', protocol: 'http', virtualHosts: [{ domains: ['a.test'], routes }] }] as const
  const table = openTable(compile({ listeners, clusters }))
  const head = { method: 'GET', scheme: 'http', authority: 'a.test', host: 'a.test', port: 80, path: '/' } as const
  return (random: () => number, headers: readonly (readonly [string, string])[] = [], method = 'GET') =>
    planRequest(table, { ...head, method, query: undefined, headers: headerLinesOf(headers) }, random)
}

const to = (cluster: string, percent = 100): Mirror<string> => ({ cluster, percent })

describe('a mirror', () => {
  test.each([
    { title: 'of everything needs no luck', mirrors: [to('b')], draws: [], expected: ['b'] },
    { title: 'gets what is drawn below its percentage', mirrors: [to('b', 5)], draws: [0.049], expected: ['b'] },
    { title: 'gets nothing at its percentage', mirrors: [to('b', 5)], draws: [0.05], expected: [] },
    {
      title: 'is drawn by itself, in the order of the list',
      mirrors: [to('b', 50), to('a'), to('a', 10), to('b', 10)],
      draws: [0.6, 0.05, 0.2],
      expected: ['a', 'a'],
    },
    {
      title: 'without a cluster or an endpoint is left out',
      mirrors: [to('unknown'), to('empty'), to('b')],
      draws: [],
      expected: ['b'],
    },
    {
      title: 'that is left out is drawn nonetheless: the others do not depend on it',
      mirrors: [to('unknown', 50), to('b', 50)],
      draws: [0.9, 0.1],
      expected: ['b'],
    },
    { title: 'may be one of none', mirrors: undefined, draws: [], expected: [] },
  ])('$title', ({ mirrors, draws, expected }) => {
    const left = [...draws]
    const plan = planner({ ...(mirrors && { mirrors }) })(() => left.shift() ?? Number.NaN)
    expect(plan.kind === 'forward' && plan.mirrors.map(({ name }) => name)).toEqual(expected)
    expect(left).toEqual([])
  })

  test('is drawn after the destination and the fault', () => {
    const left = [0.9, 0.1, 0.9, 0.2]
    const plan = planner({
      destinations: [
        { cluster: 'a', weight: 1 },
        { cluster: 'b', weight: 1 },
      ],
      fault: { delay: { durationMs: 5, percent: 50 }, abort: { status: 500, percent: 50 } },
      mirrors: [to('a', 30)],
    })(() => left.shift() ?? Number.NaN)
    expect(plan).toMatchObject({ kind: 'forward', delayMs: 5, cluster: { name: 'b' }, mirrors: [{ name: 'a' }] })
  })

  test('gets its share of 100,000 requests, whatever the others get', () => {
    const requests = 100_000
    const mirrors = [to('a', 10.5), to('b', 50), to('a', 0.1)]
    const plan = planner({ mirrors })
    const random = seeded(7)
    // All mirrors at once: each combination of them is one outcome.
    const counts = new Map<string, number>()
    for (let request = 0; request < requests; request++) {
      const planned = plan(random)
      const names = planned.kind === 'forward' ? planned.mirrors.map(({ name }) => name).join() : '-'
      counts.set(names, (counts.get(names) ?? 0) + 1)
    }
    const [p, q, r] = mirrors.map(({ percent }) => percent / 100) as [number, number, number]
    const expected = {
      '': (1 - p) * (1 - q) * (1 - r),
      a: p * (1 - q) * (1 - r) + (1 - p) * (1 - q) * r,
      b: (1 - p) * q * (1 - r),
      'a,b': p * q * (1 - r),
      'b,a': (1 - p) * q * r,
      'a,a': p * (1 - q) * r,
      'a,b,a': p * q * r,
    }
    expect(Object.keys(expected)).toEqual(expect.arrayContaining([...counts.keys()]))
    const chiSquare = Object.entries(expected).reduce((sum, [names, share]) => {
      const wanted = share * requests
      return sum + ((counts.get(names) ?? 0) - wanted) ** 2 / wanted
    }, 0)
    // The chi-square quantile for 6 degrees of freedom, at a probability of 1e-6 of a false alarm.
    expect(chiSquare).toBeLessThan(38.26)
  })
})

describe('no copy is made', () => {
  const mirrors = [to('b')]
  test.each([
    { title: 'of what a fault aborts', action: { fault: { abort: { status: 500, percent: 100 } } }, expected: 500 },
    {
      title: 'of a request for an unknown cluster',
      action: { destinations: [{ cluster: 'unknown', weight: 1 }] },
      expected: 503,
    },
    {
      title: 'of a request for a cluster without endpoints',
      action: { destinations: [{ cluster: 'empty', weight: 1 }] },
      expected: 503,
    },
  ])('$title', ({ action, expected }) => {
    const plan = planner({ ...action, mirrors })(() => Number.NaN)
    expect(plan).toMatchObject({ kind: 'refuse', status: expected })
    expect(plan).not.toHaveProperty('mirrors')
  })

  test('of a preflight that is answered here', () => {
    const cors = {
      allowOrigins: [{ kind: 'present' }],
      allowsCredentials: false,
      answersUnmatchedPreflights: false,
    } as const
    const preflight = [
      ['origin', 'https://a.example'],
      ['access-control-request-method', 'GET'],
    ] as const
    const plan = planner({ cors, mirrors })(() => Number.NaN, preflight, 'OPTIONS')
    expect(plan).toMatchObject({ kind: 'answer', details: 'cors_response' })
    expect(plan).not.toHaveProperty('mirrors')
  })
})

test('requests without a copy share one empty list, that nobody can add to', () => {
  const none = planner({})(() => 0)
  const unlucky = planner({ mirrors: [to('b', 5)] })(() => 0.5)
  const lists = [none, unlucky].map(plan => plan.kind === 'forward' && plan.mirrors)
  expect(lists[0]).toBe(lists[1])
  expect(Object.isFrozen(lists[0])).toBe(true)
})

/** A small generator with a seed (mulberry32), so that a share that is off is off every time. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
