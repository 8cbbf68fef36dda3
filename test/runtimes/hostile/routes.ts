/** The host that every route here is for. */
export const host = 'hostile.test'

/** How long the routes to origins that misbehave wait for them; one that says nothing is answered for after that. */
const routeTimeoutMs = 400

/**
 * Routes with what makes framing hard: bodies that are kept for retries, timeouts, changed headers. Only `/retried`
 * asks again, so that everywhere else a request reaches an origin once at most.
 *
 * @param ports `origin`: of the usual one; `doubtful`: of one that random exchanges may misuse, so that what is kept of
 *   connections to it serves nobody else; `resetting`: of one that resets every connection
 */
export function hostileRoutes(ports: Readonly<Record<'origin' | 'doubtful' | 'resetting', number>>): string {
  return `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: hostile }
spec:
  hosts: [${host}]
  http:
    - match: [{ uri: { prefix: /resetting } }]
      retries: { attempts: 0 }
      timeout: ${routeTimeoutMs}ms
      route: [{ destination: { host: resetting.internal } }]
    - match: [{ uri: { prefix: /retried } }]
      rewrite: { uri: /fuzz }
      retries: { attempts: 2, retryOn: "5xx,reset,connect-failure,retriable-4xx", perTryTimeout: ${routeTimeoutMs / 2}ms }
      timeout: ${routeTimeoutMs}ms
      route: [{ destination: { host: doubtful.internal } }]
    - match: [{ uri: { prefix: /fuzz } }]
      retries: { attempts: 0 }
      timeout: ${routeTimeoutMs}ms
      route: [{ destination: { host: doubtful.internal } }]
    - match: [{ uri: { prefix: /misdeed } }]
      retries: { attempts: 0 }
      timeout: ${routeTimeoutMs}ms
      headers: { response: { set: { x-gateway: hostile } } }
      route: [{ destination: { host: origin.internal } }]
    - retries: { attempts: 0 }
      # Long enough for a machine that is busy with other work: no rule is about it.
      timeout: 10m
      headers:
        request: { set: { x-gateway: "%REQ(x-named)%" } }
        response: { set: { x-gateway: hostile } }
      route: [{ destination: { host: origin.internal } }]
${Object.entries(ports).map(serviceEntry).join('')}`
}

function serviceEntry([name, port]: readonly [string, number]): string {
  return `---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: ${name} }
spec:
  hosts: [${name}.internal]
  resolution: STATIC
  ports: [{ number: 80, name: http, protocol: HTTP }]
  endpoints: [{ address: 127.0.0.1, ports: { http: ${port} } }]
`
}
