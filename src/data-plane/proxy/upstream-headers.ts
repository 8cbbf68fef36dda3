import type { RequestHead } from '../../fib/request-head.ts'
import { changeHeaders } from '../plan/header-changes.ts'
import type { ForwardPlan } from '../plan/request-plan.ts'
import type { DownstreamRequest, HeaderFields } from '../platform.ts'
import { forwardedHeaders } from './forwarded-headers.ts'
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
