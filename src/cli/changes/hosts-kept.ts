import type { ListenerContent } from './listener-content.ts'

/** How many hosts two tables serve, and how many of the first one's are served by the second one, too. */
export interface HostsKept {
  readonly before: number
  readonly after: number
  /**
   * Those that are still named, or whose suffix is (`*.example.com`). That `*` takes every host does not count: it says
   * nothing of these.
   */
  readonly kept: number
}

/** Counts names, not places: a host on two listeners is one. */
export function countHosts(before: readonly ListenerContent[], after: readonly ListenerContent[]): HostsKept {
  const olds = domainsOf(before)
  const news = domainsOf(after)
  const kept = [...olds].filter(domain => news.has(domain) || hasSuffixIn(domain, news)).length
  return { before: olds.size, after: news.size, kept }
}

function domainsOf(listeners: readonly ListenerContent[]): Set<string> {
  return new Set(listeners.flatMap(({ domains }) => [...domains.keys()]))
}

function hasSuffixIn(domain: string, domains: ReadonlySet<string>): boolean {
  const name = domain.startsWith('*') ? domain.slice(1) : domain
  for (let at = 1; at < name.length; at++) if (domains.has(`*${name.slice(at)}`)) return true
  return false
}
