import type { Config, VirtualServiceResource } from '../config/resource.ts'
import { joinDelegates } from './delegates.ts'
import { DestinationRules } from './destination-rules.ts'
import { type HttpServer, httpServers, isServed } from './gateway-servers.ts'
import { defaultIdentity, type Identity } from './identity.ts'
import { type ResolvedListener, resolveListeners } from './listeners.ts'
import { inIstioOrder } from './resource-order.ts'
import { ServiceRegistry } from './service-registry.ts'
import { visibleFirstTo } from './visibility.ts'

/**
 * A config as one edge sees it: who sees, names and serves whom. `analysis` reads it and `translate` lowers it, so that
 * a finding and the table cannot disagree.
 */
export interface ResolvedConfig {
  readonly config: Config
  readonly identity: Identity
  /** The services that destinations can name. */
  readonly services: ServiceRegistry
  readonly destinationRules: DestinationRules
  /** All VirtualServices that have hosts, with the rules of their delegates in place, in the order of `config`. */
  readonly roots: readonly VirtualServiceResource[]
  /** The Gateway servers of this edge for HTTP and terminated HTTPS, in Istio's order of their Gateways. */
  readonly servers: readonly HttpServer[]
  /** The listeners of this edge, each with the VirtualServices that it serves; the default listener is the last one. */
  readonly listeners: readonly ResolvedListener[]
}

/**
 * Works out who sees, names and serves whom, once for all who ask.
 *
 * VirtualServices have precedence by sight: those that only the edge's namespace sees, those that are exported to it,
 * and public ones, each in Istio's order. Source: Istio's VirtualServicesForGateway.
 */
export function resolve(config: Config, identity: Identity = defaultIdentity): ResolvedConfig {
  const roots = joinDelegates(config.virtualServices)
  const servers = inIstioOrder(config.gateways)
    .filter(gateway => isServed(gateway, identity))
    .flatMap(httpServers)
  return {
    config,
    identity,
    services: new ServiceRegistry(config, identity),
    destinationRules: new DestinationRules(config, identity),
    roots,
    servers,
    listeners: resolveListeners(servers, visibleFirstTo(identity.namespace, inIstioOrder(roots))),
  }
}
