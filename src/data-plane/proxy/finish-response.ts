import { changeHeaders, type TemplateValues } from '../plan/header-changes.ts'
import type { RequestPlan } from '../plan/request-plan.ts'
import { hasConnectionHeaders, removeConnectionHeaders } from './forwarded-headers.ts'

/**
 * A response as it goes downstream: without the headers that end at this hop, with the route's changes, and with what
 * CORS says last. It is handed over untouched where nothing is to be done: copying headers is what costs.
 */
export function finishResponse(response: Response, plan: RequestPlan, values: TemplateValues): Response {
  const { responseHeaders = [], corsHeaders = [] } = plan
  const isUntouched =
    responseHeaders.length === 0 && corsHeaders.length === 0 && !hasConnectionHeaders(response.headers)
  if (isUntouched) return response
  const headers = new Headers(response.headers)
  removeConnectionHeaders(headers, () => false)
  changeHeaders(headers, responseHeaders, values)
  for (const [name, value] of corsHeaders) headers.set(name, value)
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers })
}

/** An answer of the gateway's own: as any other, and plain text where the route has not said what its body is. */
export function finishLocalReply(response: Response, plan: RequestPlan, values: TemplateValues): Response {
  const finished = finishResponse(response, plan, values)
  if (finished.body !== null && !finished.headers.has('content-type')) {
    finished.headers.set('content-type', 'text/plain')
  }
  return finished
}
