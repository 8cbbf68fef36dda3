import type { Action, ForwardAction, PathRewrite } from '../../fib/action.ts'
import type { HashKey } from '../../fib/balancing.ts'
import { defaultRetriesByKey } from '../../fib/retry.ts'
import type { VirtualServiceResource } from '../config/resource.ts'
import type { HttpRule } from '../resolve/http-rule.ts'
import { lowerCors } from './cors.ts'
import { lowerFault } from './fault.ts'
import { lowerHeaders, rewrittenAuthority, routeHeaderChanges } from './header-changes.ts'
import type { ListenerContext } from './listener-context.ts'
import { lowerMirrors } from './mirror.ts'
import { lowerRedirect } from './redirect.ts'
import { lowerRetries } from './retry.ts'
import { lowerTimeout } from './timeout.ts'

/** What a rule does with the requests it matches; undefined where it does nothing, and Istio leaves it out. */
export function lowerAction(
  rule: HttpRule,
  virtualService: VirtualServiceResource,
  context: ListenerContext,
): Action<string> | undefined {
  const responseHeaders = lowerHeaders([rule.headers?.response])
  const answers = responseHeaders.length > 0 ? { responseHeaders } : {}
  if (rule.redirect) return { ...lowerRedirect(rule.redirect), ...answers }
  if (rule.directResponse) return { ...lowerDirectResponse(rule.directResponse), ...answers }
  return rule.route.length === 0 ? undefined : lowerForward(rule, virtualService, context)
}

/**
 * Istio's page says that a fault switches `timeout` and `retries` off. Neither its code nor a recording does so: both
 * hold beside a fault, and only a delay does not count towards the timeout.
 */
function lowerForward(
  rule: HttpRule,
  { namespace }: VirtualServiceResource,
  { port, clusters, meshRetries }: ListenerContext,
): ForwardAction<string> {
  const find = (destination: HttpRule['route'][number]['destination']) =>
    clusters.find({
      host: destination.host,
      subset: destination.subset ?? '',
      namespace,
      ...(destination.port?.number !== undefined && { port: destination.port.number }),
      ...(port !== undefined && { listenerPort: port }),
    })
  const hashKeys: HashKey[] = []
  const destinations = rule.route.map(({ destination, weight, headers }) => {
    const { name, hashKey } = find(destination)
    if (hashKey && (weight || rule.route.length === 1)) hashKeys.push(hashKey)
    const changes = routeHeaderChanges(rule.headers, headers, rule.route.length === 1)
    const authority = rewrittenAuthority(headers)
    return {
      cluster: name,
      // A single destination gets everything, whatever its weight.
      weight: rule.route.length === 1 ? 1 : (weight ?? 0),
      ...(changes && { headers: changes }),
      ...(authority && { authority }),
    }
  })
  const rewrite = lowerRewrite(rule)
  const authority = rule.rewrite?.authority || rewrittenAuthority(rule.headers)
  const fault = rule.fault && lowerFault(rule.fault)
  const cors = rule.corsPolicy && lowerCors(rule.corsPolicy)
  const timeoutMs = lowerTimeout(rule.timeout)
  // One destination that is balanced by key is tried again where the key leads, unless it says otherwise.
  const isByKey = rule.route.length === 1 && hashKeys.length > 0
  const retriesByKey = meshRetries?.byKey ?? defaultRetriesByKey
  // A rule's own retries take nothing from the mesh's: what they leave out is Istio's default.
  // Source: Istio's applyHTTPRouteDestination.
  const retries = rule.retries ? lowerRetries(rule.retries, isByKey) : isByKey ? retriesByKey : meshRetries?.spread
  const mirrors = lowerMirrors(rule, destination => find(destination).name)
  return {
    kind: 'forward',
    destinations,
    ...(rewrite && { rewrite }),
    ...(authority && { authority }),
    ...(fault && { fault }),
    ...(cors && { cors }),
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(retries && { retries }),
    ...(mirrors.length > 0 && { mirrors }),
    ...(hashKeys.length > 0 && { hashKeys }),
  }
}

function lowerRewrite({ rewrite }: HttpRule): PathRewrite | undefined {
  if (rewrite?.uri) return { kind: 'prefix', path: rewrite.uri }
  if (!rewrite?.uriRegexRewrite) return undefined
  const { match, rewrite: substitution } = rewrite.uriRegexRewrite
  return { kind: 'regex', regex: match, substitution }
}

function lowerDirectResponse({ status, body }: NonNullable<HttpRule['directResponse']>): Action<string> {
  if (body?.string !== undefined) return { kind: 'respond', status, body: { text: body.string } }
  if (body?.bytes !== undefined) return { kind: 'respond', status, body: { base64: body.bytes } }
  return { kind: 'respond', status }
}
