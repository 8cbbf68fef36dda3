import type { Endpoint } from '../../fib/cluster.ts'
import type { Holding, Lease } from '../limit/lease.ts'

/** An endpoint with what has become of the requests to it; what is about ejection is its cluster's detector's. */
export class EndpointState implements Holding {
  readonly endpoint: Endpoint
  /** How many requests to it are under way. */
  active = 0
  /** In a row. */
  serverErrors = 0
  gatewayErrors = 0
  localFailures = 0
  /** Absent while it is in use. */
  ejectedAtMs: number | undefined
  /** Of its last ejection. */
  returnedAtMs = 0
  /** What the time of an ejection is multiplied by: the number of its ejections, less one for each calm interval. */
  multiplier = 0

  constructor(endpoint: Endpoint) {
    this.endpoint = endpoint
  }

  /** Counts a request to it as under way, for as long as the lease lasts. */
  acquire(lease: Lease): void {
    this.active++
    lease.hold(this)
  }

  /** For the lease alone to call. */
  release(): void {
    this.active--
  }

  get isEjected(): boolean {
    return this.ejectedAtMs !== undefined
  }

  eject(nowMs: number): void {
    this.ejectedAtMs = nowMs
    this.multiplier++
  }

  /** Comes back with a clean record. */
  return(nowMs: number): void {
    this.ejectedAtMs = undefined
    this.returnedAtMs = nowMs
    this.serverErrors = 0
    this.gatewayErrors = 0
    this.localFailures = 0
  }
}
