import { describe, expect, test } from 'vitest'
import { inNamespace, translated } from '../translate/served-routes.ts'

const service = inNamespace(
  'shop',
  'ServiceEntry',
  'b',
  '{ hosts: [b.test], ports: [{ number: 80, name: http, protocol: HTTP }], resolution: DNS, endpoints: [{ address: v1.test, labels: { version: v1 } }, { address: v2.test, labels: { version: v2 } }] }',
)
const route = inNamespace(
  'shop',
  'VirtualService',
  'shop',
  '{ hosts: [a.test], http: [{ route: [{ destination: { host: b.test, subset: s } }] }] }',
)
/** A rule that makes subset `s` of its host the endpoints of a version. */
const rule = (namespace: string, name: string, version: string, more = '', host = 'b.test') =>
  inNamespace(
    namespace,
    'DestinationRule',
    name,
    `{ host: "${host}", ${more}subsets: [{ name: s, labels: { version: ${version} } }] }`,
  )
const privately = 'exportTo: ["."], '
const selecting = (app: string) => `workloadSelector: { matchLabels: { app: ${app} } }, `

describe('the subset of a destination is that', () => {
  test.each([
    { title: 'of the service’s namespace', rules: [rule('shop', 'a', 'v1'), rule('x', 'b', 'v2')], expected: 'v1' },
    {
      title: 'of the service’s namespace before the root namespace',
      rules: [rule('istio-system', 'a', 'v2'), rule('shop', 'b', 'v1')],
      expected: 'v1',
    },
    { title: 'of the root namespace otherwise', rules: [rule('istio-system', 'a', 'v2')], expected: 'v2' },
    {
      title: 'of a rule that stays in the edge’s namespace before all others',
      rules: [rule('shop', 'a', 'v1'), rule('istio-system', 'b', 'v2', privately)],
      expected: 'v2',
    },
    {
      title: 'of a wildcard in the service’s namespace before an exact host in the root namespace',
      rules: [rule('shop', 'a', 'v1', '', '*.test'), rule('istio-system', 'b', 'v2')],
      expected: 'v1',
    },
    {
      title: 'of no rule that stays in another namespace',
      rules: [rule('shop', 'a', 'v1', privately)],
      expected: undefined,
    },
    {
      title: 'of the root namespace where the service’s keeps its own',
      rules: [rule('shop', 'a', 'v1', privately), rule('istio-system', 'b', 'v2')],
      expected: 'v2',
    },
    {
      title: 'of a rule that is exported to the edge by name',
      rules: [rule('shop', 'a', 'v1', 'exportTo: [istio-system], ')],
      expected: 'v1',
    },
    {
      title: 'of no rule for another namespace, and then of no wider one beside it',
      rules: [rule('shop', 'a', 'v1', 'exportTo: [x], '), rule('shop', 'b', 'v2', '', '*.test')],
      expected: undefined,
    },
    {
      title: 'of the first of two rules, by name',
      rules: [rule('shop', 'b', 'v2'), rule('shop', 'a', 'v1')],
      expected: 'v1',
    },
    {
      title: 'of a rule that selects the edge before one for all',
      rules: [rule('istio-system', 'a', 'v1', privately), rule('istio-system', 'b', 'v2', selecting('edge'))],
      expected: 'v2',
    },
    {
      title: 'of no rule that selects others',
      rules: [rule('istio-system', 'a', 'v1', privately), rule('istio-system', 'b', 'v2', selecting('other'))],
      expected: 'v1',
    },
    {
      title: 'of no rule that selects workloads of another namespace',
      rules: [rule('shop', 'a', 'v1', selecting('edge'))],
      expected: undefined,
    },
  ])('$title', ({ rules, expected }) => {
    const [cluster] = translated([route, service, ...rules], { app: 'edge' }).clusters.values()
    expect(cluster!.isKnown ? cluster!.endpoints.map(({ address }) => address) : undefined).toEqual(
      expected && [`${expected}.test`],
    )
  })
})
