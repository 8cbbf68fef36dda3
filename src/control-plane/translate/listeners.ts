import type { Scheme } from '../../fib/request-head.ts'
import type { Config, GatewayResource, VirtualServiceResource } from '../config/resource.ts'
import type { Listener } from '../ir/rib.ts'
import { certificateTerms } from '../resolve/client-certificate.ts'
import { joinDelegates } from '../resolve/delegates.ts'
import { commonHost, fullHostName } from '../resolve/host-name.ts'
import { type Identity, selects } from '../resolve/identity.ts'
import { inIstioOrder } from '../resolve/resource-order.ts'
import { qualifiedGateway, type RulePlace } from '../resolve/rule-place.ts'
import { visibleFirstTo } from '../resolve/visibility.ts'
import { httpRoutes, type RouteSource } from './http-routes.ts'
import { httpsRedirectRoute } from './https-redirect.ts'
import type { EdgeContext } from './listener-context.ts'
import { type Contribution, mergeVirtualHosts } from './virtual-hosts.ts'

type Server = GatewayResource['spec']['servers'][number]

/** A Gateway server that speaks HTTP on a port, with the Gateway that declares it. */
interface HttpServer {
  readonly gateway: GatewayResource
  readonly server: Server
  readonly port: number
  readonly protocol: Scheme
}

/**
 * The listeners of this edge: one for each port on which Gateways serve plain HTTP (servers of one port share it),
 * one for each HTTPS server (TLS keeps them apart), and the default listener for the VirtualServices without a
 * Gateway.
 */
export function listenersOf(config: Config, edge: EdgeContext): Listener[] {
  const virtualServices = servedVirtualServices(config, edge.identity)
  const listeners = placesOf(config, edge.identity).map(({ facts, servers }) => ({
    ...facts,
    virtualHosts: mergeVirtualHosts(servers.flatMap(server => contributionsTo(server, virtualServices, edge))),
  }))
  return [...listeners, defaultListener(virtualServices, edge)]
}

/** A VirtualService on a listener: the domains there that it serves, and the place that its rules are meant for. */
export interface Attachment {
  readonly virtualService: VirtualServiceResource
  readonly domains: readonly string[]
  readonly place: RulePlace
}

/** What is attached to each listener, in the order in which it speaks there: what `listenersOf` merges. */
export function attachmentsByListener(config: Config, identity: Identity): ReadonlyMap<string, readonly Attachment[]> {
  const virtualServices = servedVirtualServices(config, identity)
  const onGateways = placesOf(config, identity).map(
    ({ facts, servers }) => [facts.name, servers.flatMap(server => attachmentsTo(server, virtualServices))] as const,
  )
  return new Map([...onGateways, [defaultListenerName, attachmentsToDefault(virtualServices)]])
}

/** A listener without its virtual hosts, and the servers that it stands for. */
interface ListenerPlace {
  readonly facts: Omit<Listener, 'virtualHosts'> & { readonly port: number }
  readonly servers: readonly HttpServer[]
}

function placesOf(config: Config, identity: Identity): ListenerPlace[] {
  const gateways = inIstioOrder(config.gateways).filter(gateway => isServed(gateway, identity))
  const servers = gateways.flatMap(httpServers)
  const plain = Map.groupBy(
    servers.filter(({ protocol }) => protocol === 'http'),
    ({ port }) => port,
  )
  const places = [...plain].map(
    ([port, ofPort]): ListenerPlace => ({ facts: { name: `http.${port}`, port, protocol: 'http' }, servers: ofPort }),
  )
  for (const each of servers.filter(({ protocol }) => protocol === 'https')) {
    const { port, server, gateway } = each
    const name = `https.${port}.${server.port.name}.${gateway.name}.${gateway.namespace}`
    const facts = { name, port, protocol: 'https', admits: namesOf(server), ...certificateTerms(server) } as const
    places.push({ facts, servers: [each] })
  }
  return places.sort((a, b) => a.facts.port - b.facts.port || (a.facts.name < b.facts.name ? -1 : 1))
}

/**
 * The VirtualServices that the edge serves, in the order in which they speak: delegates joined in, then those that
 * only its namespace sees, those that are exported to it, and public ones. Source: Istio's VirtualServicesForGateway.
 */
function servedVirtualServices(config: Config, { namespace }: Identity): VirtualServiceResource[] {
  return visibleFirstTo(namespace, joinDelegates(inIstioOrder(config.virtualServices)))
}

/** An edge that has labels serves the Gateways that select them; one without labels serves every Gateway. */
export function isServed({ spec }: GatewayResource, { labels }: Identity): boolean {
  return Object.keys(labels).length === 0 || selects(spec.selector, labels)
}

/** The servers of a Gateway that speak HTTP. */
export function httpServers(gateway: GatewayResource): HttpServer[] {
  return gateway.spec.servers.flatMap(server => {
    const protocol = httpProtocol(server)
    const port = server.port.number
    return protocol && port ? [{ gateway, server, port, protocol }] : []
  })
}

/**
 * What an HTTP server speaks. Undefined for servers that hand TCP or TLS through (`tls` without a mode means
 * PASSTHROUGH).
 */
export function httpProtocol({ port, tls }: Server): Scheme | undefined {
  switch (port.protocol) {
    case 'HTTP':
    case 'HTTP2':
    case 'GRPC':
    case 'GRPC-WEB':
      return 'http'
    case 'HTTPS':
      return endsTls(tls?.mode) ? 'https' : undefined
    default:
      return undefined
  }
}

function endsTls(mode: NonNullable<Server['tls']>['mode']): boolean {
  return mode !== undefined && mode !== 'PASSTHROUGH' && mode !== 'AUTO_PASSTHROUGH'
}

function contributionsTo(
  server: HttpServer,
  virtualServices: readonly VirtualServiceResource[],
  edge: EdgeContext,
): Contribution[] {
  const { gateway, server: written } = server
  const redirect = written.tls?.httpsRedirect ? { first: httpsRedirectRoute(gateway, written) } : {}
  const contributions = attachmentsTo(server, virtualServices).flatMap(
    ({ virtualService, domains, place }): Contribution[] => {
      const source = httpRoutes(virtualService, { ...edge, ...place })
      // A VirtualService of which nothing applies to this listener brings no virtual host.
      return source.isEmpty ? [] : [{ domains, source, ...redirect }]
    },
  )
  // Hosts without a VirtualService are sent to https, too.
  if (redirect.first) contributions.push({ domains: namesOf(written), source: noRoutes, ...redirect })
  return contributions
}

const noRoutes: RouteSource = { key: '', isEmpty: true, routes: [] }

function attachmentsTo(
  { gateway, server, port }: HttpServer,
  virtualServices: readonly VirtualServiceResource[],
): Attachment[] {
  const gatewayName = `${gateway.namespace}/${gateway.name}`
  return virtualServices.flatMap(virtualService => {
    const { spec, namespace } = virtualService
    if (!spec.gateways.some(name => qualifiedGateway(name, namespace) === gatewayName)) return []
    const domains = commonDomainsOf(server.hosts, gateway.namespace, spec.hosts, namespace)
    return domains.length === 0 ? [] : [{ virtualService, domains, place: { gateway: gatewayName, port } }]
  })
}

/** The hosts of a server, whichever namespaces it admits for them. */
function namesOf({ hosts }: Server): string[] {
  return [...new Set(hosts.map(written => written.slice(written.indexOf('/') + 1).toLowerCase()))]
}

/**
 * A VirtualService is served for the names that its hosts and the hosts of a server have in common.
 *
 * @param admitted the server's hosts as written, perhaps with a namespace: `ns/host`, `./host`, `*\/host`
 */
export function commonDomainsOf(
  admitted: readonly string[],
  gatewayNamespace: string,
  hosts: readonly string[],
  namespace: string,
): string[] {
  const domains = new Set<string>()
  for (const written of admitted) {
    const admits = admittedHost(written, gatewayNamespace, namespace)
    if (admits === undefined) continue
    for (const host of hosts) {
      const common = commonHost(admits, host.toLowerCase())
      if (common !== undefined) domains.add(common)
    }
  }
  return [...domains]
}

/** The host of a server's `namespace/host` (`.` is the Gateway's own namespace), if it admits that namespace. */
function admittedHost(written: string, gatewayNamespace: string, namespace: string): string | undefined {
  const slash = written.indexOf('/')
  const host = written.slice(slash + 1).toLowerCase()
  if (slash < 0) return host
  const allowed = written.slice(0, slash)
  return allowed === '*' || namespace === (allowed === '.' ? gatewayNamespace : allowed) ? host : undefined
}

const defaultListenerName = 'default'

/** Serves VirtualServices without `gateways`, or with `mesh` among them, merged as on a Gateway. */
function defaultListener(virtualServices: readonly VirtualServiceResource[], edge: EdgeContext): Listener {
  const contributions = attachmentsToDefault(virtualServices)
    .map(({ virtualService, domains, place }) => ({
      domains,
      source: httpRoutes(virtualService, { ...edge, ...place }),
    }))
    .filter(({ source }) => !source.isEmpty)
  return { name: defaultListenerName, protocol: 'http', virtualHosts: mergeVirtualHosts(contributions) }
}

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
