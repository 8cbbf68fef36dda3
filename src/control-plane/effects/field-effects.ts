import { runtimes } from '../../fib/runtime.ts'
import type { AnyResource } from '../config/resource.ts'
import type { TypeName } from '../config/resource-type.ts'
import { type Target, targets } from './target.ts'

/**
 * What a field does. `works`: what Istio makes of it, or it only names something, like a port's name; with all that
 * stands below it. `adapted`: the same intent, by other means. `impossible`: the platform has no means for it.
 * `refused`: it is a guard that cannot be enforced, so what it guards rejects every client, and an analyzer of its own
 * tells it. Values that an adapted field `ignores` change nothing yet.
 */
export type Verdict =
  | { readonly verdict: 'works' }
  | { readonly verdict: 'adapted'; readonly how: string; readonly ignores?: readonly string[] }
  | { readonly verdict: 'impossible'; readonly why: string }
  | { readonly verdict: 'refused'; readonly why: string }

/** Verdicts that differ by target; undefined where the field changes nothing yet. */
export interface ByTarget {
  readonly verdict: 'by-target'
  readonly on: Readonly<Record<Target, Verdict | undefined>>
}

/**
 * The verdict on a field, or a table of those below it. A field that is not listed is read and kept, but changes
 * nothing yet. `*` stands for every item of a list or key of a map.
 */
export type Effect = Verdict | ByTarget | Effects
export interface Effects {
  readonly [field: string]: Effect
}

export function isVerdict(effect: Effect): effect is Verdict | ByTarget {
  return typeof effect.verdict === 'string'
}

/** The verdict on one target; undefined where the field changes nothing yet. */
export function verdictOn(target: Target, effect: Verdict | ByTarget | undefined): Verdict | undefined {
  return effect?.verdict === 'by-target' ? effect.on[target] : effect
}

const works: Verdict = { verdict: 'works' }
const adapted = (how: string): Verdict & { readonly verdict: 'adapted' } => ({ verdict: 'adapted', how })
const impossible = (why: string): Verdict => ({ verdict: 'impossible', why })
const refused = (why: string): Verdict => ({ verdict: 'refused', why })

/** The verdict on each target, by what is known of it. */
function byTarget(verdictFor: (facts: (typeof runtimes)[Target]) => Verdict | undefined): ByTarget {
  const on = Object.fromEntries(targets.map(target => [target, verdictFor(runtimes[target])]))
  return { verdict: 'by-target', on: on as ByTarget['on'] }
}

/** What holds where `fetch` carries requests, and what holds where the gateway has sockets of its own. */
function onFetch(verdict: Verdict, elsewhere?: Verdict): ByTarget {
  return byTarget(({ transport }) => (transport === 'fetch' ? verdict : elsewhere))
}

/** What holds on Cloudflare, and what holds on a machine of one's own. */
function onCloudflare(verdict: Verdict, elsewhere: Verdict): ByTarget {
  return byTarget(({ place }) => (place === 'cloudflare' ? verdict : elsewhere))
}

/** What holds where the zone ends TLS, and what holds where the gateway does: bare workerd serves none. */
function ofTls(byZone: Verdict, byGateway?: Verdict): ByTarget {
  return byTarget(({ tls }) => ({ zone: byZone, runtime: noTls, gateway: byGateway })[tls])
}

const noTls = impossible('workerd is started without TLS: the ports of HTTPS servers stay closed')
const noConnections = onFetch(impossible('the platform manages connections: `fetch` does not expose them'))
const noFiles = onFetch(impossible('a Worker has no files'))
const byUrl = onFetch(impossible('`fetch` takes the name to verify and to send from the URL, and always verifies'))
const zoneCertificate = impossible('Cloudflare ends TLS, with the certificates that it manages for the zone')
const zoneAuthority = impossible('Cloudflare verifies client certificates by the mTLS settings of the zone')
const zoneTls = impossible('Cloudflare ends TLS, by the settings of the zone')
const namesFiles = adapted('names files in the folder of `serve --tls-dir`')
const linesJoined = adapted('of repeated lines, the joined value and each part are tested')
const unverified = refused(
  'a runtime reports only whether a client certificate is verified, and its SHA-256; a server that requires more rejects every client (403)',
)

const perIsolate = 'decided by each isolate for itself'
const knowsNoConnection = onFetch(
  adapted('connections are not distinguished: each request without the cookie gets a new one'),
  works,
)

const portPolicy: Effects = {
  loadBalancer: {
    simple: { ...adapted(`${perIsolate}; \`PASSTHROUGH\` changes nothing yet`), ignores: ['PASSTHROUGH'] },
    consistentHash: {
      httpHeaderName: onFetch(adapted('repeated lines are joined into one value'), works),
      httpCookie: { name: works, path: works, ttl: knowsNoConnection, attributes: works },
      useSourceIp: works,
      httpQueryParameterName: works,
      ringHash: { minimumRingSize: adapted('at most 131,072 places') },
      maglev: works,
      minimumRingSize: adapted('at most 131,072 places'),
    },
  },
  connectionPool: {
    tcp: {
      maxConnections: adapted('limits concurrent requests, in each isolate; others wait'),
      connectTimeout: onFetch(impossible('`fetch` has no setting for it'), works),
      tcpKeepalive: noConnections,
      maxConnectionDuration: noConnections,
      idleTimeout: noConnections,
    },
    http: {
      http1MaxPendingRequests: adapted(
        'limits the requests that wait for one of `maxConnections`; further ones get 503 (UO)',
      ),
      http2MaxRequests: adapted(perIsolate),
      maxRetries: adapted(perIsolate),
      maxRequestsPerConnection: noConnections,
      idleTimeout: noConnections,
      h2UpgradePolicy: noConnections,
      useClientProtocol: noConnections,
      maxConcurrentStreams: noConnections,
      http2KeepAlive: noConnections,
    },
  },
  outlierDetection: {
    splitExternalLocalOriginErrors: works,
    consecutiveLocalOriginFailures: works,
    consecutiveGatewayErrors: works,
    consecutive5xxErrors: adapted(perIsolate),
    interval: works,
    baseEjectionTime: works,
    maxEjectionPercent: works,
    minHealthPercent: works,
  },
  tls: {
    mode: adapted('`DISABLE` is http, every other mode https; no client certificate is presented yet'),
    clientCertificate: noFiles,
    privateKey: noFiles,
    caCertificates: noFiles,
    caCrl: noFiles,
    subjectAltNames: byUrl,
    sni: byUrl,
    insecureSkipVerify: byUrl,
  },
}

const trafficPolicy: Effects = {
  ...portPolicy,
  portLevelSettings: { '*': { port: works, ...portPolicy } },
  tunnel: onFetch(impossible('`fetch` cannot open a tunnel')),
  proxyProtocol: onFetch(impossible('`fetch` cannot send anything before the request')),
}

const endpoint: Effects = {
  address: onCloudflare(adapted('a host name; Cloudflare fetches from no bare IP address'), works),
  ports: works,
  labels: works,
  weight: works,
  serviceAccount: impossible('the edge has no mesh identity'),
}

const match: Effects = {
  name: works,
  uri: works,
  ignoreUriCase: works,
  scheme: works,
  method: works,
  authority: works,
  headers: onFetch(linesJoined, works),
  withoutHeaders: onFetch(linesJoined, works),
  queryParams: works,
  port: onCloudflare(adapted('all traffic arrives on one socket: the port of the URL'), works),
  sourceLabels: works,
  sourceNamespace: works,
  gateways: works,
}

const retries: Effects = {
  attempts: works,
  perTryTimeout: works,
  retryOn: works,
  retryIgnorePreviousHosts: works,
  backoff: works,
}

/** The effects of the fields of each type of resource. */
export const fieldEffects: Readonly<Record<TypeName<AnyResource>, Effects>> = {
  'VirtualService.networking.istio.io': {
    hosts: works,
    gateways: adapted('without `gateways`, or with `mesh`, on the default listener, merged as on a Gateway'),
    exportTo: works,
    http: {
      '*': {
        name: works,
        match: { '*': match },
        route: { '*': { destination: works, weight: works, headers: works } },
        headers: works,
        rewrite: {
          uri: works,
          uriRegexRewrite: works,
          authority: onFetch(adapted('sent as `x-forwarded-host`: `fetch` takes Host from the URL'), works),
        },
        timeout: works,
        retries,
        fault: works,
        mirror: works,
        mirrors: works,
        mirrorPercent: works,
        mirrorPercentage: works,
        corsPolicy: works,
        redirect: works,
        directResponse: works,
        delegate: works,
      },
    },
  },
  'DestinationRule.networking.istio.io': {
    host: works,
    exportTo: works,
    workloadSelector: works,
    subsets: { '*': { name: works, labels: works, trafficPolicy } },
    trafficPolicy,
  },
  'ServiceEntry.networking.istio.io': {
    hosts: works,
    addresses: impossible('traffic is addressed by host name, never by a virtual address'),
    exportTo: works,
    location: works,
    ports: adapted('the gateway connects to HTTPS and TLS ports over TLS, also without a DestinationRule'),
    resolution: adapted('the platform resolves names'),
    endpoints: { '*': endpoint },
    workloadSelector: works,
    subjectAltNames: byUrl,
  },
  'WorkloadEntry.networking.istio.io': endpoint,
  'Gateway.networking.istio.io': {
    selector: adapted('selects only where the edge has labels'),
    servers: {
      '*': {
        port: onCloudflare(
          adapted('all traffic arrives on one socket: the nearest listener that serves the host'),
          works,
        ),
        bind: onCloudflare(
          impossible('the platform chooses the address'),
          impossible('`serve --host` sets the address'),
        ),
        hosts: works,
        name: works,
        tls: {
          mode: ofTls(
            adapted(
              '`SIMPLE`, `MUTUAL` and `OPTIONAL_MUTUAL` are served, client certificates verified by the mTLS settings of the zone (API Shield); `ISTIO_MUTUAL` rejects every client (403), servers that pass TLS through are ignored',
            ),
            adapted(
              '`SIMPLE`, `MUTUAL` and `OPTIONAL_MUTUAL` are served; `ISTIO_MUTUAL` rejects every client (403), servers that pass TLS through are ignored',
            ),
          ),
          httpsRedirect: works,
          serverCertificate: ofTls(zoneCertificate),
          privateKey: ofTls(zoneCertificate),
          credentialName: ofTls(zoneCertificate, namesFiles),
          credentialNames: ofTls(zoneCertificate, namesFiles),
          tlsCertificates: ofTls(zoneCertificate),
          caCertificates: ofTls(zoneAuthority),
          caCertCredentialName: ofTls(zoneAuthority, namesFiles),
          insecureSkipVerify: ofTls(zoneAuthority),
          subjectAltNames: unverified,
          verifyCertificateSpki: unverified,
          caCrl: unverified,
          verifyCertificateHash: works,
          minProtocolVersion: ofTls(zoneTls, works),
          maxProtocolVersion: ofTls(zoneTls, works),
          cipherSuites: ofTls(zoneTls),
        },
      },
    },
  },
}

export const meshEffects: Effects = {
  pathNormalization: works,
  defaultHttpRetryPolicy: retries,
  defaultConfig: { gatewayTopology: { numTrustedProxies: works } },
}
