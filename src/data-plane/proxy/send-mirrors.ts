import type { Cluster } from '../../fib/cluster.ts'
import { pickEndpoint } from '../balance/pick-endpoint.ts'
import type { ForwardPlan } from '../plan/request-plan.ts'
import type { DownstreamRequest, HeaderFields, Platform, RequestBody } from '../platform.ts'
import { maxKeptBytes } from './attempts.ts'

/** How long a copy may take where the route sets no timeout; nobody waits for it. */
const defaultTimeoutMs = 15_000

/** What a copy is made from. */
export interface Mirrored {
  readonly request: Pick<DownstreamRequest, 'method' | 'body'>
  readonly platform: Platform
  /** Fresh ones for each copy. */
  readonly makeHeaders: () => HeaderFields
  /** Takes a place among the requests that may be upstream at once; what is returned gives it back. */
  readonly takePlace: () => (() => void) | undefined
}

/**
 * Sends a copy of a request to each of its mirrors and throws their answers away. It never delays the request: a body
 * is copied as it passes, and one that is too large to be kept is not mirrored.
 */
export function sendMirrors(plan: ForwardPlan, mirrored: Mirrored): void {
  const { body } = mirrored.request
  for (const cluster of plan.mirrors) {
    if (!body) {
      sendCopy(cluster, plan, mirrored, undefined)
      continue
    }
    body.keep(maxKeptBytes)
    body.whenReceived(() => {
      if (body.isWhole) sendCopy(cluster, plan, mirrored, body)
    })
  }
}

function sendCopy(
  cluster: Cluster,
  { target, authority, timeoutMs = defaultTimeoutMs }: ForwardPlan,
  { request: { method }, platform, makeHeaders, takePlace }: Mirrored,
  body: RequestBody | undefined,
): void {
  const leavePlace = takePlace()
  if (!leavePlace) return
  const endpoint = pickEndpoint(cluster, platform.random)
  const headers = makeHeaders()
  const call = platform.send({
    endpoint,
    method,
    target,
    authority,
    headers,
    body,
    isWebSocket: false,
    cancellable: 'before-head',
  })
  const stopTimer = platform.startTimer(timeoutMs, () => call.cancel())
  const done = call.outcome.then(outcome => {
    stopTimer()
    leavePlace()
    if (outcome.kind === 'responded') outcome.response.discard()
  })
  platform.waitUntil(done)
}
