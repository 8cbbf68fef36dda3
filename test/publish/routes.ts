/** The host that all requests are for. */
export const host = 'shop.example.com'

/**
 * Routes that say in three places which edition they are: in the path that the origin is asked for, in a header that it
 * is sent, and in one that the client gets. A request that two of them served would show it.
 */
export function routesOf(edition: number, originPort: number): string {
  return `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: shop }
spec:
  hosts: [${host}]
  http:
    - match: [{ uri: { prefix: /api/ } }]
      name: edition-${edition}
      rewrite: { uri: /edition-${edition}/ }
      headers:
        request: { set: { x-edition: '${edition}' } }
        response: { set: { x-edition: '${edition}' } }
      retries: { attempts: 0 }
      route: [{ destination: { host: origin.internal, port: { number: 80 } } }]
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: origin }
spec:
  hosts: [origin.internal]
  resolution: DNS
  ports: [{ number: 80, name: http, protocol: HTTP, targetPort: ${originPort} }]
  endpoints: [{ address: 127.0.0.1, ports: { http: ${originPort} } }]
`
}
