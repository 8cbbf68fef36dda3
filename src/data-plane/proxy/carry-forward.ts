import { endpointAuthority } from '../../fib/cluster.ts'
import type { RequestHead } from '../../fib/request-head.ts'
import type { ClusterBalancer } from '../balance/cluster-balancer.ts'
import type { ForwardPlan, ResponseFlag } from '../plan/request-plan.ts'
import type { AttemptOutcome, DownstreamRequest, HeaderFields, UpstreamResponse } from '../platform.ts'
import { type Attempted, Attempts } from './attempts.ts'
import { responseHeaders } from './finish-response.ts'
import { isGrpcRequest, type Refusal, refuse } from './local-reply.ts'
import type { Passage, Served } from './passage.ts'
import { finishLocalReply } from './reply-here.ts'
import { requestKey } from './request-key.ts'
import { sendMirrors } from './send-mirrors.ts'
import { templateValues } from './template-values.ts'
import { upstreamHeaders } from './upstream-headers.ts'

/** Those of the clusters that a plan names. */
export interface ChosenBalancers {
  readonly own: ClusterBalancer
  readonly mirrors: readonly ClusterBalancer[]
}

/** Sends a request upstream, with its mirrors beside it, and hands on what comes back. */
export async function carryForward(
  plan: ForwardPlan,
  passage: Passage<RequestHead>,
  balancers: ChosenBalancers,
): Promise<Served> {
  const leavePlace = passage.places.take()
  if (!leavePlace) return refused(plan, passage, { status: 503, flag: 'UO' }, 'overflow', {})
  try {
    return await carryInPlace(plan, passage, balancers, leavePlace)
  } catch (error) {
    // A fault of ours must not take the place from requests that have none.
    leavePlace()
    throw error
  }
}

async function carryInPlace(
  plan: ForwardPlan,
  passage: Passage<RequestHead>,
  balancers: ChosenBalancers,
  leavePlace: () => void,
): Promise<Served> {
  const { request, table, platform, places } = passage
  const context = {
    ...passage,
    requestId: platform.uuid(),
    trustedHops: table.trustedHops,
    keepsHost: platform.keepsHost,
  }
  const makeHeaders = () => upstreamHeaders(plan, context)
  if (plan.mirrors.length > 0 && !request.isWebSocket) {
    sendMirrors(plan, { request, platform, makeHeaders, takePlace: () => places.take(), balancers: balancers.mirrors })
  }
  const headers = makeHeaders()
  const { hash, cookies } = requestKey(plan, passage, headers)
  let served: Served | undefined
  const attempts = new Attempts(plan, { request, platform, headers, balancer: balancers.own, hash }, why => {
    // Some runtimes end the code of a request whose client has gone.
    if (why === 'gone') leavePlace()
    // The head is out already: all that can be told is told in the log.
    if (!served) return
    served.flags = [...served.flags, why === 'timeout' ? 'UT' : 'DC']
    served.details = why === 'timeout' ? 'response_timeout' : 'downstream_remote_disconnect'
  })
  const attempted = await attempts.run()
  const { end } = attempted
  if (end.kind !== 'responded') {
    leavePlace()
    return failed(plan, passage, end, attempted, headers)
  }
  const { response } = end
  if (losesTrailers(passage, response)) {
    response.discard()
    attempts.finish()
    leavePlace()
    const refusal = { status: 502, flag: 'UPE', grpcStatus: unimplemented } as const
    return refused(plan, passage, refusal, 'trailers_not_supported', attempted)
  }
  response.whenClosed(how => {
    attempts.finish(how)
    leavePlace()
  })
  try {
    served = handOn(plan, passage, attempted, response, { requestHeaders: headers, cookies })
  } catch (error) {
    response.discard()
    attempts.finish()
    throw error
  }
  return served
}

/** gRPC's status of a service that cannot do what it was asked for. */
const unimplemented = 12

/** A gRPC answer tells its status behind its body; without it, a failure would look like a success. */
function losesTrailers({ request, platform }: Passage, { headers }: UpstreamResponse): boolean {
  return !platform.keepsTrailers && isGrpcRequest(request) && !headers.has('grpc-status')
}

function handOn(
  plan: ForwardPlan,
  passage: Passage<RequestHead>,
  { endpoint, attempts, givenUp }: Attempted,
  response: UpstreamResponse,
  { requestHeaders, cookies }: { readonly requestHeaders: HeaderFields; readonly cookies: readonly string[] },
): Served {
  const headers = responseHeaders(response, plan, cookies, () =>
    templateValues(plan, passage, {
      upstreamHost: endpoint && endpointAuthority(endpoint),
      requestHeaders,
      responseCode: response.status,
      responseHeaders: response.headers,
    }),
  )
  const reply = { kind: 'upstream', response, ...(headers && { headers }) } as const
  const details = detailsOf('via_upstream', givenUp)
  return { reply, flags: givenUp ? [flagOf(givenUp)] : [], details, ...(endpoint && { endpoint }), attempts }
}

function flagOf(givenUp: NonNullable<Attempted['givenUp']>): ResponseFlag {
  return givenUp === 'overflow' ? 'UO' : 'URX'
}

function detailsOf(details: string, givenUp: Attempted['givenUp']): string {
  return givenUp === 'body-not-kept' ? `${details}{request_body_too_large_to_retry}` : details
}

type Failed = Exclude<Attempted['end'], { readonly kind: 'responded' }>

/** The answer where no response is to be handed on. */
function failed(
  plan: ForwardPlan,
  passage: Passage<RequestHead>,
  end: Failed,
  attempted: Attempted,
  sent: HeaderFields,
): Served {
  const { givenUp } = attempted
  const { status, flag, details } = faultOf(end, passage.request)
  const served = refused(plan, passage, { status, flag }, detailsOf(details, givenUp), attempted, sent)
  return {
    ...served,
    ...(givenUp && { flags: [...served.flags, flagOf(givenUp)] }),
    ...(end.kind === 'gone' && { isUnanswered: true }),
  }
}

function refused(
  plan: ForwardPlan,
  passage: Passage<RequestHead>,
  refusal: Refusal & { readonly flag: ResponseFlag },
  details: string,
  { endpoint, attempts }: Partial<Pick<Attempted, 'endpoint' | 'attempts'>>,
  sent?: HeaderFields,
): Served {
  const reply = finishLocalReply(refuse(refusal, isGrpcRequest(passage.request)), plan, passage, {
    flag: refusal.flag,
    ...(endpoint && { upstreamHost: endpointAuthority(endpoint) }),
    ...(sent && { requestHeaders: sent }),
  })
  return {
    reply,
    flags: [refusal.flag],
    details,
    ...(endpoint && { endpoint }),
    ...(attempts !== undefined && { attempts }),
  }
}

interface Fault {
  readonly status: number
  readonly flag: ResponseFlag
  readonly details: string
}

/** Source: Envoy's Router::Filter, which gives 502 for what is not HTTP and 503 for what is no connection. */
function faultOf(end: Failed, request: DownstreamRequest): Fault {
  switch (end.kind) {
    case 'timeout':
      return { status: 504, flag: 'UT', details: 'response_timeout' }
    case 'late':
      return { status: 504, flag: 'UT', details: 'upstream_per_try_timeout' }
    case 'overflow':
      return { status: 503, flag: 'UO', details: 'upstream_reset_before_response_started{overflow}' }
    case 'no-endpoint':
      return { status: 503, flag: 'UH', details: 'no_healthy_upstream' }
    case 'gone':
      return { status: 499, flag: 'DC', details: 'downstream_remote_disconnect' }
    case 'failed':
      return failureOf(end, request)
    default:
      return end satisfies never
  }
}

function failureOf(
  { fault, reason }: AttemptOutcome & { readonly kind: 'failed' },
  { body }: DownstreamRequest,
): Fault {
  switch (fault) {
    case 'connect':
      return { status: 503, flag: 'UF', details: `upstream_reset_before_response_started{${reason}}` }
    case 'reset':
    case 'cancelled':
      return { status: 503, flag: 'UC', details: `upstream_reset_before_response_started{${reason}}` }
    case 'idle':
      // The client is waited for as long as its request is not complete.
      return { status: body?.isReceived === false ? 408 : 504, flag: 'SI', details: 'stream_idle_timeout' }
    case 'request':
      return { status: 400, flag: 'DPE', details: 'malformed_request_body' }
    case 'protocol':
      return { status: 502, flag: 'UPE', details: `upstream_protocol_error{${reason}}` }
    default:
      return fault satisfies never
  }
}
