import { type Cluster, clusterName, type Endpoint } from '../../fib/cluster.ts'
import type { Scheme } from '../../fib/request-head.ts'
import type { Config } from '../config/resource.ts'
import { DestinationRules, originatesTls } from './destination-rules.ts'
import { fullHostName } from './host-name.ts'
import { type Identity, selects } from './identity.ts'
import { type Service, type ServicePort, ServiceRegistry, type Workload } from './service-registry.ts'

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

/** Gives the cluster that a destination means its name. */
export interface ClusterNames {
  nameFor(reference: DestinationReference): string
}

/** Resolves destinations to clusters, and keeps each cluster once. */
export class Clusters implements ClusterNames {
  readonly byName = new Map<string, Cluster>()
  readonly #services: ServiceRegistry
  readonly #rules: DestinationRules

  constructor(config: Config, identity: Identity) {
    this.#services = new ServiceRegistry(config, identity)
    this.#rules = new DestinationRules(config, identity)
  }

  /** The name of the cluster that a destination means; one that nothing declares is a cluster that is not known. */
  nameFor(reference: DestinationReference): string {
    const host = fullHostName(reference.host, reference.namespace)
    const ownPort = onlyPort(this.#services.findFor(host, reference.namespace))
    const portNumber = reference.port ?? ownPort ?? reference.listenerPort ?? 80
    const name = clusterName(host, portNumber, reference.subset)
    if (!this.byName.has(name)) {
      this.byName.set(name, this.#resolve(name, this.#services.find(host), portNumber, reference.subset))
    }
    return name
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
    const tls = policy && originatesTls(policy, subset, port.number)
    const scheme: Scheme = (tls ?? speaksTls(port)) ? 'https' : 'http'
    return { name, isKnown: true, endpoints: workloads.map(workload => endpointOf(workload, port, scheme)) }
  }
}

/** A destination may leave its port out only where the service has exactly one. */
function onlyPort(service: Service | undefined): number | undefined {
  return service?.ports.length === 1 ? service.ports[0]!.number : undefined
}

/** Without a policy, a port that is named HTTPS or numbered 443 is one that speaks TLS. */
function speaksTls({ number, protocol }: ServicePort): boolean {
  return protocol === 'HTTPS' || protocol === 'TLS' || (number === 443 && !protocol.startsWith('HTTP'))
}

function endpointOf({ address, weight, portByName }: Workload, port: ServicePort, scheme: Scheme): Endpoint {
  const ownPort = Object.hasOwn(portByName, port.name) ? portByName[port.name] : undefined
  return { scheme, address, port: ownPort ?? port.targetPort ?? port.number, weight }
}
