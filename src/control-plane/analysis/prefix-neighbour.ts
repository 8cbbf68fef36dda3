import { type Diagnostic, diagnose } from '../../diagnostics/diagnostic.ts'
import { formatPath } from '../config/yaml/field-path.ts'
import type { AnalysisContext } from './context.ts'
import { firstKeySpan } from './first-key.ts'
import { areApart, covers, neighbourOf } from './match-cover.ts'
import { MatchIndex } from './match-index.ts'
import { wordsOf } from './match-words.ts'
import { inServedOrder, rememberedOfHosts, type ServedHost, type ServedMatch } from './served-matches.ts'

/**
 * Prefixes that also catch a neighbour, as `/policy` catches `/policy-author` (SB5007): told only where a later rule of
 * the same host shows that the neighbour exists, and once for each prefix. A rule that gets nothing at all any more is
 * told as that (IST0130).
 */
export function findPrefixNeighbours({ servedHosts }: AnalysisContext): Diagnostic[] {
  const reported = new Set<string>()
  return servedHosts.filter(catchesNeighbours).flatMap(host => caughtIn(host, reported))
}

/** Whether there is anything to tell of a host: most have nothing, and do not change. */
const catchesNeighbours = rememberedOfHosts('neighbours', host => caughtIn(host, new Set()).length > 0)

function caughtIn(host: ServedHost, reported: Set<string>): Diagnostic[] {
  const index = new MatchIndex<ServedMatch>()
  return inServedOrder(host).flatMap(match => {
    const catching = [...index.above(match.match)].find(
      earlier =>
        neighbourOf(earlier.match, match.match) !== undefined &&
        !isOneRule(earlier, match) &&
        !reported.has(earlier.key) &&
        !covers(earlier.match, match.match) &&
        !areApart(earlier.match.conditions, match.match.conditions),
    )
    index.add(match)
    if (!catching) return []
    reported.add(catching.key)
    return [finding(catching, match)]
  })
}

function isOneRule(a: ServedMatch, b: ServedMatch): boolean {
  return a.virtualService === b.virtualService && a.ruleIndex === b.ruleIndex
}

function finding(catching: ServedMatch, neighbour: ServedMatch): Diagnostic {
  const prefix = neighbourOf(catching.match, neighbour.match)!
  const { resource, path } = catching.place
  const field = [...path, 'uri', 'prefix']
  return diagnose('SB5007', {
    message: `the prefix "${prefix}" also catches requests for ${wordsOf(neighbour)}`,
    span: resource.spanOf(field),
    label: 'matched as text, not by segment',
    path: formatPath(field),
    resource: resource.title,
    why: 'a prefix matches every path that begins with its text, and the first match wins',
    help: `write the prefix "${prefix}/", and \`exact: ${prefix}\` beside it, or put the other rule first`,
    related: [{ message: 'the neighbour', span: firstKeySpan(neighbour.place.resource, neighbour.place.path) }],
  })
}
