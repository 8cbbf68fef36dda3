import type { OriginName } from './origins.ts'

/** How long a request to `/timed` may take, in all: enough for what is in time also on a busy machine. */
export const timeoutMs = 2_500
/** How long one try of `/timely` may take. */
export const perTryTimeoutMs = 1_500
export const delayMs = 250
/** Two ways for a body to go: by itself, and, where a timeout has to be able to cut it, by way of the gateway. */
export const ways = ['/', '/limited'] as const
/** Reserved, and nobody listens on it. */
const closedPort = 2

/** The routes of the whole suite: what a rule needs stands below a path of its own. */
export function routes(ports: Readonly<Record<OriginName, number>>, gatewayPort: number): string {
  return `apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: edge}
spec:
  selector: {istio: ingressgateway}
  servers: [{port: {number: ${gatewayPort}, name: http, protocol: HTTP}, hosts: ["*"]}]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: behaviour}
spec:
  hosts: ["*"]
  gateways: [edge]
  http:
  - name: retried
    match: [{uri: {prefix: /retried}}]
    retries: {attempts: 2, retryOn: "5xx,reset,connect-failure"}
    route: [{destination: {host: main.internal}}]
  - name: tried-once
    match: [{uri: {prefix: /tried-once}}]
    retries: {attempts: 0}
    route: [{destination: {host: main.internal}}]
  - name: timely
    match: [{uri: {prefix: /timely}}]
    retries: {attempts: 1, perTryTimeout: ${perTryTimeoutMs}ms, retryOn: "5xx"}
    route: [{destination: {host: main.internal}}]
  - name: timed
    match: [{uri: {prefix: /timed}}]
    timeout: ${timeoutMs}ms
    route: [{destination: {host: main.internal}}]
  - name: limited
    match: [{uri: {prefix: /limited}}]
    timeout: 10m
    route: [{destination: {host: main.internal}}]
  - name: half
    match: [{uri: {prefix: /half}}]
    retries: {attempts: 3, retryOn: connect-failure}
    route: [{destination: {host: half.internal}}]
  - name: fleeting
    match: [{uri: {prefix: /fleeting}}]
    retries: {attempts: 0}
    route: [{destination: {host: fleeting.internal}}]
  - name: dead
    match: [{uri: {prefix: /dead}}]
    retries: {attempts: 1, retryOn: connect-failure}
    route: [{destination: {host: dead.internal}}]
  - name: unknown
    match: [{uri: {prefix: /unknown}}]
    route: [{destination: {host: unknown.internal}}]
  - name: mirrored
    match: [{uri: {prefix: /mirrored}}]
    retries: {attempts: 0}
    route: [{destination: {host: main.internal}}]
    mirrors: [{destination: {host: mirror.internal}, percentage: {value: 100}}]
  - name: briefly-mirrored
    match: [{uri: {prefix: /briefly-mirrored}}]
    timeout: ${timeoutMs}ms
    route: [{destination: {host: main.internal}}]
    mirrors: [{destination: {host: mirror.internal}}]
  - name: unmirrored
    match: [{uri: {prefix: /unmirrored}}]
    route: [{destination: {host: main.internal}}]
    mirrors: [{destination: {host: mirror.internal}, percentage: {value: 0}}]
  - name: mirrored-to-nobody
    match: [{uri: {prefix: /nobody-mirrored}}]
    route: [{destination: {host: main.internal}}]
    mirrors: [{destination: {host: dead.internal}}]
  - name: delayed
    match: [{uri: {prefix: /delayed}}]
    fault: {delay: {fixedDelay: ${delayMs}ms, percentage: {value: 100}}}
    route: [{destination: {host: main.internal}}]
  - name: aborted
    match: [{uri: {prefix: /aborted}}]
    fault: {abort: {httpStatus: 418, percentage: {value: 100}}}
    route: [{destination: {host: main.internal}}]
  - name: shared
    match: [{uri: {prefix: /shared}}]
    corsPolicy:
      allowOrigins: [{exact: "https://page.test"}]
      allowMethods: [PUT]
      allowHeaders: [x-token]
      maxAge: 1h
      allowCredentials: true
    route: [{destination: {host: main.internal}}]
  - name: by-cookie
    match: [{uri: {prefix: /by-cookie}}]
    route: [{destination: {host: by-cookie.internal}}]
  - name: without-outliers
    match: [{uri: {prefix: /without-outliers}}]
    retries: {attempts: 0}
    route: [{destination: {host: without-outliers.internal}}]
  - name: uploaded
    match: [{uri: {prefix: /uploaded}}]
    retries: {attempts: 0}
    route: [{destination: {host: uploaded.internal}}]
  - name: one-at-a-time
    match: [{uri: {prefix: /one-at-a-time}}]
    route: [{destination: {host: one-at-a-time.internal}}]
  - name: left-in-delay
    match: [{uri: {prefix: /left-in-delay}}]
    fault: {delay: {fixedDelay: ${delayMs}ms, percentage: {value: 100}}}
    route: [{destination: {host: left.internal}}]
  - name: left
    match: [{uri: {prefix: /left}}]
    route: [{destination: {host: left.internal}}]
  - name: in-turn-for-a-moment
    match: [{uri: {prefix: /in-turn-for-a-moment}}]
    timeout: 100ms
    route: [{destination: {host: in-turn.internal}}]
  - name: in-turn
    match: [{uri: {prefix: /in-turn}}]
    route: [{destination: {host: in-turn.internal}}]
  - name: sparsely-retried
    match: [{uri: {prefix: /sparsely-retried}}]
    retries: {attempts: 1, retryOn: "5xx"}
    route: [{destination: {host: sparsely-retried.internal}}]
  - name: loop
    match: [{uri: {prefix: /loop}}]
    route: [{destination: {host: self.internal}}]
  - name: rest
    match: [{withoutHeaders: {x-unrouted: {}}}]
    route: [{destination: {host: main.internal}}]
---
${[
  service('main', [ports.main]),
  service('half', [closedPort, ports.second]),
  service('dead', [closedPort]),
  service('mirror', [ports.mirror]),
  service('fleeting', [ports.fleeting]),
  service('self', [gatewayPort]),
  service('by-cookie', [ports.main, ports.second]),
  policy('by-cookie', 'loadBalancer: {consistentHash: {httpCookie: {name: sid, ttl: 60s, path: /by-cookie}}}'),
  ...['one-at-a-time', 'in-turn', 'left', 'sparsely-retried'].map(name => service(name, [ports.main])),
  policy('one-at-a-time', 'connectionPool: {tcp: {maxConnections: 1}, http: {http1MaxPendingRequests: 1}}'),
  policy('in-turn', 'connectionPool: {tcp: {maxConnections: 1}}'),
  policy('left', 'connectionPool: {tcp: {maxConnections: 1}}'),
  policy('sparsely-retried', 'connectionPool: {http: {maxRetries: 1}}'),
  service('uploaded', [ports.main]),
  policy('uploaded', 'outlierDetection: {consecutive5xxErrors: 1, baseEjectionTime: 10m, maxEjectionPercent: 100}'),
  service('without-outliers', [ports.main, ports.second]),
  policy(
    'without-outliers',
    'outlierDetection: {consecutive5xxErrors: 1, baseEjectionTime: 10m, maxEjectionPercent: 50}',
  ),
].join('---\n')}`
}

function policy(name: string, trafficPolicy: string): string {
  return `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: ${name}}
spec: {host: ${name}.internal, trafficPolicy: {${trafficPolicy}}}
`
}

function service(name: string, ports: readonly number[]): string {
  const endpoints = ports.map(port => `{address: 127.0.0.1, ports: {http: ${port}}}`)
  return `apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: ${name}}
spec:
  hosts: [${name}.internal]
  resolution: STATIC
  ports: [{number: 80, name: http, protocol: HTTP}]
  endpoints: [${endpoints.join(', ')}]
`
}
