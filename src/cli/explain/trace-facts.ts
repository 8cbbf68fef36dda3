import type { GuardFault } from '../../control-plane/interpret/guard-fault.ts'
import type { Trace, Trial } from '../../control-plane/interpret/trace.ts'
import { matchWords } from '../words/match-words.ts'
import type { ConsideredHost, Decision, TriedRoute } from './decision.ts'
import { failureWords } from './failure-words.ts'

/** What a trace tells of the way to a decision. */
export function traceFacts({
  entered,
  refusal,
  servingListeners,
  virtualHosts,
  tried,
}: Trace): Pick<Decision, 'entrance' | 'considered' | 'tried'> {
  const serving = servingListeners.map(({ name }) => name)
  return {
    ...(entered && {
      entrance: {
        listener: entered.listener.name,
        reason: entered.reason,
        serving,
        ...(refusal && { refused: refusalWords(refusal) }),
      },
    }),
    considered: virtualHosts.map(({ domain }, index) => ({ domain, kind: kindOf(domain), isChosen: index === 0 })),
    tried: tried.map(triedRoute),
  }
}

function refusalWords(refusal: GuardFault): string {
  if (refusal.kind === 'closed')
    return 'it rejects every client: its conditions on client certificates cannot be checked'
  if (refusal.kind === 'missing') return 'it admits only clients with a verified certificate'
  const { shown, named } = refusal
  const names = named.length === 0 ? 'none' : named.join(' or ')
  return `it admits the client certificate with the SHA-256 ${names}, not ${shown ?? 'one with an unknown SHA-256'}`
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
