import { connectionNames, isHopByHop, responseHopByHop } from '../hop-by-hop.ts'
import { changeHeaders, type TemplateValues } from '../plan/header-changes.ts'
import type { RequestPlan } from '../plan/request-plan.ts'
import type { HeaderFields, UpstreamResponse } from '../platform.ts'

/**
 * The headers of an upstream response as they go downstream: without those that end at this hop, with the route's
 * changes, and with what CORS says last. Undefined where all of them go on as they are: copying headers is what costs.
 *
 * @param cookies each a `set-cookie` of the gateway's own
 * @param valuesOf asked only where something is changed
 */
export function responseHeaders(
  response: UpstreamResponse,
  plan: RequestPlan,
  cookies: readonly string[],
  valuesOf: () => TemplateValues,
): HeaderFields | undefined {
  const isChanged = (plan.responseHeaders?.length ?? 0) > 0 || plan.corsHeaders !== undefined
  if (!isChanged && cookies.length === 0 && !hasHopByHop(response.headers)) return undefined
  const named = connectionNames(response.headers)
  const headers = response.copyHeaders(name => isHopByHop(name) || named.includes(name))
  for (const cookie of cookies) headers.append('set-cookie', cookie)
  if (isChanged) applyChanges(headers, plan, valuesOf())
  return headers
}

/** Makes the route's changes to the headers of an answer, and adds what CORS says. */
export function applyChanges(headers: HeaderFields, plan: RequestPlan, values: TemplateValues): void {
  if (plan.responseHeaders) changeHeaders(headers, plan.responseHeaders, values)
  if (plan.corsHeaders) for (const [name, value] of plan.corsHeaders) headers.set(name, value)
}

/** Asked one by one: to go through all the names of a response costs more on every runtime. */
function hasHopByHop(headers: HeaderFields): boolean {
  return responseHopByHop.some(name => headers.has(name))
}
