import { host, rewrite } from './traffic.ts'

/**
 * Routes as people have them: retries, a timeout, changed headers both ways, and the one that the benchmark asks for at
 * the end of so many others.
 *
 * @param originPort where all of them lead
 * @param count how many routes there are, 2 at least
 */
export function benchRoutes(originPort: number, count: number): string {
  // Short ones: a file of 100,000 has to stay below the size that is read.
  const others = Array.from({ length: count - 1 }, (_, at) => {
    const prefix = `/s${String(at).padStart(6, '0')}/`
    return `  - {match: [{uri: {prefix: ${prefix}}}], route: [{destination: {host: o.test}}]}`
  })
  return `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: shop }
spec:
  hosts: [${host}]
  http:
${others.join('\n')}
  - name: catalog
    match: [{ uri: { prefix: ${rewrite.from} } }]
    rewrite: { uri: ${rewrite.to} }
    timeout: 15s
    retries: { attempts: 2, perTryTimeout: 5s, retryOn: "5xx,reset,connect-failure,refused-stream" }
    headers:
      request: { set: { x-edge: signalbox }, remove: [x-internal-user] }
      response: { set: { x-served-by: edge }, remove: [x-powered-by] }
    route: [{ destination: { host: o.test } }]
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: origin }
spec:
  hosts: [o.test]
  resolution: STATIC
  ports: [{ number: 80, name: http, protocol: HTTP }]
  endpoints: [{ address: 127.0.0.1, ports: { http: ${originPort} } }]
`
}
