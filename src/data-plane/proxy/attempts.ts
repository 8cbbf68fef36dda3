import type { Endpoint } from '../../fib/cluster.ts'
import { longestTimerMs } from '../../fib/timer.ts'
import type { CircuitBreaker } from '../balance/circuit-breaker.ts'
import type { ClusterBalancer } from '../balance/cluster-balancer.ts'
import type { EndpointState } from '../balance/endpoint-state.ts'
import type { ForwardPlan } from '../plan/request-plan.ts'
import type { AttemptOutcome, BodyEnd, DownstreamRequest, HeaderFields, Platform, UpstreamCall } from '../platform.ts'
import { resultOf } from './attempt-result.ts'
import { isGrpcRequest } from './local-reply.ts'
import { asksForRetry, backoffMs } from './retry.ts'

/** The most that is buffered of a body for replay, in bytes, as in Envoy. */
export const replayLimitBytes = 1024 * 1024

/** What all attempts to serve a request came to. */
export interface Attempted {
  /**
   * `timeout`, `downstream-disconnect` and `per-try-timeout` end the attempts whatever the endpoint does;
   * `no-endpoint` is where none is fit for an attempt, `overflow` where too much is under way to the cluster.
   */
  readonly end:
    | AttemptOutcome
    | { readonly kind: 'timeout' | 'downstream-disconnect' | 'per-try-timeout' | 'no-endpoint' | 'overflow' }
  /** The last one that was tried. */
  readonly endpoint?: Endpoint
  readonly attempts: number
  /** Why no further try was made although the policy asked for one. */
  readonly givenUp: 'exhausted' | 'body-not-replayable' | 'overflow' | undefined
}

const noEndpoint = { kind: 'no-endpoint' } as const
const overflow = { kind: 'overflow' } as const

/** What one request is sent with, whatever the endpoint. */
export interface Sending {
  readonly request: Pick<DownstreamRequest, 'method' | 'headers' | 'body' | 'isWebSocket' | 'onDisconnect'>
  readonly platform: Platform
  readonly headers: HeaderFields
  /** Of the plan's cluster. */
  readonly balancer: ClusterBalancer
  /** Of the request's key, where it has one. */
  readonly hash?: bigint | undefined
}

/**
 * Sends a request to endpoints of its cluster until an outcome is to be handed on. The route's timeout goes on after
 * that: it spans the whole response, and cuts what is still coming in then.
 */
export class Attempts {
  readonly #plan: ForwardPlan
  readonly #sending: Sending
  readonly #onCut: (why: 'timeout' | 'downstream-disconnect') => void
  #call: UpstreamCall | undefined
  #ended: 'timeout' | 'downstream-disconnect' | undefined
  #wake: (() => void) | undefined
  #stopTimer: (() => void) | undefined
  #isOver = false
  /** The one that an attempt is under way to, its response included. */
  #busy: EndpointState | undefined
  #isRetrying = false
  /** While it waits for its turn. */
  #leaveQueue: (() => void) | undefined

  /** @param onCut told when the timeout or the client's going cuts a response whose head was handed on already */
  constructor(plan: ForwardPlan, sending: Sending, onCut: (why: 'timeout' | 'downstream-disconnect') => void) {
    this.#plan = plan
    this.#sending = sending
    this.#onCut = onCut
  }

  async run(): Promise<Attempted> {
    try {
      return await this.#run()
    } catch (error) {
      // A fault of ours must not hold what limits requests that have none.
      this.finish()
      throw error
    }
  }

  async #run(): Promise<Attempted> {
    const { retries, cluster, timeoutMs, target, authority } = this.#plan
    const { connectTimeoutMs } = cluster
    const { request, platform, headers, balancer, hash } = this.#sending
    const { breaker } = balancer
    const { method, body, isWebSocket } = request
    const { perTryTimeoutMs } = retries
    if (body && retries.attempts > 0) body.bufferForReplay(replayLimitBytes)
    // Where the end of a body is seen, a client that breaks it off is told from an endpoint that does.
    if (cluster.outlierDetection) body?.whenReceived(() => {})
    request.onDisconnect(() => this.#stop('downstream-disconnect'))
    if (timeoutMs !== undefined) this.#afterRequest(() => this.#startTimer(timeoutMs))

    const cancellable = timeoutMs !== undefined ? 'to-the-end' : perTryTimeoutMs !== undefined ? 'before-head' : 'never'
    const tried: EndpointState[] = []
    for (let attempts = 1; ; attempts++) {
      if (this.#ended) {
        this.finish()
        return { end: { kind: this.#ended }, attempts: attempts - 1, givenUp: undefined }
      }
      const avoided = retries.avoidsTriedEndpoints ? tried : undefined
      const state = balancer.pick({ random: platform.random, nowMs: platform.now(), hash, avoided })
      if (!state) {
        this.finish()
        const last = tried.at(-1)
        return { end: noEndpoint, ...(last && { endpoint: last.endpoint }), attempts: attempts - 1, givenUp: undefined }
      }
      const { endpoint } = state
      const attempted = (end: Attempted['end'], givenUp?: Attempted['givenUp']) => {
        if (end.kind !== 'responded') this.finish()
        return { end, endpoint, attempts, givenUp }
      }
      if (breaker && !(await this.#enter(breaker))) return attempted(this.#ended ? { kind: this.#ended } : overflow)
      state.active++
      this.#busy = state
      const call = platform.send({
        endpoint,
        method,
        target,
        authority,
        headers,
        body,
        isWebSocket,
        connectTimeoutMs,
        cancellable,
      })
      this.#call = call
      const attempt = perTryTimeoutMs === undefined ? undefined : this.#limit(call, perTryTimeoutMs)
      const outcome = await call.outcome
      attempt?.stop()

      if (cluster.outlierDetection) this.#note(state, outcome, attempt?.isLate === true || this.#ended === 'timeout')
      const isLate = attempt?.isLate === true && outcome.kind === 'failed'
      this.#releaseRetry()
      if (this.#ended) {
        if (outcome.kind === 'responded') outcome.response.discard()
        return attempted({ kind: this.#ended })
      }
      const end = isLate ? ({ kind: 'per-try-timeout' } as const) : outcome
      if (!asksForRetry(retries, outcome)) return attempted(end)
      if (attempts > retries.attempts) return attempted(end, retries.attempts > 0 ? 'exhausted' : undefined)
      if (body && !body.isReplayable) return attempted(end, 'body-not-replayable')
      if (breaker && !breaker.acquireRetry()) return attempted(end, 'overflow')
      this.#isRetrying = breaker !== undefined
      if (outcome.kind === 'responded') outcome.response.discard()
      tried.push(state)
      this.#leave()
      await this.#pause(backoffMs(retries, attempts, platform.random))
      if (this.#ended) return attempted({ kind: this.#ended })
    }
  }

  /** To be called when the response is over, whole or not; a body that its endpoint has broken off is its fault, too. */
  finish(end?: BodyEnd): void {
    const { balancer, platform } = this.#sending
    if (end === 'reset' && this.#busy && !this.#isOver) balancer.note(this.#busy, 'reset', platform.now())
    this.#isOver = true
    this.#stopTimer?.()
    this.#leave()
    this.#releaseRetry()
  }

  /** Whether the breaker lets an attempt in, now or when its turn has come; not where all is over before. */
  async #enter(breaker: CircuitBreaker): Promise<boolean> {
    let isIn = false
    let wake = () => {}
    const way = breaker.acquire(() => {
      isIn = true
      wake()
    })
    if (typeof way === 'string') return way === 'acquired'
    this.#leaveQueue = () => {
      if (isIn) breaker.release()
      else way()
      this.#leaveQueue = undefined
    }
    let stopTimer = () => {}
    await new Promise<void>(resolve => {
      wake = resolve
      this.#wake = resolve
      // A Worker that waits for nothing of its own is taken for one that hangs.
      stopTimer = this.#sending.platform.startTimer(longestTimerMs, resolve)
    })
    stopTimer()
    if (!isIn) this.#leaveQueue?.()
    this.#leaveQueue = undefined
    return isIn && !this.#ended
  }

  #leave(): void {
    if (!this.#busy) return
    this.#busy.active--
    this.#busy = undefined
    this.#sending.balancer.breaker?.release()
  }

  #releaseRetry(): void {
    if (this.#isRetrying) this.#sending.balancer.breaker?.releaseRetry()
    this.#isRetrying = false
  }

  #note(state: EndpointState, outcome: AttemptOutcome, isLate: boolean): void {
    const { request, platform, balancer } = this.#sending
    const result = resultOf(outcome, { isGrpc: isGrpcRequest(request), isLate })
    if (result !== undefined) balancer.note(state, result, platform.now())
  }

  /** Envoy's timeouts start when the last byte of the request has come: a slow upload is not the endpoint's fault. */
  #afterRequest(start: () => void): void {
    const { body } = this.#sending.request
    if (body) body.whenReceived(start)
    else start()
  }

  #startTimer(timeoutMs: number): void {
    if (this.#isOver) return
    this.#stopTimer = this.#sending.platform.startTimer(timeoutMs, () => this.#stop('timeout'))
  }

  #limit(call: UpstreamCall, durationMs: number): { readonly isLate: boolean; stop(): void } {
    let stopTimer: (() => void) | undefined
    const limit = {
      isLate: false,
      isOver: false,
      stop() {
        limit.isOver = true
        stopTimer?.()
      },
    }
    this.#afterRequest(() => {
      if (limit.isOver) return
      stopTimer = this.#sending.platform.startTimer(durationMs, () => {
        limit.isLate = true
        call.cancel()
      })
    })
    return limit
  }

  #pause(durationMs: number): Promise<void> {
    return new Promise(resolve => {
      const stop = this.#sending.platform.startTimer(durationMs, resolve)
      this.#wake = () => {
        stop()
        resolve()
      }
    })
  }

  #stop(why: 'timeout' | 'downstream-disconnect'): void {
    if (this.#isOver || this.#ended) return
    this.#ended = why
    this.#onCut(why)
    this.#call?.cancel()
    // At once: a runtime may end the code of a request whose client has gone, and nothing behind an `await` comes then.
    this.#leaveQueue?.()
    if (why === 'downstream-disconnect') {
      this.#leave()
      this.#releaseRetry()
    }
    this.#wake?.()
  }
}
