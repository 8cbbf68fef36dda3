import { foldCase } from '../../fib/normalize.ts'
import { compilePattern } from '../../fib/pattern.ts'
import type { RequestHead } from '../../fib/request-head.ts'
import type { Listener, PathMatch, Rib, Route, VirtualHost } from '../ir/rib.ts'
import { conditionHolds } from './condition-holds.ts'

/** The route that serves a request, and the way to it. */
export interface FirstMatch {
  readonly listener: Listener
  readonly virtualHost: VirtualHost
  readonly route: Route
}

/**
 * The definition of what a table must answer: the listener that the request enters, its most specific virtual host,
 * and there the first route that matches. Undefined where any of them is missing (404, `NR`).
 *
 * It is written to be obviously right, not fast: the compiled matcher is held to it.
 */
export function firstMatch(rib: Rib, head: RequestHead): FirstMatch | undefined {
  const listener = enteredListener(rib, head)
  if (!listener) return undefined
  const virtualHost = mostSpecificVirtualHost(listener, head.host)
  const route = virtualHost?.routes.find(candidate => routeMatches(candidate, head))
  return virtualHost && route && { listener, virtualHost, route }
}

/**
 * One door: of the listeners that have a virtual host for the request's host, the one on the request's port; else one
 * of its scheme; else any other; the default listener comes last. Of several HTTPS servers that are as near, the one
 * that admits the host most specifically. A runtime that knows the listener says so.
 */
export function enteredListener(rib: Rib, head: RequestHead): Listener | undefined {
  if (head.listener !== undefined) return rib.listeners.find(({ name }) => name === head.listener)
  const admitting = rib.listeners.filter(listener => mostSpecificVirtualHost(listener, head.host))
  const servers = admitting.filter(listener => listener.port !== undefined)
  return (
    mostAdmitting(
      servers.filter(listener => listener.port === head.port),
      head.host,
    ) ??
    mostAdmitting(
      servers.filter(listener => listener.protocol === head.scheme),
      head.host,
    ) ??
    mostAdmitting(servers, head.host) ??
    admitting[0]
  )
}

/** The first of the listeners that admit a host most specifically. */
function mostAdmitting(listeners: readonly Listener[], host: string): Listener | undefined {
  const rank = ({ admits = [] }: Listener) => Math.max(-1, ...admits.map(domain => domainRank(domain, host)))
  return listeners.reduce<Listener | undefined>(
    (best, listener) => (best && rank(best) >= rank(listener) ? best : listener),
    undefined,
  )
}

/**
 * The virtual host with the exact name; else the one with the longest `*.suffix`; else `*`. There is no falling back
 * from it to a wider one when none of its routes matches. Source: Envoy's domain search.
 */
export function mostSpecificVirtualHost(listener: Listener, host: string): VirtualHost | undefined {
  let best: VirtualHost | undefined
  let bestRank = -1
  for (const virtualHost of listener.virtualHosts) {
    for (const domain of virtualHost.domains) {
      const rank = domainRank(domain, host)
      if (rank > bestRank) {
        best = virtualHost
        bestRank = rank
      }
    }
  }
  return best
}

/** How specifically a domain names a host: more is more specific, -1 where it does not. */
function domainRank(domain: string, host: string): number {
  if (domain === host) return Number.MAX_SAFE_INTEGER
  if (domain === '*') return 0
  // `*.example.com` meets any depth, but neither `example.com` nor `.example.com`.
  const suffix = domain.slice(1)
  return domain.startsWith('*') && host.endsWith(suffix) && host.length > suffix.length ? suffix.length : -1
}

export function routeMatches({ match }: Route, head: RequestHead): boolean {
  return pathMatches(match.path, head.path) && match.conditions.every(condition => conditionHolds(condition, head))
}

function pathMatches(match: PathMatch | undefined, path: string): boolean {
  if (!match) return true
  if (match.kind === 'regex') return compilePattern(match.regex).matches(path)
  const wanted = match.ignoresCase ? foldCase(match.value) : match.value
  const asked = match.ignoresCase ? foldCase(path) : path
  return match.kind === 'exact' ? asked === wanted : asked.startsWith(wanted)
}
