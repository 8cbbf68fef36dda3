import { describe, expect, test } from 'vitest'
import { visibilityTo } from '../../../src/control-plane/resolve/visibility.ts'
import { inNamespace, servedRoutes, translated } from '../translate/served-routes.ts'

describe('the edge in istio-system sees', () => {
  test.each([
    { title: 'what names nobody', namespace: 'shop', exportTo: [], expected: 'public' },
    { title: 'what is for all', namespace: 'shop', exportTo: ['*'], expected: 'public' },
    { title: 'what is for its namespace', namespace: 'shop', exportTo: ['x', 'istio-system'], expected: 'exported' },
    { title: 'what stays in its namespace', namespace: 'istio-system', exportTo: ['.'], expected: 'private' },
    { title: 'that by its name, too', namespace: 'istio-system', exportTo: ['istio-system'], expected: 'private' },
    { title: 'nothing that stays elsewhere', namespace: 'shop', exportTo: ['.'], expected: 'hidden' },
    { title: 'nothing that is for another', namespace: 'shop', exportTo: ['x'], expected: 'hidden' },
    { title: 'nothing of its own that is for another', namespace: 'istio-system', exportTo: ['x'], expected: 'hidden' },
    { title: 'nothing that is for no one', namespace: 'istio-system', exportTo: ['~'], expected: 'hidden' },
  ])('$title', ({ namespace, exportTo, expected }) => {
    expect(visibilityTo('istio-system', { namespace, spec: { exportTo } })).toBe(expected)
  })
})

const virtualService = (namespace: string, name: string, exportTo: string) =>
  inNamespace(
    namespace,
    'VirtualService',
    name,
    `{ hosts: [a.test], ${exportTo}http: [{ name: ${name}, match: [{ uri: { prefix: / }, method: { exact: GET } }], directResponse: { status: 200 } }] }`,
  )

test('of one host, private rules come before exported ones, and these before public ones', () => {
  const routes = servedRoutes([
    virtualService('shop', 'a-public', ''),
    virtualService('shop', 'b-exported', 'exportTo: [istio-system], '),
    virtualService('istio-system', 'c-private', 'exportTo: ["."], '),
    virtualService('shop', 'd-hidden', 'exportTo: ["."], '),
  ])
  expect(routes.map(route => route.split(' | ')[1])).toEqual(['c-private', 'b-exported', 'a-public'])
})

const service = (namespace: string, address: string, exportTo = '') =>
  inNamespace(
    namespace,
    'ServiceEntry',
    `se-${address}`,
    `{ hosts: [b.test], ${exportTo}ports: [{ number: 80, name: http, protocol: HTTP }], resolution: DNS, endpoints: [{ address: ${address}.test }] }`,
  )
const route = inNamespace(
  'shop',
  'VirtualService',
  'shop',
  '{ hosts: [a.test], http: [{ route: [{ destination: { host: b.test } }] }] }',
)

describe('a destination', () => {
  test.each([
    { title: 'is known where its ServiceEntry is seen', services: [service('x', 'one')], expected: ['one.test'] },
    {
      title: 'is unknown where its ServiceEntry is for others',
      services: [service('shop', 'one', 'exportTo: ["."], ')],
      expected: undefined,
    },
    {
      title: 'is that of the edge’s own namespace before a public one',
      services: [service('shop', 'one'), service('istio-system', 'two', 'exportTo: ["."], ')],
      expected: ['two.test'],
    },
    {
      title: 'is one that is exported to the edge before a public one',
      services: [service('shop', 'one'), service('x', 'two', 'exportTo: [istio-system], ')],
      expected: ['two.test'],
    },
  ])('$title', ({ services, expected }) => {
    const [cluster] = translated([route, ...services]).clusters.values()
    expect(cluster!.isKnown ? cluster!.endpoints.map(({ address }) => address) : undefined).toEqual(expected)
  })
})

describe('a Gateway', () => {
  const documents = [
    inNamespace(
      'shop',
      'Gateway',
      'edge',
      '{ selector: { istio: ingress }, servers: [{ port: { number: 8080, name: http, protocol: HTTP }, hosts: ["*"] }] }',
    ),
    inNamespace(
      'shop',
      'VirtualService',
      'a',
      '{ hosts: [a.test], gateways: [edge], http: [{ directResponse: { status: 200 } }] }',
    ),
  ]
  test.each([
    { title: 'is served by an edge without labels', labels: {}, count: 1 },
    { title: 'is served by an edge with the labels it selects', labels: { istio: 'ingress', app: 'x' }, count: 1 },
    { title: 'is not served by an edge with others', labels: { istio: 'egress' }, count: 0 },
  ])('$title', ({ labels, count }) => {
    expect(servedRoutes(documents, labels)).toHaveLength(count)
  })
})
