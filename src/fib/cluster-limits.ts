/** How much of a cluster may be under way at once, in one isolate; absent: no limit. */
export interface ClusterLimits {
  /** One more request is refused. */
  readonly maxRequests?: number
  /** One more request waits: each has a connection of its own. */
  readonly maxConnections?: number
  /** So many wait; one more is refused. */
  readonly maxWaiting?: number
  /** One more is not made: what there was to be tried again is handed on. */
  readonly maxRetries?: number
}
