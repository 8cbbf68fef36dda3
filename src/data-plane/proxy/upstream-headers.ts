import type { RequestHead } from '../../fib/request-head.ts'
import { changeHeaders } from '../plan/header-changes.ts'
import type { ForwardPlan } from '../plan/request-plan.ts'
import { requestHeaders } from './forwarded-headers.ts'
import { type TemplateContext, templateValues } from './template-values.ts'

/** What the headers that go upstream are made from. */
export interface UpstreamContext extends TemplateContext {
  readonly request: Pick<Request, 'headers' | 'body'>
  readonly head: RequestHead
}

/**
 * The headers that the endpoint is sent: the client's without those of its connection, with the route's changes.
 *
 * @param upstreamHost the endpoint's `address:port`
 */
export function upstreamHeaders(plan: ForwardPlan, context: UpstreamContext, upstreamHost: string): Headers {
  const headers = requestHeaders(context.request, context.head, plan.authority)
  if (plan.requestHeaders.length > 0) {
    const values = templateValues(plan, context, { upstreamHost, requestHeaders: headers })
    changeHeaders(headers, plan.requestHeaders, values)
  }
  return headers
}
