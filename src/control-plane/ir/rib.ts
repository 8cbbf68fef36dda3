import type { Span } from '../../diagnostics/span.ts'
import type { Action } from '../../fib/action.ts'
import type { Cluster } from '../../fib/cluster.ts'
import type { Condition } from '../../fib/condition.ts'
import type { Guard } from '../../fib/guard.ts'
import type { PathNormalization } from '../../fib/normalize.ts'
import type { Scheme } from '../../fib/request-head.ts'

/**
 * The routing information base: everything that the routes folder says, in data-plane words, before it is made fast.
 * The reference matcher reads it as it stands; `compile` turns it into a table.
 */
export interface Rib {
  /** In the order in which a request tries them: Gateway servers first, the default listener last. */
  readonly listeners: readonly Listener[]
  /** By name. Every cluster that a route names is here, also the unknown ones. */
  readonly clusters: ReadonlyMap<string, Cluster>
  /** How paths are brought to normal form before they are matched; `base` where it is absent. */
  readonly pathNormalization?: PathNormalization
  /** How many proxies before this one can be trusted to say where a request comes from; 0 where it is absent. */
  readonly trustedHops?: number
}

/** One place where requests come in. */
export interface Listener {
  readonly name: string
  /** Absent on the default listener, which serves whatever port a request came in by. */
  readonly port?: number
  readonly protocol: Scheme
  /**
   * The hosts that an HTTPS server is for. Of several on one port, TLS would choose by the name that a client asks for,
   * the most specific first; where TLS ended before, the request's host stands for that name.
   */
  readonly admits?: readonly string[]
  /** What a client has to be admitted by; absent where it is admitted whoever it is. */
  readonly guards?: readonly Guard[]
  readonly virtualHosts: readonly VirtualHost[]
}

/** A set of host names with the ordered routes that they share. */
export interface VirtualHost {
  /** Each an exact name in lower case, `*` and a suffix, or `*`. No domain stands in two virtual hosts of a listener. */
  readonly domains: readonly string[]
  /** First match wins. */
  readonly routes: readonly Route[]
}

// Beside the RIB and not in it: it says what is routed, however it came about.
const sources = new WeakMap<VirtualHost, object>()

/** Says what the routes of a virtual host are made of: where that is the same object, they are the same. */
export function setRouteSource(host: VirtualHost, source: object): void {
  sources.set(host, source)
}

/** What stands for the routes of a virtual host: their source, where it was said, else they themselves. */
export function routeSource(host: VirtualHost): object {
  return sources.get(host) ?? host.routes
}

export interface Route {
  readonly name: string
  readonly match: RouteMatch
  readonly action: Action<string>
  /** What sets its retries; absent where nothing does. For explanations only. */
  readonly retriesFrom?: 'route' | 'mesh'
  /** Where it was written. */
  readonly origin: Span
}

/** All of it must hold. */
export interface RouteMatch {
  /** Absent where any path will do. */
  readonly path?: PathMatch
  readonly conditions: readonly Condition[]
}

export type PathMatch =
  | { readonly kind: 'exact' | 'prefix'; readonly value: string; readonly ignoresCase: boolean }
  | { readonly kind: 'regex'; readonly regex: string }
