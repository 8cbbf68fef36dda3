import type { Config, ServiceEntryResource, WorkloadEntryResource } from '../config/resource.ts'
import { type Identity, selects } from './identity.ts'
import { inIstioOrder } from './resource-order.ts'
import { visibleFirstTo } from './visibility.ts'

/** A host that destinations can name, with its ports and the workloads that serve it. */
export interface Service {
  readonly host: string
  readonly namespace: string
  readonly ports: readonly ServicePort[]
  readonly workloads: readonly Workload[]
  /** Whether its addresses are taken as they stand; others are names to be resolved. */
  readonly isStatic: boolean
}

export interface ServicePort {
  readonly number: number
  readonly name: string
  /** In upper case; empty where the entry names none. */
  readonly protocol: string
  /** The port that workloads listen on, where it is another one. */
  readonly targetPort?: number
}

/** One address that serves a host, before a port is chosen. */
export interface Workload {
  readonly address: string
  readonly labels: Readonly<Record<string, string>>
  readonly weight: number
  /** Its own port for a service port, by that port's name. */
  readonly portByName: Readonly<Record<string, number>>
}

/** All services that the edge sees: ServiceEntries with their own endpoints and the WorkloadEntries that they select. */
export class ServiceRegistry {
  readonly #byHost = new Map<string, Service[]>()

  constructor(config: Config, identity: Identity) {
    for (const entry of visibleFirstTo(identity.namespace, inIstioOrder(config.serviceEntries))) {
      const workloads = [...ownWorkloads(entry), ...selectedWorkloads(entry, config.workloadEntries)]
      for (const host of entry.spec.hosts) this.#add(serviceOf(entry, host.toLowerCase(), workloads))
    }
  }

  /** Every host that is declared, for suggestions. */
  hosts(): IterableIterator<string> {
    return this.#byHost.keys()
  }

  /**
   * The service that a full host name stands for: where several namespaces declare it, the one that is nearest to the
   * edge (private, then exported to it, then public), and of these the oldest. Source: Istio's appendSidecarServices.
   */
  find(host: string): Service | undefined {
    return this.#byHost.get(host)?.[0]
  }

  /** The service that a route of `namespace` looks its port up in: that namespace's own, if there is one. */
  findFor(host: string, namespace: string): Service | undefined {
    const services = this.#byHost.get(host)
    return services?.find(service => service.namespace === namespace) ?? services?.[0]
  }

  /** Entries that declare one host in one namespace are one service: the first one's ports, the workloads of all. */
  #add(service: Service): void {
    const known = this.#byHost.get(service.host)
    if (!known) {
      this.#byHost.set(service.host, [service])
      return
    }
    const same = known.findIndex(({ namespace }) => namespace === service.namespace)
    if (same < 0) known.push(service)
    else known[same] = { ...known[same]!, workloads: [...known[same]!.workloads, ...service.workloads] }
  }
}

function serviceOf({ namespace, spec }: ServiceEntryResource, host: string, workloads: readonly Workload[]): Service {
  return {
    host,
    namespace,
    ports: spec.ports.map(({ number, name, protocol, targetPort }) => ({
      number,
      name,
      protocol: protocol ?? '',
      ...(targetPort !== undefined && { targetPort }),
    })),
    isStatic: spec.resolution === 'STATIC',
    workloads: workloads.length > 0 || !namesItsOwnEndpoint(spec, host) ? workloads : [hostWorkload(host)],
  }
}

/** Without endpoints, the host is its own endpoint wherever a name is resolved; a wildcard names no address. */
function namesItsOwnEndpoint(spec: ServiceEntryResource['spec'], host: string): boolean {
  return spec.resolution !== 'STATIC' && spec.endpoints.length === 0 && !spec.workloadSelector && !host.startsWith('*')
}

function hostWorkload(address: string): Workload {
  return { address, labels: {}, weight: 1, portByName: {} }
}

function ownWorkloads({ spec }: ServiceEntryResource): Workload[] {
  return spec.endpoints.flatMap(endpoint => workloadOf(endpoint))
}

function selectedWorkloads(
  { namespace, spec }: ServiceEntryResource,
  workloadEntries: readonly WorkloadEntryResource[],
): Workload[] {
  const selector = spec.workloadSelector?.labels
  if (!selector) return []
  return inIstioOrder(workloadEntries)
    .filter(entry => entry.namespace === namespace && selects(selector, { ...entry.labels, ...entry.spec.labels }))
    .flatMap(entry =>
      workloadOf(entry.spec).map(workload => ({ ...workload, labels: { ...entry.labels, ...workload.labels } })),
    )
}

/** A unix socket or an endpoint known only by its network cannot be dialled from here. */
function workloadOf({ address, labels, weight, ports }: WorkloadEntryResource['spec']): Workload[] {
  if (address === undefined || address === '' || address.startsWith('unix:')) return []
  return [{ address: canonicalAddress(address), labels, weight: weight || 1, portByName: ports }]
}

/**
 * A name in lower case; an IPv6 address in its shortest form, by which Envoy knows it. Of one that stands for an IPv4
 * address, the end is written as such.
 */
function canonicalAddress(address: string): string {
  if (!address.includes(':') || !URL.canParse(`http://[${address}]`)) return address.toLowerCase()
  const shortest = new URL(`http://[${address}]`).hostname.slice(1, -1)
  const [, start, ...ends] = /^(::(?:ffff:)?)([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(shortest) ?? []
  if (start === undefined) return shortest
  const bytes = ends.map(end => Number.parseInt(end, 16)).flatMap(end => [end >> 8, end & 0xff])
  return `${start}${bytes.join('.')}`
}
