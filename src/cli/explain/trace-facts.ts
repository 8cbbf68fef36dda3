import type { Trace, Trial } from '../../control-plane/interpret/trace.ts'
import type { ConsideredHost, Decision, TriedRoute } from './decision.ts'
import { failureWords, matchWords } from './match-words.ts'

/** What a trace tells of the way to a decision. */
export function traceFacts({
  entry,
  servingListeners,
  virtualHosts,
  tried,
}: Trace): Pick<Decision, 'entrance' | 'considered' | 'tried'> {
  const serving = servingListeners.map(({ name }) => name)
  return {
    ...(entry && { entrance: { listener: entry.listener.name, reason: entry.reason, serving } }),
    considered: virtualHosts.map(({ domain }, index) => ({ domain, kind: kindOf(domain), isChosen: index === 0 })),
    tried: tried.map(triedRoute),
  }
}

function kindOf(domain: string): ConsideredHost['kind'] {
  if (domain === '*') return 'any'
  return domain.startsWith('*') ? 'suffix' : 'exact'
}

function triedRoute({ route: { name, match, origin }, failure }: Trial): TriedRoute {
  return {
    route: name,
    file: origin.file,
    line: origin.start.line,
    match: matchWords(match),
    matches: failure === undefined,
    ...(failure && { failed: failureWords(failure) }),
  }
}
