import { describe, expect, test } from 'vitest'
import { compileRoutes } from '../../../src/control-plane/compile-routes.ts'
import { sourceFiles } from '../source-files.ts'
import { inNamespace } from '../translate/served-routes.ts'

const findings = (document: string, labels = {}) =>
  compileRoutes(sourceFiles({ 'a.yaml': document }), { identity: { namespace: 'edge', labels } })
    .diagnostics.filter(({ code }) => code === 'SB5001')
    .map(({ severity, path, message }) => `${severity} ${path}: ${message}`)

const rule = (more: string) => inNamespace('shop', 'DestinationRule', 'a', `{ host: a.test, ${more} }`)
const virtualService = (hosts: string) =>
  inNamespace('shop', 'VirtualService', 'a', `{ ${hosts}exportTo: ["."], http: [{ directResponse: { status: 200 } }] }`)
const gateway = inNamespace(
  'shop',
  'Gateway',
  'a',
  '{ selector: { app: x }, servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: ["*"] }] }',
)

describe('a resource that is not for this edge is told', () => {
  test.each([
    {
      title: 'a VirtualService that stays in its namespace',
      document: virtualService('hosts: [a.test], '),
      expected: ['info spec.exportTo: VirtualService shop/a is not exported to the edge\'s namespace "edge"'],
    },
    { title: 'not a delegate: its root must see it, not the edge', document: virtualService(''), expected: [] },
    {
      title: 'a DestinationRule for another namespace',
      document: rule('exportTo: [x]'),
      expected: ['info spec.exportTo: DestinationRule shop/a is not exported to the edge\'s namespace "edge"'],
    },
    {
      title: 'a DestinationRule for other workloads',
      document: rule('workloadSelector: { matchLabels: { app: x } }'),
      expected: [
        'info spec.workloadSelector: DestinationRule shop/a is for workloads with other labels than the edge has',
      ],
    },
    { title: 'no Gateway where the edge has no labels', document: gateway, expected: [] },
    {
      title: 'a Gateway that selects other labels than the edge’s',
      document: gateway,
      labels: { app: 'y' },
      expected: ['info spec.selector: Gateway shop/a is for workloads with other labels than the edge has'],
    },
  ])('$title', ({ document, labels, expected }) => {
    expect(findings(document, labels)).toEqual(expected)
  })
})

test('a destination whose host is not exported to the edge is told so', () => {
  const documents = [
    inNamespace(
      'shop',
      'VirtualService',
      'a',
      '{ hosts: [a.test], http: [{ route: [{ destination: { host: b.test } }] }] }',
    ),
    inNamespace(
      'shop',
      'ServiceEntry',
      'b',
      '{ hosts: [b.test], exportTo: ["."], ports: [{ number: 80, name: http, protocol: HTTP }], resolution: DNS }',
    ),
  ]
  const { diagnostics } = compileRoutes(sourceFiles({ 'a.yaml': documents.join('---\n') }))
  expect(diagnostics.filter(({ code }) => code === 'IST0101').map(({ message }) => message)).toEqual([
    'ServiceEntry shop/b does not export the host "b.test" to the edge\'s namespace "istio-system"',
  ])
})
