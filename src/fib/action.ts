import type { HashKey } from './balancing.ts'
import type { CorsPolicy } from './cors.ts'
import type { HeaderChanges, RouteHeaderChanges } from './header-changes.ts'
import type { Mirror } from './mirror.ts'
import type { Scheme } from './request-head.ts'
import type { RetryPolicy } from './retry.ts'

/**
 * What a route does with the requests it matches, as the table carries it. `ClusterKey` is how a cluster is named:
 * by its row in the table, or by its name in the IR.
 */
export type Action<ClusterKey> = ForwardAction<ClusterKey> | RedirectAction | RespondAction

/** The same action with its clusters named in another way, each as often as the action names it. */
export function withClusters<From, To>(action: Action<From>, keyOf: (cluster: From) => To): Action<To> {
  if (action.kind !== 'forward') return action
  const { mirrors, ...rest } = action
  const renamed = <Target extends { readonly cluster: From }>(target: Target) => ({
    ...target,
    cluster: keyOf(target.cluster),
  })
  return { ...rest, destinations: rest.destinations.map(renamed), ...(mirrors && { mirrors: mirrors.map(renamed) }) }
}

export interface ForwardAction<ClusterKey> {
  readonly kind: 'forward'
  /** At least one. Where there is only one, its weight does not matter. */
  readonly destinations: readonly WeightedDestination<ClusterKey>[]
  readonly rewrite?: PathRewrite
  /** The Host that is sent upstream, in place of the client's. */
  readonly authority?: string
  readonly fault?: Fault
  readonly cors?: CorsPolicy
  /** From the request's last byte to the response's, all tries included; absent: no limit. */
  readonly timeoutMs?: number
  /** Absent: `defaultRetries`. */
  readonly retries?: RetryPolicy
  readonly mirrors?: readonly Mirror<ClusterKey>[]
  /** What makes the key of a request, in clusters that are balanced by key; those that a request lacks are left out. */
  readonly hashKeys?: readonly HashKey[]
}

export interface WeightedDestination<ClusterKey> {
  readonly cluster: ClusterKey
  /** Relative to the sum of the list; 0 gets nothing. */
  readonly weight: number
  /** Those of the route and of the destination together, in the order in which they are applied. */
  readonly headers?: RouteHeaderChanges
  /** As the action's, where that has none. */
  readonly authority?: string
}

/**
 * `prefix` replaces the matched prefix (after a prefix match) or the whole path (after an exact or regex match); a
 * match without a path condition counts as the prefix `/`. `regex` replaces what matches within the path, every time.
 * The query stays.
 */
export type PathRewrite =
  | { readonly kind: 'prefix'; readonly path: string }
  | { readonly kind: 'regex'; readonly regex: string; readonly substitution: string }

/** Delay and abort are drawn independently; a share is in percent. */
export interface Fault {
  readonly delay?: { readonly durationMs: number; readonly percent: number }
  readonly abort?: { readonly status: number; readonly grpcStatus?: number; readonly percent: number }
}

export interface RedirectAction {
  readonly kind: 'redirect'
  readonly status: number
  /** The new path; where it holds no `?`, the query is kept. */
  readonly path?: string
  /** Replaces the matched prefix instead of the whole path. */
  readonly prefix?: string
  readonly authority?: string
  readonly scheme?: Scheme
  /**
   * `listener` is the port of the listener. `sent` keeps the Host header as it is, with its port also where that is the
   * default of the old scheme, which is left out otherwise.
   */
  readonly port?: number | 'listener' | 'sent'
  readonly responseHeaders?: readonly HeaderChanges[]
}

export interface RespondAction {
  readonly kind: 'respond'
  readonly status: number
  readonly body?: RespondBody
  readonly responseHeaders?: readonly HeaderChanges[]
}

export type RespondBody = { readonly text: string } | { readonly base64: string }
