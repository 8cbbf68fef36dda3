import { expect, test } from 'vitest'
import { readConfig } from '../../../src/control-plane/config/read-config.ts'
import { resolve } from '../../../src/control-plane/resolve/resolve.ts'

const text = `apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { namespace: shop, name: edge, creationTimestamp: "2026-01-03T00:00:00Z" }
spec:
  selector: { istio: ingressgateway }
  servers:
  - { port: { number: 443, name: tls, protocol: HTTPS }, hosts: ["*.example.com"], tls: { mode: SIMPLE, credentialName: x } }
  - { port: { number: 80, name: web, protocol: HTTP }, hosts: ["*"] }
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { namespace: shop, name: older, creationTimestamp: "2026-01-02T00:00:00Z" }
spec:
  selector: { istio: ingressgateway }
  servers:
  - { port: { number: 80, name: web, protocol: HTTP }, hosts: [shop.example.com] }
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { namespace: shop, name: elsewhere }
spec:
  selector: { istio: other }
  servers:
  - { port: { number: 8080, name: web, protocol: HTTP }, hosts: ["*"] }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { namespace: shop, name: public }
spec: { hosts: [Shop.example.com], gateways: [edge, shop/edge, older], http: [{ delegate: { name: part } }] }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { namespace: istio-system, name: private }
spec: { hosts: [a.example.com], gateways: [shop/edge, mesh], exportTo: ["."], http: [{ redirect: { uri: / } }] }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { namespace: shop, name: hidden }
spec: { hosts: [a.example.com], gateways: [edge], exportTo: ["."], http: [{ redirect: { uri: / } }] }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { namespace: shop, name: part }
spec: { http: [{ redirect: { uri: /a } }, { redirect: { uri: /b } }] }
`

const { config, diagnostics } = readConfig([{ path: 'routes.yaml', bytes: new TextEncoder().encode(text) }])
const resolved = resolve(config, { namespace: 'istio-system', labels: { istio: 'ingressgateway' } })

test('the YAML of these tests is sound', () => {
  expect(diagnostics).toEqual([])
})

test('each listener has the servers that share it, the oldest Gateway first, and what is attached to each', () => {
  const listeners = resolved.listeners.map(({ name, port, protocol, parts }) => ({
    listener: [name, port, protocol].join(' '),
    parts: parts.map(({ server, attachments }) => [
      server?.gateway.name,
      ...attachments.map(({ virtualService, domains, place }) => `${virtualService.name} ${domains} ${place.gateway}`),
    ]),
  }))
  expect(listeners).toEqual([
    {
      listener: 'http.80 80 http',
      parts: [
        ['older', 'public shop.example.com shop/older'],
        ['edge', 'private a.example.com shop/edge', 'public shop.example.com shop/edge'],
      ],
    },
    {
      listener: 'https.443.tls.edge.shop 443 https',
      parts: [['edge', 'private a.example.com shop/edge', 'public shop.example.com shop/edge']],
    },
    { listener: 'default  http', parts: [[undefined, 'private a.example.com mesh']] },
  ])
})

test('a server knows its listener by the name that the listener has', () => {
  const names = resolved.listeners.map(({ name }) => name)
  expect(resolved.servers.map(({ listener }) => names.includes(listener))).toEqual([true, true, true])
})

test('roots have the rules of their delegates, whether the edge sees them or not', () => {
  const rules = resolved.roots.map(({ name, spec }) => `${name} ${spec.http.length}`)
  expect(rules).toEqual(['public 2', 'private 1', 'hidden 1'])
})
