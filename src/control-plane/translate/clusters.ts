import type { HashKey } from '../../fib/balancing.ts'
import { type Cluster, clusterName, type Endpoint, endpointAuthority } from '../../fib/cluster.ts'
import type { Scheme } from '../../fib/request-head.ts'
import type { DestinationRules } from '../resolve/destination-rules.ts'
import { fullHostName } from '../resolve/host-name.ts'
import { selects } from '../resolve/identity.ts'
import type { Service, ServicePort, ServiceRegistry, Workload } from '../resolve/service-registry.ts'
import { lowerBalancing, lowerHashKey } from './balancing.ts'
import { lowerLimits } from './cluster-limits.ts'
import { lowerOutlierDetection } from './outlier-detection.ts'
import { lowerTimeout } from './timeout.ts'
import { consistentHashFor, policyFor } from './traffic-policy.ts'

/** What a route names as its destination. */
export interface DestinationReference {
  readonly host: string
  readonly subset: string
  readonly port?: number
  /** Of the VirtualService that names it: short names are completed by it. */
  readonly namespace: string
  /** Taken where the reference names no port and the service has several. */
  readonly listenerPort?: number
}

/** What a destination comes to. */
export interface FoundCluster {
  readonly name: string
  /** What makes the key of requests to it, where a policy says so. */
  readonly hashKey?: HashKey
}

/** Finds the cluster that a destination means. */
export interface ClusterLookup {
  find(reference: DestinationReference): FoundCluster
}

/** Resolves destinations to clusters, and keeps each cluster once. */
export class Clusters implements ClusterLookup {
  readonly byName = new Map<string, Cluster>()
  /** By name, apart for destinations that name their port. */
  readonly #found = { withPort: new Map<string, FoundCluster>(), withoutPort: new Map<string, FoundCluster>() }
  readonly #services: ServiceRegistry
  readonly #rules: DestinationRules

  constructor(services: ServiceRegistry, rules: DestinationRules) {
    this.#services = services
    this.#rules = rules
  }

  /** The cluster that a destination means; one that nothing declares is a cluster that is not known. */
  find(reference: DestinationReference): FoundCluster {
    const host = fullHostName(reference.host, reference.namespace)
    const ownPort = onlyPort(this.#services.findFor(host, reference.namespace))
    const portNumber = reference.port ?? ownPort ?? reference.listenerPort ?? 80
    const name = clusterName(host, portNumber, reference.subset)
    const known = reference.port === undefined ? this.#found.withoutPort : this.#found.withPort
    const before = known.get(name)
    if (before) return before
    const service = this.#services.find(host)
    if (!this.byName.has(name)) this.byName.set(name, this.#resolve(name, service, portNumber, reference.subset))
    const hashKey = service && this.#hashKeyFor(service, reference)
    const found = { name, ...(hashKey && { hashKey }) }
    known.set(name, found)
    return found
  }

  #hashKeyFor({ host, namespace }: Service, { subset, port }: DestinationReference): HashKey | undefined {
    const policy = this.#rules.find(host, namespace)
    const hash = policy && consistentHashFor(policy, policy.subsets.get(subset), port)
    return hash && lowerHashKey(hash)
  }

  #resolve(name: string, service: Service | undefined, portNumber: number, subsetName: string): Cluster {
    const unknown: Cluster = { name, isKnown: false, endpoints: [] }
    const port = service?.ports.find(({ number }) => number === portNumber)
    if (!service || !port) return unknown
    const policy = this.#rules.find(service.host, service.namespace)
    const subset = policy?.subsets.get(subsetName)
    if (subsetName !== '' && !subset) return unknown
    const workloads = subset
      ? service.workloads.filter(({ labels }) => selects(subset.labels, labels))
      : service.workloads
    const { tls, loadBalancer, outlierDetection, connectionPool } = policy ? policyFor(policy, subset, port.number) : {}
    const scheme: Scheme = (tls ? tls.mode !== 'DISABLE' : speaksTls(port)) ? 'https' : 'http'
    const endpoints = workloads.map(workload => endpointOf(workload, port, scheme))
    const balancing = loadBalancer && lowerBalancing(loadBalancer)
    const limits = connectionPool && lowerLimits(connectionPool)
    const connectTimeoutMs = lowerTimeout(connectionPool?.tcp?.connectTimeout)
    return {
      name,
      isKnown: true,
      endpoints: service.isStatic ? withoutDoubles(endpoints) : endpoints,
      ...(balancing && { balancing }),
      ...(outlierDetection && { outlierDetection: lowerOutlierDetection(outlierDetection) }),
      ...(limits && { limits }),
      ...(connectTimeoutMs !== undefined && { connectTimeoutMs }),
    }
  }
}

/** A destination may leave its port out only where the service has exactly one. */
function onlyPort(service: Service | undefined): number | undefined {
  return service?.ports.length === 1 ? service.ports[0]!.number : undefined
}

/** Without a policy, a port that is named HTTPS or numbered 443 is a TLS port. */
function speaksTls({ number, protocol }: ServicePort): boolean {
  return protocol === 'HTTPS' || protocol === 'TLS' || (number === 443 && !protocol.startsWith('HTTP'))
}

/** Of an address that is declared several times, the first counts, with its weight. Source: Envoy's EDS. */
function withoutDoubles(endpoints: readonly Endpoint[]): Endpoint[] {
  const first = new Map<string, Endpoint>()
  for (const endpoint of endpoints) {
    const authority = endpointAuthority(endpoint)
    if (!first.has(authority)) first.set(authority, endpoint)
  }
  return [...first.values()]
}

function endpointOf({ address, weight, portByName }: Workload, port: ServicePort, scheme: Scheme): Endpoint {
  const ownPort = Object.hasOwn(portByName, port.name) ? portByName[port.name] : undefined
  return { scheme, address, port: ownPort ?? port.targetPort ?? port.number, weight }
}
