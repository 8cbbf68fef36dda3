import type { Condition } from '../../fib/condition.ts'
import { foldCase } from '../../fib/normalize.ts'
import { compilePattern } from '../../fib/pattern.ts'
import type { RequestHead } from '../../fib/request-head.ts'
import type { Listener, PathMatch, Rib, Route, VirtualHost } from '../ir/rib.ts'
import { conditionHolds } from './condition-holds.ts'

/** A listener that a request enters, and what decided for it. */
export interface EnteredListener {
  readonly listener: Listener
  /**
   * `named`: the runtime said so. Of those that serve the host: one of the request's scheme on its `port`, else one of
   * its `scheme`, else one on its `port`, else the nearest `other`, else the `default` listener.
   */
  readonly reason: 'named' | 'port' | 'scheme' | 'other' | 'default'
}

/**
 * The listener that a request enters. Of those that have a virtual host for its host: one of its scheme on its port;
 * else one of its scheme; else one on its port; else any other; the default listener comes last. The scheme goes before
 * the port, which is only what a client says: it must not lead past a listener that asks for certificates. Of several
 * HTTPS servers that are as near, the one that admits the host most specifically. A runtime that knows the
 * listener says so.
 */
export function enterListener(rib: Rib, head: RequestHead): EnteredListener | undefined {
  if (head.listener !== undefined) {
    const listener = rib.listeners.find(({ name }) => name === head.listener)
    return listener && { listener, reason: 'named' }
  }
  const admitting = rib.listeners.filter(listener => virtualHostsFor(listener, head.host).length > 0)
  const servers = admitting.filter(listener => listener.port !== undefined)
  const ofScheme = servers.filter(({ protocol }) => protocol === head.scheme)
  const choices = [
    { reason: 'port', among: ofScheme.filter(({ port }) => port === head.port) },
    { reason: 'scheme', among: ofScheme },
    { reason: 'port', among: servers.filter(({ port }) => port === head.port) },
    { reason: 'other', among: servers },
    { reason: 'default', among: admitting },
  ] as const
  const choice = choices.find(({ among }) => among.length > 0)
  return choice && { listener: mostAdmitting(choice.among, head.host), reason: choice.reason }
}

/** The first of the listeners, of which there is one at least, that admit a host most specifically. */
function mostAdmitting(listeners: readonly Listener[], host: string): Listener {
  const rank = ({ admits = [] }: Listener) => Math.max(-1, ...admits.map(domain => domainRank(domain, host)))
  return listeners.reduce((best, listener) => (rank(best) >= rank(listener) ? best : listener))
}

/** A virtual host that is for a host, and by which of its domains. */
export interface NamedVirtualHost {
  readonly virtualHost: VirtualHost
  readonly domain: string
}

/**
 * The virtual hosts of a listener that name a host, the most specific first: the exact name, then the longest
 * `*.suffix`, then `*`. Only the first is asked: there is no falling back to a wider one when none of its routes
 * matches. Source: Envoy's domain search.
 */
export function virtualHostsFor(listener: Listener, host: string): readonly NamedVirtualHost[] {
  return listener.virtualHosts
    .flatMap(virtualHost =>
      virtualHost.domains.map(domain => ({ virtualHost, domain, rank: domainRank(domain, host) })),
    )
    .filter(({ rank }) => rank >= 0)
    .sort((a, b) => b.rank - a.rank)
    .map(({ virtualHost, domain }) => ({ virtualHost, domain }))
}

/** How specifically a domain names a host: more is more specific, -1 where it does not. */
function domainRank(domain: string, host: string): number {
  if (domain === host) return Number.MAX_SAFE_INTEGER
  if (domain === '*') return 0
  // `*.example.com` meets any depth, but neither `example.com` nor `.example.com`.
  const suffix = domain.slice(1)
  return domain.startsWith('*') && host.endsWith(suffix) && host.length > suffix.length ? suffix.length : -1
}

/** Why a route does not match. */
export type Failure =
  | { readonly kind: 'path'; readonly match: PathMatch }
  | { readonly kind: 'condition'; readonly condition: Condition }

/** The first thing that a route asks for and a request does not have: its path, then its conditions in order. */
export function firstFailure({ match }: Route, head: RequestHead): Failure | undefined {
  if (match.path && !pathMatches(match.path, head.path)) return { kind: 'path', match: match.path }
  const condition = match.conditions.find(each => !conditionHolds(each, head))
  return condition && { kind: 'condition', condition }
}

function pathMatches(match: PathMatch, path: string): boolean {
  if (match.kind === 'regex') return compilePattern(match.regex).matches(path)
  const wanted = match.ignoresCase ? foldCase(match.value) : match.value
  const asked = match.ignoresCase ? foldCase(path) : path
  return match.kind === 'exact' ? asked === wanted : asked.startsWith(wanted)
}
