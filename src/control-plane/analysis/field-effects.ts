import type { AnyResource } from '../config/resource.ts'

/**
 * What a field does here. `works`: what Istio makes of it, or it only names something, like a port's name; with all
 * that stands below it. `adapted`: the same intent, by other means. `impossible`: the platform has no means for it.
 */
export type Verdict =
  | { readonly verdict: 'works' }
  | { readonly verdict: 'adapted'; readonly how: string }
  | { readonly verdict: 'impossible'; readonly why: string }

/**
 * The verdict on a field, or a table of those below it. A field that is not listed is read and kept, but changes
 * nothing yet. `*` stands for every item of a list or key of a map.
 */
export type Effect = Verdict | Effects
export interface Effects {
  readonly [field: string]: Effect
}

export function isVerdict(effect: Effect): effect is Verdict {
  return typeof effect.verdict === 'string'
}

const works: Verdict = { verdict: 'works' }
const adapted = (how: string): Verdict => ({ verdict: 'adapted', how })
const impossible = (why: string): Verdict => ({ verdict: 'impossible', why })

const noConnections = impossible('connections belong to the platform: `fetch` gives no hold of them')
const noFiles = impossible('a Worker has no files')
const byUrl = impossible('`fetch` takes the name to verify and to send from the URL, and always verifies')
const zoneCertificate = impossible('the platform ends TLS, with the certificates that it manages')

const portPolicy: Effects = {
  connectionPool: {
    tcp: {
      maxConnections: noConnections,
      tcpKeepalive: noConnections,
      maxConnectionDuration: noConnections,
      idleTimeout: noConnections,
    },
    http: {
      maxRequestsPerConnection: noConnections,
      idleTimeout: noConnections,
      h2UpgradePolicy: noConnections,
      useClientProtocol: noConnections,
      maxConcurrentStreams: noConnections,
      http2KeepAlive: noConnections,
    },
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
  tunnel: impossible('`fetch` opens no tunnel'),
  proxyProtocol: impossible('`fetch` writes nothing before the request'),
}

const endpoint: Effects = {
  address: works,
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
  headers: adapted('of repeated lines, the joined value and each part are tested'),
  withoutHeaders: adapted('of repeated lines, the joined value and each part are tested'),
  queryParams: works,
  port: adapted('where all traffic comes in at one door, the port of the URL'),
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

export const fieldEffects: Record<AnyResource['kind'], Effects> = {
  VirtualService: {
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
          authority: adapted('goes along as `x-forwarded-host`: `fetch` takes Host from the URL'),
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
  DestinationRule: {
    host: works,
    exportTo: works,
    workloadSelector: works,
    subsets: { '*': { name: works, labels: works, trafficPolicy } },
    trafficPolicy,
  },
  ServiceEntry: {
    hosts: works,
    addresses: impossible('traffic comes in by host name, never by a virtual address'),
    exportTo: works,
    location: works,
    ports: adapted('HTTPS and TLS ports are asked over https, also without a DestinationRule'),
    resolution: adapted('the platform resolves names'),
    endpoints: { '*': endpoint },
    workloadSelector: works,
    subjectAltNames: byUrl,
  },
  WorkloadEntry: endpoint,
  Gateway: {
    selector: adapted('narrows only where the edge has labels'),
    servers: {
      '*': {
        port: adapted('where all traffic comes in at one door, the nearest listener that serves the host'),
        bind: impossible('the platform chooses the address'),
        hosts: works,
        name: works,
        tls: {
          mode: adapted('`SIMPLE` is served; servers with any other mode are left out'),
          httpsRedirect: works,
          serverCertificate: zoneCertificate,
          privateKey: zoneCertificate,
          credentialName: zoneCertificate,
          credentialNames: zoneCertificate,
          tlsCertificates: zoneCertificate,
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
