import type { Endpoint } from '../../fib/cluster.ts'
import type { AttemptEnd, ObservedRequest, Observer } from '../../telemetry/observer.ts'
import type { ClusterBalancer } from '../balance/cluster-balancer.ts'
import type { EndpointState } from '../balance/endpoint-state.ts'
import type { Holding, Lease } from '../limit/lease.ts'
import type { ForwardPlan } from '../plan/request-plan.ts'
import type { AttemptOutcome, BodyEnd, DownstreamRequest, HeaderFields, UpstreamCall } from '../platform.ts'
import { resultOf } from './attempt-result.ts'
import { isGrpcRequest } from './local-reply.ts'
import type { CutReason, LeasedPlatform } from './request-context.ts'
import { asksForRetry, backoffMs } from './retry.ts'

/** The most that is buffered of a body for replay, in bytes, as in Envoy. */
export const replayLimitBytes = 1024 * 1024

/** What all attempts to serve a request came to. */
export interface Attempted {
  /**
   * `per-try-timeout` is one try's own; `no-endpoint` is where none is fit for an attempt, `overflow` where too much is
   * under way to the cluster.
   */
  readonly end: AttemptOutcome | { readonly kind: CutReason | 'per-try-timeout' | 'no-endpoint' | 'overflow' }
  /** The last one that was tried. */
  readonly endpoint?: Endpoint | undefined
  readonly attempts: number
  /** Why no further try was made although the policy asked for one. */
  readonly givenUp?: 'exhausted' | 'body-not-replayable' | 'overflow' | undefined
}

const noEndpoint = { kind: 'no-endpoint' } as const
const overflow = { kind: 'overflow' } as const
const perTryTimeout = { kind: 'per-try-timeout' } as const

/** What one request is sent with, whatever the endpoint. */
export interface Sending {
  readonly request: Pick<DownstreamRequest, 'method' | 'headers' | 'body' | 'isWebSocket'>
  readonly platform: Pick<LeasedPlatform, 'send' | 'now' | 'random'>
  /** The request's: its release ends the attempts. */
  readonly lease: Lease
  readonly headers: HeaderFields
  /** Of the plan's cluster. */
  readonly balancer: ClusterBalancer
  /** Of the request's key, where it has one. */
  readonly hash?: bigint | undefined
  /** What is observed, and by whom; absent where there is no observer. */
  readonly context?: ObservedRequest & { readonly observer: Observer | undefined }
}

/**
 * Sends a request to endpoints of its cluster until an outcome is to be handed on. The route's timeout goes on after
 * that: it spans the whole response, and cuts what is still coming in then.
 */
export class Attempts implements Holding {
  readonly #plan: ForwardPlan
  readonly #sending: Sending
  #call: UpstreamCall | undefined
  /** What the present attempt holds, its response included, or the pause before the next one. */
  #attempt: Lease | undefined
  #cutBy: CutReason | undefined
  #isOver = false
  /** The number of the attempt whose end was not reported yet, else 0. */
  #underWay = 0

  constructor(plan: ForwardPlan, sending: Sending) {
    this.#plan = plan
    this.#sending = sending
  }

  /** What has ended the attempts, or has cut the response whose head was handed on. */
  get cutBy(): CutReason | undefined {
    return this.#cutBy
  }

  async run(): Promise<Attempted> {
    const { retries, cluster, timeoutMs, target, authority } = this.#plan
    const { connectTimeoutMs } = cluster
    const { request, platform, headers, balancer, hash, lease } = this.#sending
    const { breaker } = balancer
    const { method, body, isWebSocket } = request
    const { perTryTimeoutMs } = retries
    if (body && retries.attempts > 0) body.bufferForReplay(replayLimitBytes)
    // Where the end of a body is seen, a client that breaks it off can be distinguished from an endpoint that does.
    if (cluster.outlierDetection) body?.whenReceived(() => {})
    lease.hold(this)
    if (timeoutMs !== undefined) this.#afterRequest(() => lease.startTimer(timeoutMs, () => this.#cut('timeout')))

    const cancellable = timeoutMs !== undefined ? 'to-the-end' : perTryTimeoutMs !== undefined ? 'before-head' : 'never'
    const tried: EndpointState[] = []
    let retry: Lease | undefined
    for (let attempts = 1; ; attempts++) {
      if (this.#cutBy) return this.#fail({ kind: this.#cutBy }, attempts - 1)
      const avoided = retries.avoidsTriedEndpoints ? tried : undefined
      const state = balancer.pick({ random: platform.random, nowMs: platform.now(), hash, avoided })
      if (!state) return this.#fail(noEndpoint, attempts - 1, tried.at(-1)?.endpoint)
      const { endpoint } = state
      const attempt = lease.nested()
      this.#attempt = attempt
      const isAcquired = !breaker || (await breaker.acquire(attempt))
      if (this.#cutBy) return this.#fail({ kind: this.#cutBy }, attempts, endpoint)
      if (!isAcquired) return this.#fail(overflow, attempts, endpoint)
      state.acquire(attempt)
      this.#reportStart(attempts, endpoint)
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
      const limit = perTryTimeoutMs === undefined ? undefined : this.#limit(call, perTryTimeoutMs, attempt.nested())
      const outcome = await call.outcome
      limit?.lease.release()
      retry?.release()

      const isLate = limit?.isLate === true
      this.#reportEnd(
        outcome.kind === 'responded' ? outcome.response.status : isLate ? 'per-try-timeout' : outcome.fault,
      )
      if (cluster.outlierDetection) this.#note(state, outcome, isLate || this.#cutBy === 'timeout')
      if (this.#cutBy) {
        if (outcome.kind === 'responded') outcome.response.discard()
        return this.#fail({ kind: this.#cutBy }, attempts, endpoint)
      }
      const end = isLate && outcome.kind === 'failed' ? perTryTimeout : outcome
      const givenUp = this.#whyNoRetry(outcome, attempts)
      if (givenUp) return this.#handOn(end, state, attempts, givenUp === 'not-asked-for' ? undefined : givenUp)
      retry = lease.nested()
      if (breaker && !breaker.acquireRetry(retry)) return this.#handOn(end, state, attempts, 'overflow')
      if (outcome.kind === 'responded') outcome.response.discard()
      tried.push(state)
      attempt.release()
      this.#attempt = lease.nested()
      await this.#attempt.sleep(backoffMs(retries, attempts, platform.random))
      this.#attempt.release()
      if (this.#cutBy) return this.#fail({ kind: this.#cutBy }, attempts, endpoint)
    }
  }

  /** Called when the request's lease is released: where the attempts are not over by then, its client has disconnected. */
  release(): void {
    this.#cut('downstream-disconnect')
  }

  #cut(why: CutReason): void {
    if (this.#isOver || this.#cutBy) return
    this.#cutBy = why
    this.#reportEnd(why)
    this.#call?.cancel()
    this.#attempt?.release()
  }

  #reportStart(number: number, endpoint: Endpoint): void {
    const { context } = this.#sending
    this.#underWay = number
    context?.observer?.attemptStarted?.(context, number, endpoint)
  }

  #reportEnd(end: AttemptEnd): void {
    const { context } = this.#sending
    const number = this.#underWay
    this.#underWay = 0
    if (number > 0) context?.observer?.attemptEnded?.(context, number, end)
  }

  #whyNoRetry(outcome: AttemptOutcome, attempts: number): Attempted['givenUp'] | 'not-asked-for' {
    const { retries } = this.#plan
    const { body } = this.#sending.request
    if (!asksForRetry(retries, outcome)) return 'not-asked-for'
    if (attempts > retries.attempts) return retries.attempts > 0 ? 'exhausted' : 'not-asked-for'
    return body && !body.isReplayable ? 'body-not-replayable' : undefined
  }

  #fail(end: Exclude<Attempted['end'], { kind: 'responded' }>, attempts: number, endpoint?: Endpoint): Attempted {
    this.#isOver = true
    return { end, endpoint, attempts }
  }

  #handOn(end: Attempted['end'], state: EndpointState, attempts: number, givenUp: Attempted['givenUp']): Attempted {
    if (end.kind === 'responded') end.response.whenClosed(how => this.#close(state, how))
    else this.#isOver = true
    return { end, endpoint: state.endpoint, attempts, givenUp }
  }

  /** A body that its endpoint has broken off is its fault, too; not one that was cut. */
  #close(state: EndpointState, end: BodyEnd): void {
    const { balancer, platform } = this.#sending
    if (end === 'reset' && !this.#isOver && !this.#cutBy) balancer.note(state, 'reset', platform.now())
    this.#isOver = true
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

  /** The timeout of one try: until its response head has come, when the lease is to be released. */
  #limit(call: UpstreamCall, durationMs: number, lease: Lease): { readonly lease: Lease; readonly isLate: boolean } {
    const limit = { lease, isLate: false }
    this.#afterRequest(() =>
      lease.startTimer(durationMs, () => {
        limit.isLate = true
        call.cancel()
      }),
    )
    return limit
  }
}
