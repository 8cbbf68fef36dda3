import type { ClusterBalancer } from '../balance/cluster-balancer.ts'
import type { EndpointState } from '../balance/endpoint-state.ts'
import type { ConcurrencyLimit } from '../limit/concurrency-limit.ts'
import type { Lease } from '../limit/lease.ts'
import type { ForwardPlan } from '../plan/request-plan.ts'
import type { DownstreamRequest, HeaderFields, RequestBody } from '../platform.ts'
import { resultOf } from './attempt-result.ts'
import { replayLimitBytes } from './attempts.ts'
import { isGrpcRequest } from './local-reply.ts'
import type { LeasedPlatform } from './request-context.ts'

/** How long a copy may take where the route sets no timeout; no request waits for it. */
const defaultTimeoutMs = 15_000

/** What a copy is made from. */
export interface Mirrored {
  readonly request: Pick<DownstreamRequest, 'method' | 'headers' | 'body'>
  readonly platform: Pick<LeasedPlatform, 'send' | 'now' | 'random' | 'waitUntil'>
  /** The request's, which a copy outlives. */
  readonly lease: Lease
  /** A copy counts as a request of its own. */
  readonly limit: ConcurrencyLimit
  /** Fresh ones for each copy. */
  readonly makeHeaders: () => HeaderFields
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
  plan: ForwardPlan,
  mirrored: Mirrored,
  body: RequestBody | undefined,
): void {
  const { platform, lease, limit } = mirrored
  const state = balancer.pick({ random: platform.random, nowMs: platform.now() })
  if (!state) return
  const held = lease.independent()
  try {
    // A copy waits for nothing.
    if (!limit.acquire(held) || balancer.breaker?.tryAcquire(held) === false) held.release()
    else platform.waitUntil(copyTo(state, balancer, plan, mirrored, body, held))
  } catch (error) {
    held.release()
    throw error
  }
}

function copyTo(
  state: EndpointState,
  balancer: ClusterBalancer,
  { target, authority, timeoutMs = defaultTimeoutMs }: ForwardPlan,
  { request, platform, makeHeaders }: Mirrored,
  body: RequestBody | undefined,
  lease: Lease,
): Promise<void> {
  state.acquire(lease)
  const call = platform.send({
    endpoint: state.endpoint,
    method: request.method,
    target,
    authority,
    headers: makeHeaders(),
    body,
    isWebSocket: false,
    connectTimeoutMs: balancer.cluster.connectTimeoutMs,
    cancellable: 'before-head',
  })
  let isLate = false
  lease.startTimer(timeoutMs, () => {
    isLate = true
    call.cancel()
  })
  return call.outcome.then(outcome => {
    lease.release()
    const result = resultOf(outcome, { isGrpc: isGrpcRequest(request), isLate })
    if (result !== undefined) balancer.note(state, result, platform.now())
    if (outcome.kind === 'responded') outcome.response.discard()
  })
}
