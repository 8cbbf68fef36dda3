import { type Diagnostic, diagnose } from '../../diagnostics/diagnostic.ts'
import { formatPath } from '../config/yaml/field-path.ts'
import type { AnalysisContext } from './context.ts'
import { firstKeySpan } from './first-key.ts'
import { MatchIndex } from './match-index.ts'
import { wordsOf } from './match-words.ts'
import { inServedOrder, type ServedHost, type ServedMatch } from './served-matches.ts'

const mostCompared = 64

/**
 * What a more specific host takes away from a wildcard: a request meets the rules of its most specific host alone, and
 * never falls back. A rule under the wildcard that names such a host is never used for it (SB5005); rules of the
 * wildcard that such a host has no counterpart for do not hold there (SB5006, once for each VirtualService).
 */
export function findShadowedHosts({ servedHosts }: AnalysisContext): Diagnostic[] {
  const reported = { named: new Set<string>(), hidden: new Set<string>() }
  return [...Map.groupBy(servedHosts, ({ listener }) => listener).values()].flatMap(hosts => {
    const byDomain = new Map(hosts.flatMap(host => host.domains.map(domain => [domain, host] as const)))
    return [
      ...hosts.filter(isWildcard).flatMap(host => rulesForOthers(host, byDomain, reported.named)),
      ...hosts.flatMap(host => hiddenRules(host, byDomain, reported.hidden)),
    ]
  })
}

function isWildcard({ domains }: ServedHost): boolean {
  return domains.some(domain => domain.startsWith('*'))
}

/** Rules of a wildcard that ask for an authority which has a host of its own. */
function rulesForOthers(
  host: ServedHost,
  byDomain: ReadonlyMap<string, ServedHost>,
  reported: Set<string>,
): Diagnostic[] {
  return host.contributions.flatMap(({ matches, virtualService }) =>
    matches.flatMap(match => {
      const authority = match.match.conditions.find(({ subject }) => subject === 'authority')
      if (authority?.subject !== 'authority' || authority.match.kind !== 'exact' || reported.has(match.key)) return []
      const name = authority.match.value.toLowerCase().replace(/:\d+$/, '')
      const specific = byDomain.get(name)
      if (!specific || specific === host || serves(specific, match)) return []
      reported.add(match.key)
      const { resource, path } = match.place
      const [server] = specific.contributions
      const field = [...path, 'authority', 'exact']
      return [
        diagnose('SB5005', {
          message: `no request for "${name}" gets here: the host has its own rules, in ${server!.virtualService.title}`,
          span: resource.spanOf(field),
          label: 'never matched',
          path: formatPath(field),
          resource: resource.title,
          why: 'only the rules of the most specific host apply to a request; it never falls back to a wildcard',
          help: `move the rule to ${server!.virtualService.title}, or add "${name}" to the hosts of ${virtualService.title}`,
          related: [{ message: 'serves the host', span: server!.virtualService.spanOf(['spec', 'hosts']) }],
        }),
      ]
    }),
  )
}

function serves({ contributions }: ServedHost, { virtualService }: ServedMatch): boolean {
  return contributions.some(each => each.virtualService.title === virtualService.title)
}

function hiddenRules(host: ServedHost, byDomain: ReadonlyMap<string, ServedHost>, reported: Set<string>): Diagnostic[] {
  for (const domain of host.domains) {
    const wider = widerHost(domain, byDomain)
    const [own] = host.contributions
    if (!wider || wider === host || reported.has(own!.virtualService.title)) continue
    const index = new MatchIndex<ServedMatch>()
    const ofHost = inServedOrder(host)
    for (const match of ofHost) index.add(match)
    // A host with a catch-all answers everything itself, as it says; without one, the rest is answered 404.
    if (ofHost.at(-1)?.isCatchAll) continue
    const hidden = firstMatches(wider).filter(match => !serves(host, match) && !index.findCover(match.match))
    const [first] = hidden
    if (!first) continue
    reported.add(own!.virtualService.title)
    const resource = own!.virtualService
    const path = ['spec', 'hosts']
    const words = hidden.length === 1 ? `${wordsOf(first)} does` : `${wordsOf(first)} and other rules do`
    return [
      diagnose('SB5006', {
        message: `"${domain}" does not fall back to ${first.virtualService.title}: ${words} not hold for it`,
        span: resource.spanOf(path),
        path: formatPath(path),
        resource: resource.title,
        why: 'only the rules of the most specific host apply to a request; where none matches, it gets 404',
        help: 'repeat here the rules that should apply to this host, or add a last rule without `match`',
        related: [{ message: 'does not apply here', span: firstKeySpan(first.place.resource, first.place.path) }],
      }),
    ]
  }
  return []
}

/** The first matches of a wildcard: a host is compared with so many, however many hosts and matches there are. */
function firstMatches({ contributions }: ServedHost): ServedMatch[] {
  const first: ServedMatch[] = []
  for (const { matches } of contributions) {
    first.push(...matches.slice(0, mostCompared - first.length))
    if (first.length === mostCompared) break
  }
  return first
}

/** The host of the most specific wildcard that covers `domain` and is not it. */
function widerHost(domain: string, byDomain: ReadonlyMap<string, ServedHost>): ServedHost | undefined {
  const name = domain.startsWith('*') ? domain.slice(1) : domain
  for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
    const wildcard = `*${name.slice(dot)}`
    const found = wildcard === domain ? undefined : byDomain.get(wildcard)
    if (found) return found
  }
  return domain === '*' ? undefined : byDomain.get('*')
}
