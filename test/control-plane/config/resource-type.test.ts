import { describe, expect, test } from 'vitest'
import { analyze } from '../../../src/control-plane/analysis/analyze.ts'
import { apiGroups } from '../../../src/control-plane/config/api-groups.ts'
import { withoutDuplicates } from '../../../src/control-plane/config/duplicates.ts'
import { identify } from '../../../src/control-plane/config/identify.ts'
import { readConfig } from '../../../src/control-plane/config/read-config.ts'
import type { AnyResource } from '../../../src/control-plane/config/resource.ts'
import type { UnreadResource } from '../../../src/control-plane/config/resource-type.ts'
import { resolve } from '../../../src/control-plane/resolve/resolve.ts'
import { resource, sourceFiles } from '../source-files.ts'

const istio = { group: 'networking.istio.io', kind: 'Gateway' }
const other = { group: 'gateway.networking.k8s.io', kind: 'Gateway' }

const groups = {
  ...apiGroups,
  [other.group]: {
    title: 'the Gateway API',
    word: 'gateway.networking',
    versions: ['v1', 'v1beta1'],
    manifests: { Gateway: {}, HTTPRoute: {} },
    ignoredKinds: ['TCPRoute'],
  },
}

describe('where two groups have a kind of the same name', () => {
  test.each([
    { apiVersion: 'networking.istio.io/v1', kind: 'Gateway', expected: { is: 'manifest', type: istio } },
    { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', expected: { is: 'manifest', type: other } },
    { apiVersion: 'networking.istio.io/v1', kind: 'GatewayList', expected: { is: 'list', type: istio } },
    { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'GatewayList', expected: { is: 'list', type: other } },
    { apiVersion: 'networking.istio.io/v1', kind: 'HTTPRoute', expected: { is: 'other' } },
    { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'VirtualService', expected: { is: 'other' } },
    { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'TCPRoute', expected: { is: 'other' } },
    {
      apiVersion: 'gateway.networking.k8s.io/v1alpha3',
      kind: 'Gateway',
      expected: { is: 'near miss', help: 'write `apiVersion: gateway.networking.k8s.io/v1`' },
    },
    {
      apiVersion: 'gatway.networking.k8s.io/v1beta1',
      kind: 'HTTPRoute',
      expected: { is: 'near miss', help: 'write `apiVersion: gateway.networking.k8s.io/v1beta1`' },
    },
    {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'Gatewy',
      expected: { is: 'near miss', help: 'write `kind: Gateway`' },
    },
  ])('$kind of $apiVersion is that of its group', ({ apiVersion, kind, expected }) => {
    expect(identify({ apiVersion, kind }, undefined, groups)).toMatchObject(expected)
  })

  test.each([istio, other])('an item of a list of $group may leave its type out', type => {
    expect(identify({ metadata: {} }, type as never, groups)).toEqual({ is: 'manifest', type })
  })

  test('a resource is declared twice only by one of its own group', () => {
    const [gateway] = readConfig(sourceFiles({ 'a.yaml': edge })).config.gateways
    const foreign = { ...gateway!, ...other } as unknown as AnyResource
    const { kept, diagnostics } = withoutDuplicates([gateway!, foreign, { ...gateway! }])
    expect(kept).toEqual([gateway, foreign])
    expect(diagnostics.map(({ code, resource }) => `${code} ${resource}`)).toEqual(['SB4001 Gateway default/edge'])
  })

  const lost = { namespace: 'default', cause: 'fault' } as const
  test.each<{ title: string; unread: UnreadResource; expected: string[] }>([
    {
      title: 'one of the group without a name may be the one that is missed',
      unread: { ...istio, ...lost },
      expected: [],
    },
    { title: 'one of the group with the name is it', unread: { ...istio, ...lost, name: 'front' }, expected: [] },
    { title: 'one with another name is not', unread: { ...istio, ...lost, name: 'back' }, expected: ['IST0101'] },
    { title: 'one of the other group without a name is not', unread: { ...other, ...lost }, expected: ['IST0101'] },
    {
      title: 'one of the other group with the name is not',
      unread: { ...other, ...lost, name: 'front' },
      expected: ['IST0101'],
    },
  ])('of those that a fault left nothing of, $title', ({ unread, expected }) => {
    const { config } = readConfig(sourceFiles({ 'a.yaml': boundToFront }))
    expect(analyze(resolve(config), { unread: [unread] }).map(({ code }) => code)).toEqual(expected)
  })
})

const edge = resource(
  'Gateway',
  'edge',
  '  servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: ["*.example.com"] }]',
)
const boundToFront = resource(
  'VirtualService',
  'shop',
  '  hosts: [a.b]\n  gateways: [front]\n  http: [{ directResponse: { status: 204 } }]',
)

describe('what nothing was read of is named by its type', () => {
  test.each([
    {
      title: 'a type that is not read',
      yaml: 'apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: { name: a, namespace: b }\n',
      expected: { ...other, namespace: 'b', name: 'a', cause: 'type' },
    },
    {
      title: 'a fault that leaves nothing',
      yaml: resource('Gateway', 'a', '  servers: 5'),
      expected: { ...istio, namespace: 'default', name: 'a', cause: 'fault' },
    },
    {
      title: 'a fault in the name',
      yaml: edge.replace('{ name: edge }', '{}'),
      expected: { ...istio, namespace: 'default', cause: 'fault' },
    },
    {
      title: 'one in a list',
      yaml: 'apiVersion: v1\nkind: List\nitems: [{ apiVersion: v1, kind: Service, metadata: { name: a } }]\n',
      expected: { group: '', kind: 'Service', namespace: 'default', name: 'a', cause: 'type' },
    },
  ])('$title', ({ yaml, expected }) => {
    expect(readConfig(sourceFiles({ 'a.yaml': yaml })).unread).toEqual([expected])
  })
})
