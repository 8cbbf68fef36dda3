import type { ClusterLimits } from '../../fib/cluster-limits.ts'

/**
 * Limits the requests and retries that are under way to a cluster.
 *
 * Source: Envoy's ResourceManager and HTTP/1 connection pool, whose connections are all there already: one that is still
 * being made counts as waiting in Envoy, and cannot be told apart here.
 */
export class CircuitBreaker {
  readonly #limits: ClusterLimits
  #active = 0
  #retries = 0
  /** In the order of their arrival. */
  readonly #queue = new Set<() => void>()

  constructor(limits: ClusterLimits) {
    this.#limits = limits
  }

  /**
   * Takes a slot at once, or queues for one: `onSlot` is called once it has been taken. What is returned for a queued
   * request leaves the queue. Each slot has to be released once.
   */
  acquire(onSlot: () => void): 'acquired' | 'overflow' | (() => void) {
    const { maxRequests = Number.POSITIVE_INFINITY, maxWaiting = Number.POSITIVE_INFINITY } = this.#limits
    if (this.#hasConnection()) {
      // Does not apply to requests that queue for a connection.
      if (this.#active >= maxRequests) return 'overflow'
      this.#active++
      return 'acquired'
    }
    if (this.#queue.size >= maxWaiting) return 'overflow'
    this.#queue.add(onSlot)
    return () => this.#queue.delete(onSlot)
  }

  release(): void {
    this.#active--
    for (const onSlot of this.#queue) {
      if (!this.#hasConnection()) return
      this.#queue.delete(onSlot)
      this.#active++
      onSlot()
    }
  }

  /** Takes a retry slot, where one is free; it has to be released once. */
  acquireRetry(): boolean {
    if (this.#retries >= (this.#limits.maxRetries ?? Number.POSITIVE_INFINITY)) return false
    this.#retries++
    return true
  }

  releaseRetry(): void {
    this.#retries--
  }

  #hasConnection(): boolean {
    return this.#active < (this.#limits.maxConnections ?? Number.POSITIVE_INFINITY)
  }
}
