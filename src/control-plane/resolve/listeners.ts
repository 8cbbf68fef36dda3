import type { Scheme } from '../../fib/request-head.ts'
import type { VirtualServiceResource } from '../config/resource.ts'
import { commonDomainsOf, type HttpServer } from './gateway-servers.ts'
import { fullHostName } from './host-name.ts'
import { qualifiedGateway, type RulePlace } from './rule-place.ts'

/** A VirtualService on a listener: the domains there that it serves, and the place that its rules are meant for. */
export interface Attachment {
  readonly virtualService: VirtualServiceResource
  readonly domains: readonly string[]
  readonly place: RulePlace
}

/** What one Gateway server, or the edge itself, brings to a listener. */
export interface ListenerPart {
  /** Absent for the default listener. */
  readonly server?: HttpServer
  /** In order of precedence. */
  readonly attachments: readonly Attachment[]
}

/** A place where requests come in, with all that it serves. */
export interface ResolvedListener {
  readonly name: string
  readonly protocol: Scheme
  /** Absent for the default listener. */
  readonly port?: number
  /** In Istio's order of their Gateways. */
  readonly parts: readonly ListenerPart[]
}

/**
 * The listeners of an edge: one for each port on which Gateways serve plain HTTP, one for each HTTPS server, both in the
 * order of ports and names, and the default listener for the VirtualServices without a Gateway.
 *
 * @param servers those that the edge serves, in Istio's order
 * @param virtualServices those that the edge serves, in order of precedence
 */
export function resolveListeners(
  servers: readonly HttpServer[],
  virtualServices: readonly VirtualServiceResource[],
): ResolvedListener[] {
  const byGateway = boundTo(virtualServices)
  const partOf = (server: HttpServer): ListenerPart => ({ server, attachments: attachmentsTo(server, byGateway) })
  const plain = Map.groupBy(
    servers.filter(({ protocol }) => protocol === 'http'),
    ({ port }) => port,
  )
  const groups = [...plain.values(), ...servers.filter(({ protocol }) => protocol === 'https').map(server => [server])]
  const onGateways = groups.map(group => {
    const { listener, port, protocol } = group[0]!
    return { name: listener, port, protocol, parts: group.map(partOf) }
  })
  onGateways.sort((a, b) => a.port - b.port || (a.name < b.name ? -1 : 1))
  const attachments = attachmentsToDefault(virtualServices)
  return [...onGateways, { name: defaultListenerName, protocol: 'http', parts: [{ attachments }] }]
}

const defaultListenerName = 'default'

/** The VirtualServices that name a Gateway, by its `namespace/name`. */
function boundTo(virtualServices: readonly VirtualServiceResource[]): ReadonlyMap<string, VirtualServiceResource[]> {
  const byGateway = new Map<string, VirtualServiceResource[]>()
  for (const each of virtualServices) {
    for (const name of new Set(each.spec.gateways.map(written => qualifiedGateway(written, each.namespace)))) {
      const bound = byGateway.get(name)
      if (bound) bound.push(each)
      else byGateway.set(name, [each])
    }
  }
  return byGateway
}

function attachmentsTo(
  { gateway: { namespace, name }, server, port }: HttpServer,
  byGateway: ReadonlyMap<string, readonly VirtualServiceResource[]>,
): Attachment[] {
  const place = { gateway: `${namespace}/${name}`, port }
  return (byGateway.get(place.gateway) ?? []).flatMap(virtualService => {
    const domains = commonDomainsOf(server.hosts, namespace, virtualService.spec.hosts, virtualService.namespace)
    return domains.length === 0 ? [] : [{ virtualService, domains, place }]
  })
}

/** Serves VirtualServices without `gateways`, or with `mesh` among them, merged as on a Gateway. */
function attachmentsToDefault(virtualServices: readonly VirtualServiceResource[]): Attachment[] {
  return virtualServices
    .filter(({ spec }) => spec.gateways.length === 0 || spec.gateways.includes('mesh'))
    .map(virtualService => ({
      virtualService,
      domains: meshDomains(virtualService),
      place: { gateway: 'mesh' },
    }))
}

/** A short name is served as it stands and in full: clients may ask for either. */
function meshDomains({ spec, namespace }: VirtualServiceResource): string[] {
  return [...new Set(spec.hosts.flatMap(host => [host.toLowerCase(), fullHostName(host, namespace)]))]
}
