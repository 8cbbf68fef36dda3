import { type Diagnostic, diagnose } from '../../diagnostics/diagnostic.ts'
import type { Condition } from '../../fib/condition.ts'
import { formatPath } from '../config/yaml/field-path.ts'
import type { AnalysisContext } from './context.ts'
import { type Match, pathSet, pathsCover } from './match-cover.ts'
import { MatchIndex } from './match-index.ts'
import { inServedOrder, rememberedOfHosts, type ServedHost, type ServedMatch } from './served-matches.ts'
import { isSoundRule } from './sound-rules.ts'

/**
 * Redirects that lead back to the rule they stand in (SB5013): the client asks again, and again, until it gives up.
 * Told only where no rule before it may take the new request, and once for each rule.
 */
export function findRedirectLoops({ servedHosts }: AnalysisContext): Diagnostic[] {
  const reported = new Set<string>()
  return servedHosts.filter(hasLoops).flatMap(host => loopsIn(host, reported))
}

/** Whether there is anything to tell of a host: most have nothing, and do not change. */
const hasLoops = rememberedOfHosts('loops', host => loopsIn(host, new Set()).length > 0)

function loopsIn(host: ServedHost, reported: Set<string>): Diagnostic[] {
  const before = new MatchIndex<ServedMatch>()
  return inServedOrder(host).flatMap(each => {
    const back = wayBack(each, host)
    before.add(each)
    const key = `${each.place.resource.title} ${each.place.ruleIndex}`
    if (back === undefined || reported.has(key)) return []
    if (typeof back === 'string' && isTaken(back, each, before)) return []
    reported.add(key)
    return [finding(each, back)]
  })
}

/** The redirect of a match, as it was written. */
function redirectOf({ virtualService, ruleIndex, place }: ServedMatch) {
  return isSoundRule(place.resource, place.ruleIndex) ? virtualService.spec.http[ruleIndex]?.redirect : undefined
}

/** The path with which a redirected client comes back to the match; `true` where it is the one it came with. */
function wayBack(served: ServedMatch, { listener, domains }: ServedHost): string | true | undefined {
  const redirect = redirectOf(served)
  if (!redirect) return undefined
  const { uri, prefixRewrite, authority, scheme, port, derivePort } = redirect
  const { match } = served
  const isSameScheme = scheme === undefined || (scheme === 'https' && isOnlyMetByHttps(match, listener))
  const isSameHost = !authority || domains.includes(authority.toLowerCase())
  if (prefixRewrite || port || derivePort || !isSameScheme || !isSameHost) return undefined
  if (authority && match.conditions.some(isAboutHost)) return undefined
  // Clients turn a POST into a GET, and come with the query that they are given.
  const changes = match.conditions.some(
    ({ subject, ...condition }) =>
      (subject === 'method' && !('match' in condition && isGet(condition.match))) ||
      (subject === 'query' && uri?.includes('?')),
  )
  if (changes) return undefined
  if (!uri) return true
  // A rule for everything does not say that this path is its own: on most platforms another route may take it before.
  if (served.matchIndex === undefined) return undefined
  const path = uri.replace(/[?#].*$/s, '')
  if (!path.startsWith('/')) return undefined
  return pathsCover(pathSet(match), { kind: 'exact', value: path, ignoresCase: false }) ? path : undefined
}

/** Whether a match is asked by https requests, and they meet it whatever they are. */
function isOnlyMetByHttps({ conditions }: Match, listener: string): boolean {
  const mayTellHttps = conditions.some(
    condition =>
      condition.subject === 'scheme' || (condition.subject === 'header' && condition.name.startsWith('x-forwarded-')),
  )
  return listener.startsWith('https.') && !mayTellHttps
}

/** A condition that the host which a request came to may meet, and the one that it is sent to not. */
function isAboutHost(condition: Condition): boolean {
  return condition.subject === 'authority' || (condition.subject === 'header' && condition.name === 'host')
}

function isGet(match: object): boolean {
  return 'value' in match && match.value === 'GET'
}

/** Whether a match of another rule may take the path before this one does. */
function isTaken(path: string, { virtualService, ruleIndex }: ServedMatch, before: MatchIndex<ServedMatch>): boolean {
  const wanted = { path: { kind: 'exact', value: path, ignoresCase: false }, conditions: [] } as const
  for (const other of before.above(wanted)) {
    if (other.virtualService !== virtualService || other.ruleIndex !== ruleIndex) return true
  }
  return false
}

function finding({ place: { resource, ruleIndex } }: ServedMatch, back: string | true): Diagnostic {
  const path = ['spec', 'http', ruleIndex, 'redirect', ...(back === true ? [] : ['uri'])]
  return diagnose('SB5013', {
    message:
      back === true
        ? 'the redirect leads to where the request came to'
        : `the redirect to "${back}" leads back to its own rule`,
    span: back === true ? resource.keySpanOf(path) : resource.spanOf(path),
    label: 'leads back here',
    path: formatPath(path),
    resource: resource.title,
    why: 'clients follow a redirect some twenty times, and then show an error',
    help:
      back === true
        ? 'redirect to another host, scheme or path, or match what is not yet there'
        : `put a rule for \`exact: ${back}\` before it, or redirect to a path that it does not match`,
  })
}
