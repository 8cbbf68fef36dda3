import { isReservedHeader, type RequestHead } from '../../fib/request-head.ts'
import { connectionNames, isHopByHop } from '../hop-by-hop.ts'
import { changeHeaders } from '../plan/header-changes.ts'
import type { ForwardPlan } from '../plan/request-plan.ts'
import type { DownstreamRequest, HeaderFields } from '../platform.ts'
import { hopHeader, hopsBefore } from './hops.ts'
import { type TemplateContext, templateValues } from './template-values.ts'

/** What the headers that go upstream are made from. */
export interface UpstreamContext extends TemplateContext {
  readonly request: Pick<DownstreamRequest, 'headers' | 'copyHeaders' | 'connection'>
  readonly head: RequestHead
  readonly requestId: string
  readonly trustedHops: number
  /** Whether the endpoint is sent the Host that is meant. */
  readonly keepsHost: boolean
}

/**
 * The headers that an endpoint is sent: the client's without those of its connection, with the route's changes. They
 * are made before one is chosen, as in Envoy: an endpoint can be chosen by them, and `%UPSTREAM_HOST%` is empty in them.
 */
export function upstreamHeaders(plan: ForwardPlan, context: UpstreamContext): HeaderFields {
  const { request, head, requestId, trustedHops, keepsHost } = context
  const toldHost = keepsHost ? undefined : plan.authority
  const headers = forwardedHeaders(request, { head, toldHost, requestId, trustedHops })
  if (plan.requestHeaders.length > 0) {
    const values = templateValues(plan, context, { requestHeaders: headers })
    changeHeaders(headers, plan.requestHeaders, values)
  }
  return headers
}

/** What upstream headers are made from, beside the client's own. */
interface Forwarding {
  readonly head: RequestHead
  /** The Host that is meant, where the runtime cannot send it as such. */
  readonly toldHost: string | undefined
  /** Of this request: a client's own would let it choose what its requests are found by. */
  readonly requestId: string
  /** Proxies before this one that can be trusted; what they say of the scheme is taken over. */
  readonly trustedHops: number
}

/**
 * The headers that go upstream before any rule changes them: those of the client without the ones that end at this
 * hop or that only gateways may set, with what a gateway at the edge says of a request.
 *
 * Source: Envoy with `use_remote_address`: `x-forwarded-for` is appended to, `x-forwarded-proto` and `x-request-id` are
 * replaced.
 */
function forwardedHeaders(
  request: Pick<DownstreamRequest, 'headers' | 'copyHeaders'>,
  { head, toldHost, requestId, trustedHops }: Forwarding,
): HeaderFields {
  const named = connectionNames(request.headers)
  const headers = request.copyHeaders(name => isHopByHop(name) || isReservedHeader(name) || named.includes(name))
  if (toldHost !== undefined) headers.set('x-forwarded-host', toldHost)
  if (head.forwardedFor !== undefined) headers.set('x-forwarded-for', head.forwardedFor)
  if (trustedHops === 0 || !headers.has('x-forwarded-proto')) headers.set('x-forwarded-proto', head.scheme)
  headers.set('x-request-id', requestId)
  headers.set(hopHeader, String(hopsBefore(request.headers) + 1))
  return headers
}
