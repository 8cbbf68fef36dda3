import type { VirtualServiceResource } from '../config/resource.ts'
import type { Route, VirtualHost } from '../ir/rib.ts'
import { isCatchAll } from './http-match.ts'

/** The routes that one VirtualService brings to a listener, and the domains there that they serve. */
export interface Contribution {
  readonly virtualService: VirtualServiceResource
  readonly domains: readonly string[]
  readonly routes: readonly Route[]
}

/**
 * The virtual hosts of a listener. Where several VirtualServices serve one domain, their routes are concatenated in
 * the order of `contributions`, and those that take everything move to the very end, so that the catch-all of the
 * oldest hides no later rule. Domains with the same routes are one virtual host. Source: Istio's gateway merge.
 */
export function mergeVirtualHosts(contributions: readonly Contribution[]): VirtualHost[] {
  const byDomain = new Map<string, Set<number>>()
  for (const [index, { domains, routes }] of contributions.entries()) {
    // A VirtualService of which nothing applies to this listener brings no virtual host.
    if (routes.length === 0) continue
    for (const domain of domains) {
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
  return [...domainsByOrigin].map(([origin, domains]) => ({
    domains,
    routes: catchAllsLast(origin.split(',').flatMap(index => contributions[Number(index)]!.routes)),
  }))
}

function catchAllsLast(routes: readonly Route[]): Route[] {
  const isLast = ({ match }: Route) => isCatchAll(match)
  return [...routes.filter(route => !isLast(route)), ...routes.filter(isLast)]
}
