import type { Scheme } from './request-head.ts'

/**
 * What a route does with the requests it matches, as the table carries it. `ClusterKey` is how a cluster is named:
 * by its row in the table, or by its name in the IR.
 */
export type Action<ClusterKey> = ForwardAction<ClusterKey> | RedirectAction | RespondAction

export interface ForwardAction<ClusterKey> {
  readonly kind: 'forward'
  /** At least one. Where there is only one, its weight does not matter. */
  readonly destinations: readonly WeightedDestination<ClusterKey>[]
  readonly rewrite?: PathRewrite
}

export interface WeightedDestination<ClusterKey> {
  readonly cluster: ClusterKey
  /** Relative to the sum of the list; 0 gets nothing. */
  readonly weight: number
}

/**
 * Replaces the matched prefix (after a prefix match) or the whole path (after an exact or regex match). A match
 * without a path condition counts as the prefix `/`. The query stays.
 */
export interface PathRewrite {
  readonly path: string
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
  /** `listener` is the port of the listener. */
  readonly port?: number | 'listener'
}

export interface RespondAction {
  readonly kind: 'respond'
  readonly status: number
  readonly body?: RespondBody
}

export type RespondBody = { readonly text: string } | { readonly base64: string }
