import type { ClusterBalancer } from '../balance/cluster-balancer.ts'
import type { ForwardPlan } from '../plan/request-plan.ts'
import type { DownstreamRequest, HeaderFields, Platform, RequestBody } from '../platform.ts'
import { resultOf } from './attempt-result.ts'
import { replayLimitBytes } from './attempts.ts'
import { isGrpcRequest } from './local-reply.ts'

/** How long a copy may take where the route sets no timeout; nobody waits for it. */
const defaultTimeoutMs = 15_000

/** What a copy is made from. */
export interface Mirrored {
  readonly request: Pick<DownstreamRequest, 'method' | 'headers' | 'body'>
  readonly platform: Platform
  /** Fresh ones for each copy. */
  readonly makeHeaders: () => HeaderFields
  /** Counts a copy as a concurrent upstream request; what is returned counts it out. */
  readonly acquire: () => (() => void) | undefined
  /** Of the plan's mirrors. */
  readonly balancers: readonly ClusterBalancer[]
}

/**
 * Sends a copy of a request to each of its mirrors and throws their answers away. It never delays the request: a body
 * is copied as it passes, and one that is too large to be buffered is not mirrored.
 */
export function sendMirrors(plan: ForwardPlan, mirrored: Mirrored): void {
  const { body } = mirrored.request
  for (const balancer of mirrored.balancers) {
    if (!body) {
      sendCopy(balancer, plan, mirrored, undefined)
      continue
    }
    body.bufferForReplay(replayLimitBytes)
    body.whenReceived(() => {
      if (body.isReplayable) sendCopy(balancer, plan, mirrored, body)
    })
  }
}

function sendCopy(
  balancer: ClusterBalancer,
  { target, authority, timeoutMs = defaultTimeoutMs }: ForwardPlan,
  { request, platform, makeHeaders, acquire }: Mirrored,
  body: RequestBody | undefined,
): void {
  const state = balancer.pick({ random: platform.random, nowMs: platform.now() })
  const headers = state && makeHeaders()
  const release = headers && acquire()
  if (!release) return
  // Nobody waits for a copy, and a copy waits for nobody.
  const way = balancer.breaker?.acquire(() => {}) ?? 'acquired'
  if (way !== 'acquired') {
    release()
    if (way !== 'overflow') way()
    return
  }
  state.active++
  const call = platform.send({
    endpoint: state.endpoint,
    method: request.method,
    target,
    authority,
    headers,
    body,
    isWebSocket: false,
    connectTimeoutMs: balancer.cluster.connectTimeoutMs,
    cancellable: 'before-head',
  })
  let isLate = false
  const stopTimer = platform.startTimer(timeoutMs, () => {
    isLate = true
    call.cancel()
  })
  const done = call.outcome.then(outcome => {
    stopTimer()
    release()
    state.active--
    balancer.breaker?.release()
    const result = resultOf(outcome, { isGrpc: isGrpcRequest(request), isLate })
    if (result !== undefined) balancer.note(state, result, platform.now())
    if (outcome.kind === 'responded') outcome.response.discard()
  })
  platform.waitUntil(done)
}
