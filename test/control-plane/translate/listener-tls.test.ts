import { expect, test } from 'vitest'
import { compileRoutes } from '../../../src/control-plane/compile-routes.ts'
import { readListeners } from '../../../src/fib/listener-facts.ts'

const gateways = `apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: edge, namespace: shop}
spec:
  selector: {istio: ingressgateway}
  servers:
  - {port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}
  - port: {number: 443, name: tls, protocol: HTTPS}
    hosts: [shop/Shop.example.com, "./*.example.com"]
    tls:
      mode: SIMPLE
      credentialName: shop
      minProtocolVersion: TLSV1_3
  - port: {number: 443, name: mutual, protocol: HTTPS}
    hosts: [admin.example.com]
    tls: {mode: MUTUAL, credentialNames: [a, b], caCertCredentialName: clients, maxProtocolVersion: TLSV1_2}
  - {port: {number: 8443, name: through, protocol: HTTPS}, hosts: [a.example.com], tls: {mode: PASSTHROUGH}}
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: elsewhere}
spec:
  selector: {istio: other}
  servers:
  - {port: {number: 443, name: tls, protocol: HTTPS}, hosts: ["*"], tls: {mode: SIMPLE, credentialName: x}}
`

const identity = { namespace: 'istio-system', labels: { istio: 'ingressgateway' } }
const compiled = compileRoutes([{ path: 'gateways.yaml', bytes: new TextEncoder().encode(gateways) }], { identity })

test('each HTTPS listener of this edge is told how it ends TLS', () => {
  expect(compiled.tls).toMatchObject([
    {
      listener: 'https.443.tls.edge.shop',
      port: 443,
      hosts: ['shop.example.com', '*.example.com'],
      mode: 'SIMPLE',
      credentialNames: ['shop'],
      minVersion: 'TLSV1_3',
      resource: 'Gateway shop/edge',
      origin: { file: 'gateways.yaml', start: { line: 12, column: 23 } },
    },
    {
      listener: 'https.443.mutual.edge.shop',
      hosts: ['admin.example.com'],
      mode: 'MUTUAL',
      credentialNames: ['a', 'b'],
      caCredentialName: 'clients',
      maxVersion: 'TLSV1_2',
    },
  ])
})

test('they are the HTTPS listeners of the table, by its names', () => {
  const inTable = readListeners(compiled.table!).filter(({ protocol }) => protocol === 'https')
  expect(compiled.tls!.map(({ listener }) => listener).sort()).toEqual(inTable.map(({ name }) => name).sort())
})
