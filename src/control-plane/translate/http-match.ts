import type { Condition, ValueMatch } from '../../fib/condition.ts'
import type { PathMatch, RouteMatch } from '../ir/rib.ts'
import { type HttpMatch, isPseudoHeader } from '../resolve/http-rule.ts'

type StringMatch = NonNullable<HttpMatch['uri']>

/**
 * Lowers one `match` block: its conditions, all of which must hold.
 *
 * @param listenerPort where a listener has one, `port` has been decided by it already and is no condition
 */
export function lowerMatch(match: HttpMatch, listenerPort: number | undefined): RouteMatch {
  const path = lowerPath(match)
  const conditions: Condition[] = []
  for (const subject of ['method', 'scheme', 'authority'] as const) {
    const value = match[subject]
    if (value) conditions.push({ subject, match: lowerString(value) })
  }
  for (const [name, value] of byName(match.headers)) {
    if (!isPseudoHeader(name)) conditions.push(headerCondition(name, value, false))
  }
  for (const [name, value] of byName(match.withoutHeaders)) {
    if (!isPseudoHeader(name)) conditions.push(headerCondition(name, value, true))
  }
  for (const [name, value] of byName(match.queryParams)) {
    conditions.push({ subject: 'query', name, match: lowerString(value) })
  }
  if (match.port !== undefined && listenerPort === undefined) conditions.push({ subject: 'port', port: match.port })
  return path ? { path, conditions } : { conditions }
}

/** In the order of their names, so that the order in which they were written changes nothing. */
function byName<Value>(values: Readonly<Record<string, Value>>): [string, Value][] {
  const entries = Object.entries(values)
  return entries.length < 2 ? entries : entries.sort(([a], [b]) => (a < b ? -1 : 1))
}

function lowerPath({ uri, ignoreUriCase }: HttpMatch): PathMatch | undefined {
  const ignoresCase = ignoreUriCase === true
  if (uri?.exact !== undefined) return { kind: 'exact', value: uri.exact, ignoresCase }
  if (uri?.prefix !== undefined) return { kind: 'prefix', value: uri.prefix, ignoresCase }
  // ignoreUriCase has no effect on a regex.
  return uri?.regex === undefined ? undefined : { kind: 'regex', regex: uri.regex }
}

/** Lowers a StringMatch. One with nothing in it, and the regex `*`, ask only that the value is there. */
export function lowerString({ exact, prefix, regex }: StringMatch): ValueMatch {
  if (exact !== undefined) return { kind: 'exact', value: exact }
  if (prefix !== undefined) return { kind: 'prefix', value: prefix }
  return regex === undefined || regex === '*' ? { kind: 'present' } : { kind: 'regex', regex }
}

function headerCondition(name: string, value: StringMatch, isNegated: boolean): Condition {
  return { subject: 'header', name: name.toLowerCase(), match: lowerString(value), isNegated }
}

/** Whether a match takes every request: then no later one of its VirtualService can be reached. Source: Istio's isCatchAllRoute. */
export function isCatchAll({ path, conditions }: RouteMatch): boolean {
  if (conditions.length > 0) return false
  if (!path) return true
  return path.kind === 'regex' ? path.regex === '.*' : path.kind === 'prefix' && path.value === '/'
}
