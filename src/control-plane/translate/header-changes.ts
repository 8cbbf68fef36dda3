import type { HeaderChanges, HeaderPut, RouteHeaderChanges } from '../../fib/header-changes.ts'
import type { HttpRule } from '../resolve/http-rule.ts'
import { parseValueTemplate } from './value-template.ts'

type Headers = NonNullable<HttpRule['headers']>
type Operations = NonNullable<Headers['request']>

/**
 * The header changes of a route and one of its destinations, in the order in which Envoy makes them.
 *
 * Istio hands a single destination's operations to the route itself: one block, first the route's, so that the
 * destination has the last word. With several destinations (one of weight 0 counts) they are two blocks, and the
 * route's come last. Source: Istio translateRoute; recorded.
 */
export function routeHeaderChanges(
  ofRoute: Headers | undefined,
  ofDestination: Headers | undefined,
  isOnly: boolean,
): RouteHeaderChanges | undefined {
  const blocks = (direction: keyof Headers) =>
    isOnly
      ? lowerHeaders([ofRoute?.[direction], ofDestination?.[direction]])
      : [...lowerHeaders([ofDestination?.[direction]]), ...lowerHeaders([ofRoute?.[direction]])]
  const request = blocks('request')
  const response = blocks('response')
  return request.length + response.length === 0 ? undefined : { request, response }
}

/** One block out of several operations, or none where they change nothing. */
export function lowerHeaders(operations: readonly (Operations | undefined)[]): HeaderChanges[] {
  const present = operations.filter(each => each !== undefined)
  const remove = present.flatMap(each => each.remove.map(name => name.toLowerCase()))
  // Envoy replaces before it adds: a destination's `set` wipes the client's lines, but not what the route adds.
  const put = [...present.flatMap(each => puts(each.set, false)), ...present.flatMap(each => puts(each.add, true))]
  return remove.length + put.length === 0 ? [] : [{ remove, put }]
}

function puts(values: Operations['set'], appends: boolean): HeaderPut[] {
  return Object.entries(values)
    .filter(([name]) => !isAuthority(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => ({ name: name.toLowerCase(), value: parseValueTemplate(value), appends }))
}

/** Setting `host` or `:authority` on requests rewrites their authority; `set` goes before `add`. */
export function rewrittenAuthority(headers: Headers | undefined): string | undefined {
  const operations = headers?.request
  if (!operations) return undefined
  const entries = [...Object.entries(operations.set), ...Object.entries(operations.add)]
  return entries.find(([name]) => isAuthority(name))?.[1]
}

function isAuthority(name: string): boolean {
  const lower = name.toLowerCase()
  return lower === 'host' || lower === ':authority'
}
