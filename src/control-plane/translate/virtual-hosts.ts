import { longestHostKey } from '../../fib/layout.ts'
import { type Route, setRouteSource, type VirtualHost } from '../ir/rib.ts'
import { isCatchAll } from './http-match.ts'
import type { RouteSource } from './http-routes.ts'

/** The routes that one VirtualService brings to a listener, and the domains there that they serve. */
export interface Contribution {
  readonly domains: readonly string[]
  readonly source: RouteSource
  /** Comes before all routes of these domains, whoever brings them; where several bring one, the first does. */
  readonly first?: Route
}

/**
 * The virtual hosts of a listener. Where several VirtualServices serve one domain, their routes are concatenated in
 * the order of `contributions`, and those that take everything move to the very end, so that the catch-all of the
 * oldest hides no later rule. Domains with the same routes are one virtual host. Source: Istio's gateway merge.
 *
 * A short host in a namespace with a very long name becomes longer than DNS has names: no client can send it.
 */
export function mergeVirtualHosts(contributions: readonly Contribution[]): VirtualHost[] {
  const byDomain = new Map<string, Set<number>>()
  for (const [index, { domains }] of contributions.entries()) {
    for (const domain of domains.filter(({ length }) => length <= longestHostKey)) {
      const known = byDomain.get(domain)
      if (known) known.add(index)
      else byDomain.set(domain, new Set([index]))
    }
  }

  const domainsByOrigin = new Map<string, string[]>()
  for (const [domain, indexes] of [...byDomain].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const origin = [...indexes].join()
    const domains = domainsByOrigin.get(origin)
    if (domains) domains.push(domain)
    else domainsByOrigin.set(origin, [domain])
  }
  return [...domainsByOrigin].map(([origin, domains]) => {
    const brought = origin.split(',').map(index => contributions[Number(index)]!)
    const first = brought.find(contribution => contribution.first)?.first
    const [only, ...others] = brought
    // Of one alone a catch-all is the last anyway: its routes stay what they were.
    if (only && others.length === 0 && !first) return hostOf(domains, only.source)
    const routes = catchAllsLast(brought.flatMap(({ source }) => source.routes))
    return { domains, routes: first ? [first, ...routes] : routes }
  })
}

function hostOf(domains: readonly string[], source: RouteSource): VirtualHost {
  const host = {
    domains,
    get routes() {
      return source.routes
    },
  }
  setRouteSource(host, source)
  return host
}

function catchAllsLast(routes: readonly Route[]): Route[] {
  const isLast = ({ match }: Route) => isCatchAll(match)
  return [...routes.filter(route => !isLast(route)), ...routes.filter(isLast)]
}
