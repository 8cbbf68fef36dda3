import type { ClusterLimits } from '../../fib/cluster-limits.ts'

/**
 * Keeps what is under way to a cluster within its limits.
 *
 * Source: Envoy's ResourceManager and HTTP/1 connection pool, whose connections are all there already: one that is still
 * being made counts as waiting in Envoy, and cannot be told apart here.
 */
export class ClusterGate {
  readonly #limits: ClusterLimits
  #underWay = 0
  #retries = 0
  /** In the order in which they came. */
  readonly #waiting = new Set<() => void>()

  constructor(limits: ClusterLimits) {
    this.#limits = limits
  }

  /**
   * Lets a request in: at once, or when its turn has come, which `onTurn` is told. What is returned for one that waits
   * ends that. Who was let in has to leave.
   */
  enter(onTurn: () => void): 'in' | 'full' | (() => void) {
    const { maxRequests = Number.POSITIVE_INFINITY, maxWaiting = Number.POSITIVE_INFINITY } = this.#limits
    if (this.#hasConnection()) {
      // Not looked at by who waits for a connection.
      if (this.#underWay >= maxRequests) return 'full'
      this.#underWay++
      return 'in'
    }
    if (this.#waiting.size >= maxWaiting) return 'full'
    this.#waiting.add(onTurn)
    return () => this.#waiting.delete(onTurn)
  }

  leave(): void {
    this.#underWay--
    for (const onTurn of this.#waiting) {
      if (!this.#hasConnection()) return
      this.#waiting.delete(onTurn)
      this.#underWay++
      onTurn()
    }
  }

  /** Whether one more may be tried again; who is has to leave that, too. */
  enterRetry(): boolean {
    if (this.#retries >= (this.#limits.maxRetries ?? Number.POSITIVE_INFINITY)) return false
    this.#retries++
    return true
  }

  leaveRetry(): void {
    this.#retries--
  }

  #hasConnection(): boolean {
    return this.#underWay < (this.#limits.maxConnections ?? Number.POSITIVE_INFINITY)
  }
}
