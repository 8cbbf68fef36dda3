import { expect, test } from 'vitest'
import { compareExplanation, explainedBy } from './compare-explanation.ts'
import type { Observation } from './play-case.ts'
import type { Bundle, RecordedCase } from './recording.ts'

const config = `apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: edge }
spec:
  selector: { istio: ingressgateway }
  servers: [{ port: { number: 18080, name: http, protocol: HTTP }, hosts: ["*"] }]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: a }
spec:
  hosts: [a.example]
  gateways: [edge]
  http:
    - match: [{ uri: { prefix: /old } }]
      rewrite: { uri: /new }
      route: [{ destination: { host: origin.internal } }]
    - match: [{ uri: { prefix: /teapot } }]
      directResponse: { status: 418 }
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: origin }
spec:
  hosts: [origin.internal]
  resolution: STATIC
  ports: [{ number: 80, name: http, protocol: HTTP }]
  endpoints: [{ address: 127.0.0.1, ports: { http: 20001 } }]
`
const bundle: Bundle = { name: 'b', title: 'b', features: [], listenerPort: 18080, cases: [], config, mesh: undefined }

function compared(target: string, status: number, arrived?: { port: number; target: string }): string[] {
  const recorded: RecordedCase = { name: target, request: { target, host: 'a.example' }, expect: {} }
  const exchange = { kind: 'answered', status } as Observation['exchanges'][number]
  const hits = arrived ? [arrived as Observation['hits'][number]] : []
  return compareExplanation(bundle, recorded, { exchanges: [exchange], hits, elapsedMs: 0 }, explainedBy(bundle)!, {
    name: 'workerd',
  }).map(({ what }) => what)
}

test.each([
  {
    title: 'the endpoint and path that were named',
    target: '/old/x',
    status: 200,
    arrived: { port: 20001, target: '/new/x' },
    expected: [],
  },
  {
    title: 'another path',
    target: '/old/x',
    status: 200,
    arrived: { port: 20001, target: '/old/x' },
    expected: ['explain'],
  },
  {
    title: 'another endpoint',
    target: '/old/x',
    status: 200,
    arrived: { port: 20002, target: '/new/x' },
    expected: ['explain'],
  },
  { title: 'the answer that was named', target: '/teapot', status: 418, expected: [] },
  { title: 'another status', target: '/teapot', status: 200, expected: ['explain'] },
  {
    title: 'an origin where none was named',
    target: '/none',
    status: 404,
    arrived: { port: 20001, target: '/none' },
    expected: ['explain'],
  },
  { title: 'a dead endpoint', target: '/old', status: 503, expected: [] },
])('$title: $expected', ({ target, status, arrived, expected }) => {
  expect(compared(target, status, arrived)).toEqual(expected)
})
