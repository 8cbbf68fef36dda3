import type { OutlierDetection } from '../../fib/outlier-detection.ts'
import type { EndpointState } from './endpoint-state.ts'

/**
 * How an attempt ended: with a status, or because there was no connection (`connect`), it broke off (`reset`), or time
 * was up (`timeout`).
 */
export type AttemptResult = number | 'connect' | 'reset' | 'timeout'

/** No ejection lasts longer, unless the base time does. Source: Envoy's `max_ejection_time`, which Istio leaves alone. */
const longestEjectionMs = 300_000

/**
 * After a change of who is in use, further ones are held back for so long, and then made together. This is what keeps a
 * cluster whose endpoints all begin to fail at once answering for another second. Source: Envoy's `update_merge_window`.
 */
const mergeWindowMs = 1000

/** By so much, requests on Workers may be behind one another: time goes on for each of them with its own I/O. */
const ordinaryLagMs = 10_000

/** A cluster counts as whole as long as so many percent of its endpoints in use make 100. Source: Envoy's overprovisioning factor. */
const overprovisionedPercent = 140

/**
 * Ejects endpoints that fail. It has no timers: whether one may come back is worked out when an endpoint is asked
 * for, as if it had been looked at every interval since the beginning.
 *
 * Source: Envoy's DetectorImpl, as Istio's applyOutlierDetection configures it; recorded with Envoy 1.40.
 */
export class OutlierDetector {
  readonly #policy: OutlierDetection
  #all: readonly EndpointState[]
  readonly #startedMs: number
  /** Who may be chosen; while changes are held back, who could be before them. */
  #inUse: readonly EndpointState[]
  #changedMs = Number.NEGATIVE_INFINITY
  /** The latest time at which it was used. */
  #latestMs: number
  #heldBackSinceMs: number | undefined
  /** When the first of those that are out comes back. */
  #nextReturnMs: number

  constructor(policy: OutlierDetection, endpoints: readonly EndpointState[], nowMs: number) {
    this.#policy = policy
    this.#all = endpoints
    this.#startedMs = nowMs
    this.#latestMs = nowMs
    this.#inUse = this.#fit()
    this.#nextReturnMs = this.#earliestReturn()
  }

  /** From now on the cluster has these endpoints; what is known of those that stay, stays. */
  replace(endpoints: readonly EndpointState[]): void {
    this.#all = endpoints
    this.#heldBackSinceMs = undefined
    this.#inUse = this.#fit()
    this.#nextReturnMs = this.#earliestReturn()
  }

  has(state: EndpointState): boolean {
    return this.#all.includes(state)
  }

  /** The endpoints that may be chosen now: the same list as long as they are the same. */
  inUse(nowMs: number): readonly EndpointState[] {
    this.#follow(nowMs)
    this.#takeBack(nowMs)
    if (this.#heldBackSinceMs !== undefined && nowMs >= this.#heldBackSinceMs + mergeWindowMs) {
      this.#change(this.#heldBackSinceMs + mergeWindowMs)
    }
    return this.#inUse
  }

  /** Takes in how an attempt ended; nothing, where its endpoint has left the cluster. */
  note(state: EndpointState, result: AttemptResult, nowMs: number): void {
    if (!this.has(state)) return
    this.#follow(nowMs)
    if (this.#policy.localFailures === undefined) {
      this.#noteStatus(state, typeof result === 'number' ? result : result === 'timeout' ? 504 : 503, nowMs)
      return
    }
    // Who has taken the connection, has not failed to.
    if (result !== 'connect') state.localFailures = 0
    if (typeof result === 'number') this.#noteStatus(state, result, nowMs)
    else if (++state.localFailures === this.#policy.localFailures && this.#eject(state, nowMs)) state.localFailures = 0
  }

  /** A clock that is set back must not keep anybody out for longer. */
  #follow(nowMs: number): void {
    const backMs = this.#latestMs - nowMs
    if (backMs > 0 && backMs <= ordinaryLagMs) return
    this.#latestMs = nowMs
    if (backMs <= 0) return
    this.#changedMs -= backMs
    if (this.#heldBackSinceMs !== undefined) this.#heldBackSinceMs -= backMs
    for (const state of this.#out()) state.ejectedAtMs! -= backMs
    this.#nextReturnMs = this.#earliestReturn()
  }

  #noteStatus(state: EndpointState, status: number, nowMs: number): void {
    if (status < 500 || status > 599) {
      state.serverErrors = 0
      state.gatewayErrors = 0
      return
    }
    const { serverErrors, gatewayErrors } = this.#policy
    state.gatewayErrors = status >= 502 && status <= 504 ? state.gatewayErrors + 1 : 0
    if (state.gatewayErrors === gatewayErrors && this.#eject(state, nowMs)) state.gatewayErrors = 0
    state.serverErrors++
    if (state.serverErrors === serverErrors && this.#eject(state, nowMs)) state.serverErrors = 0
  }

  /** Whether it was in use until now; the count that led to this begins anew then, also where none may be ejected. */
  #eject(state: EndpointState, nowMs: number): boolean {
    if (state.isEjected) return false
    const { baseEjectionMs, maxEjectionPercent, intervalMs } = this.#policy
    if ((100 * (this.#out().length + 1)) / this.#all.length > maxEjectionPercent) return true
    const calmIntervals = Math.max(0, Math.floor((nowMs - state.returnedAtMs) / intervalMs))
    state.multiplier = Math.max(0, state.multiplier - calmIntervals)
    state.eject(nowMs)
    // A multiplier beyond what the longest ejection takes would only have to be counted down again.
    state.multiplier = Math.min(state.multiplier, Math.ceil(this.#longestMs() / baseEjectionMs) + 1)
    this.#nextReturnMs = Math.min(this.#nextReturnMs, this.#returnOf(state))
    this.#noteChange(nowMs)
    return true
  }

  #longestMs(): number {
    return Math.max(longestEjectionMs, this.#policy.baseEjectionMs)
  }

  /** When somebody comes back who is out: at the first look at it for which that has been long enough. */
  #returnOf({ ejectedAtMs = 0, multiplier }: EndpointState): number {
    const { baseEjectionMs, intervalMs } = this.#policy
    const lastsMs = Math.min(baseEjectionMs * multiplier, this.#longestMs())
    return this.#startedMs + Math.ceil((ejectedAtMs + lastsMs - this.#startedMs) / intervalMs) * intervalMs
  }

  #takeBack(nowMs: number): void {
    while (this.#nextReturnMs <= nowMs) {
      const returnsMs = this.#nextReturnMs
      for (const state of this.#out()) if (this.#returnOf(state) <= returnsMs) state.return(returnsMs)
      this.#nextReturnMs = this.#earliestReturn()
      this.#noteChange(returnsMs)
    }
  }

  #earliestReturn(): number {
    return Math.min(...this.#out().map(state => this.#returnOf(state)))
  }

  #out(): EndpointState[] {
    return this.#all.filter(({ isEjected }) => isEjected)
  }

  #noteChange(nowMs: number): void {
    if (nowMs - this.#changedMs > mergeWindowMs) this.#change(nowMs)
    else this.#heldBackSinceMs ??= nowMs
  }

  #change(nowMs: number): void {
    this.#changedMs = nowMs
    this.#heldBackSinceMs = undefined
    this.#inUse = this.#fit()
  }

  /** Those that are not ejected; all of them where too few are left. */
  #fit(): readonly EndpointState[] {
    const fit = this.#all.filter(({ isEjected }) => !isEjected)
    const isWhole = overprovisionedPercent * fit.length >= 100 * this.#all.length
    const isPanic = !isWhole && (100 * fit.length) / this.#all.length < this.#policy.minHealthPercent
    return isPanic ? this.#all : fit
  }
}
