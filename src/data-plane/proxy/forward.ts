import { endpointAuthority } from '../../fib/cluster.ts'
import type { RequestHead } from '../../fib/request-head.ts'
import type { ClusterBalancer } from '../balance/cluster-balancer.ts'
import type { ForwardPlan, ResponseFlag } from '../plan/request-plan.ts'
import type { AttemptOutcome, DownstreamRequest, HeaderFields, UpstreamResponse } from '../platform.ts'
import { type Attempted, Attempts } from './attempts.ts'
import { responseHeaders } from './finish-response.ts'
import { isGrpcRequest, type Refusal, refuse } from './local-reply.ts'
import { finishLocalReply } from './reply-here.ts'
import type { RequestContext, RequestOutcome } from './request-context.ts'
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
export async function forward(
  plan: ForwardPlan,
  context: RequestContext<RequestHead>,
  balancers: ChosenBalancers,
): Promise<RequestOutcome> {
  const { request, table, platform, lease, limit } = context
  if (!limit.acquire(lease)) return refused(plan, context, { status: 503, flag: 'UO' }, 'overflow', {})
  const upstreamContext = {
    ...context,
    requestId: platform.uuid(),
    trustedHops: table.trustedHops,
    keepsHost: platform.keepsHost,
  }
  const makeHeaders = () => upstreamHeaders(plan, upstreamContext)
  if (plan.mirrors.length > 0 && !request.isWebSocket) {
    sendMirrors(plan, { request, platform, lease, limit, makeHeaders, balancers: balancers.mirrors })
  }
  const headers = makeHeaders()
  const { hash, cookies } = requestKey(plan, context, headers)
  const sending = { request, platform, lease, headers, balancer: balancers.own, hash, context }
  const attempts = new Attempts(plan, sending)
  const attempted = await attempts.run()
  const { end } = attempted
  if (end.kind !== 'responded') return failed(plan, context, end, attempted, headers)
  const { response } = end
  if (losesTrailers(context, response)) {
    response.discard()
    const refusal = { status: 502, flag: 'UPE', grpcStatus: unimplemented } as const
    return refused(plan, context, refusal, 'trailers_not_supported', attempted)
  }
  try {
    return handOn(plan, context, attempted, response, { requestHeaders: headers, cookies, cutter: attempts })
  } catch (error) {
    response.discard()
    throw error
  }
}

/** gRPC's status of a service that cannot do what it was asked for. */
const unimplemented = 12

/** A gRPC answer tells its status behind its body; without it, a failure would look like a success. */
function losesTrailers({ request, platform }: RequestContext, { headers }: UpstreamResponse): boolean {
  return !platform.keepsTrailers && isGrpcRequest(request) && !headers.has('grpc-status')
}

interface HandOnContext {
  readonly requestHeaders: HeaderFields
  readonly cookies: readonly string[]
  readonly cutter: Attempts
}

function handOn(
  plan: ForwardPlan,
  context: RequestContext<RequestHead>,
  { endpoint, attempts, givenUp }: Attempted,
  response: UpstreamResponse,
  { requestHeaders, cookies, cutter }: HandOnContext,
): RequestOutcome {
  const headers = responseHeaders(response, plan, cookies, () =>
    templateValues(plan, context, {
      upstreamHost: endpoint && endpointAuthority(endpoint),
      requestHeaders,
      responseCode: response.status,
      responseHeaders: response.headers,
    }),
  )
  const reply = { kind: 'upstream', response, ...(headers && { headers }) } as const
  const details = detailsOf('via_upstream', givenUp)
  return { reply, flags: givenUp ? [flagOf(givenUp)] : [], details, ...(endpoint && { endpoint }), attempts, cutter }
}

function flagOf(givenUp: NonNullable<Attempted['givenUp']>): ResponseFlag {
  return givenUp === 'overflow' ? 'UO' : 'URX'
}

function detailsOf(details: string, givenUp: Attempted['givenUp']): string {
  return givenUp === 'body-not-replayable' ? `${details}{request_body_too_large_to_retry}` : details
}

type Failed = Exclude<Attempted['end'], { readonly kind: 'responded' }>

/** The answer where no response is to be handed on. */
function failed(
  plan: ForwardPlan,
  context: RequestContext<RequestHead>,
  end: Failed,
  attempted: Attempted,
  sent: HeaderFields,
): RequestOutcome {
  const { givenUp } = attempted
  const { status, flag, details } = faultOf(end, context.request)
  const outcome = refused(plan, context, { status, flag }, detailsOf(details, givenUp), attempted, sent)
  return {
    ...outcome,
    ...(givenUp && { flags: [...outcome.flags, flagOf(givenUp)] }),
    ...(end.kind === 'downstream-disconnect' && { isUnanswered: true }),
  }
}

function refused(
  plan: ForwardPlan,
  context: RequestContext<RequestHead>,
  refusal: Refusal & { readonly flag: ResponseFlag },
  details: string,
  { endpoint, attempts }: Partial<Pick<Attempted, 'endpoint' | 'attempts'>>,
  sent?: HeaderFields,
): RequestOutcome {
  const reply = finishLocalReply(refuse(refusal, isGrpcRequest(context.request)), plan, context, {
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
    case 'per-try-timeout':
      return { status: 504, flag: 'UT', details: 'upstream_per_try_timeout' }
    case 'overflow':
      return { status: 503, flag: 'UO', details: 'upstream_reset_before_response_started{overflow}' }
    case 'no-endpoint':
      return { status: 503, flag: 'UH', details: 'no_healthy_upstream' }
    case 'downstream-disconnect':
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
