import type { ClusterLimits } from '../../fib/cluster-limits.ts'
import { longestTimerMs } from '../../fib/timer.ts'
import type { Holding, Lease } from './lease.ts'

/** A request in the queue. */
interface Queued {
  /** What the slot is for. */
  readonly lease: Lease
  /** Its place in the queue; it is left where this is released. */
  readonly wait: Lease
  readonly resolve: (isAcquired: boolean) => void
}

/**
 * Limits the requests and retries that are under way to a cluster.
 *
 * Source: Envoy's ResourceManager and HTTP/1 connection pool, whose connections are all there already: one that is still
 * being made counts as waiting in Envoy, and cannot be distinguished here.
 */
export class CircuitBreaker {
  readonly #limits: ClusterLimits
  #active = 0
  #retries = 0
  /** In the order of their arrival. */
  readonly #queue = new Set<Queued>()
  // The same for all requests: a slot is nothing but one of so many.
  readonly #slot: Holding = { release: () => this.#releaseSlot() }
  readonly #retrySlot: Holding = { release: () => void this.#retries-- }

  constructor(limits: ClusterLimits) {
    this.#limits = limits
  }

  /**
   * Takes a slot for as long as the lease lasts, or queues for one: then a promise tells whether it was acquired, which it
   * was not where the lease was released before. False where there is no room in the queue either.
   */
  acquire(lease: Lease): boolean | Promise<boolean> {
    if (this.#hasConnection()) return this.#acquireAtOnce(lease)
    if (this.#queue.size >= (this.#limits.maxWaiting ?? Number.POSITIVE_INFINITY)) return false
    return new Promise(resolve => this.#enqueue(lease, resolve))
  }

  /** Takes a slot for as long as the lease lasts; false where none is free. */
  tryAcquire(lease: Lease): boolean {
    return this.#hasConnection() && this.#acquireAtOnce(lease)
  }

  /** Takes a slot for retries for as long as the lease lasts; false where none is free. */
  acquireRetry(lease: Lease): boolean {
    if (this.#retries >= (this.#limits.maxRetries ?? Number.POSITIVE_INFINITY)) return false
    this.#retries++
    lease.hold(this.#retrySlot)
    return true
  }

  /** The limit of requests does not apply to those that queue for a connection. */
  #acquireAtOnce(lease: Lease): boolean {
    if (this.#active >= (this.#limits.maxRequests ?? Number.POSITIVE_INFINITY)) return false
    this.#take(lease)
    return true
  }

  #take(lease: Lease): void {
    this.#active++
    lease.hold(this.#slot)
  }

  #enqueue(lease: Lease, resolve: (isAcquired: boolean) => void): void {
    const wait = lease.nested()
    const queued = { lease, wait, resolve }
    this.#queue.add(queued)
    const leave = () => {
      this.#queue.delete(queued)
      // Of no effect where it was acquired.
      resolve(false)
    }
    wait.hold({ release: leave })
    // A Worker that waits for nothing of its own is taken for one that hangs.
    wait.startTimer(longestTimerMs, () => wait.release())
  }

  #releaseSlot(): void {
    this.#active--
    for (const { lease, wait, resolve } of this.#queue) {
      if (!this.#hasConnection()) return
      this.#take(lease)
      resolve(true)
      wait.release()
    }
  }

  #hasConnection(): boolean {
    return this.#active < (this.#limits.maxConnections ?? Number.POSITIVE_INFINITY)
  }
}
