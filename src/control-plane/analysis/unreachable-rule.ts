import { type Diagnostic, diagnose, type RelatedPlace } from '../../diagnostics/diagnostic.ts'
import { formatPath } from '../config/yaml/field-path.ts'
import { remembered } from '../memory/remembered.ts'
import type { AnalysisContext } from './context.ts'
import { firstKeySpan } from './first-key.ts'
import { conditionsCover, neighbourOf, type PathSet, pathSet } from './match-cover.ts'
import { MatchIndex } from './match-index.ts'
import { wordsOf } from './match-words.ts'
import { inServedOrder, rememberedOfHosts, type ServedHost, type ServedMatch } from './served-matches.ts'

/** What is known of a match after all hosts: it can be used as soon as one of them leaves it something. */
interface Reach {
  readonly match: ServedMatch
  isUsed: boolean
  cover?: ServedMatch
}

const mostRelated = 4

/**
 * Rules that can never match, because rules before them take all of their requests (IST0130), single matches of a rule
 * that cannot (IST0131), and the second of two VirtualServices that take everything of one host (SB4002). The order is
 * that of the merged hosts. What is told is certain: it holds on every listener that serves the rule.
 *
 * The cost of a match does not grow with the number of others (see `MatchIndex`).
 */
export function findUnreachableRules({ servedHosts }: AnalysisContext): Diagnostic[] {
  // Most rules are covered nowhere, and need not be looked at.
  const suspects = new Set(servedHosts.flatMap(coveredRules))
  const reaches = new Map<string, Reach>()
  for (const host of suspects.size > 0 ? servedHosts : []) {
    for (const note of notesOn(host)) if (suspects.has(ruleOf(note.match))) addTo(reaches, note)
  }
  const byRule = Map.groupBy(reaches.values(), ({ match }) => ruleOf(match))
  return [...byRule.values()].flatMap(finding)
}

/** Names the rule that a match was written in. */
function ruleOf({ place }: ServedMatch): string {
  return `${place.resource.title} ${place.ruleIndex}`
}

/** What one host says of a match: that it leaves it something, or what takes all of its requests. */
interface Note {
  readonly match: ServedMatch
  readonly cover: ServedMatch | undefined
}

/** The rules of which something is covered. */
const coveredRules = rememberedOfHosts('covered rules', host =>
  notesOn(host)
    .filter(({ cover }) => cover)
    .map(({ match }) => ruleOf(match)),
)

const notesOn = remembered((host: ServedHost): readonly Note[] => {
  const notes: Note[] = []
  // On the default listener, VirtualServices that share a host are an error of their own (IST0109).
  const lists =
    host.listener === 'default' ? host.contributions.map(rules => [...rules.matches]) : [inServedOrder(host)]
  for (const list of lists) {
    const index = new MatchIndex<ServedMatch>()
    const seen = new Set<string>()
    for (const match of list) {
      // A VirtualService that comes to a listener by two servers is no rival of its own.
      const id = `${match.virtualService.title} ${match.ruleIndex} ${match.matchIndex}`
      if (seen.has(id)) continue
      seen.add(id)
      notes.push({ match, cover: index.findCover(match.match) })
      index.add(match)
    }
  }
  for (const { matches, dropped } of host.contributions) {
    const end = matches.at(-1)
    for (const match of dropped) notes.push({ match, cover: end })
  }
  return notes
})

function addTo(reaches: Map<string, Reach>, { match, cover }: Note): void {
  const known = reaches.get(match.key)
  const reach = known ?? { match, isUsed: false }
  if (!known) reaches.set(match.key, reach)
  if (cover) reach.cover ??= cover
  else reach.isUsed = true
}

function finding(reaches: readonly Reach[]): Diagnostic[] {
  const unused = reaches.filter(({ isUsed, cover }) => !isUsed && cover)
  const [first] = unused
  if (!first) return []
  const { resource, ruleIndex } = first.match.place
  const written = resource.spec.http[ruleIndex]!
  const isWholeRule = unused.length === Math.max(1, written.match.length)
  if (!isWholeRule) return unused.map(each => unusedMatch(each))
  if (unused.length === 1) return [unusedRule(first)]
  const path = ['spec', 'http', ruleIndex]
  return [
    diagnose('IST0130', {
      message: `this rule can never match: each of its ${unused.length} matches is covered by one before it`,
      span: firstKeySpan(resource, path),
      label: 'never reached',
      path: formatPath(path),
      resource: resource.title,
      why: 'the first match wins, so no request gets here',
      help: 'put this rule before the others, or remove it',
      related: relatedOf(unused),
    }),
  ]
}

function relatedOf(unused: readonly Reach[]): RelatedPlace[] {
  const covers = new Map(unused.map(({ cover }) => [cover!.key, cover!]))
  return [...covers.values()].slice(0, mostRelated).map(takesIts)
}

function takesIts(cover: ServedMatch): RelatedPlace {
  const { resource, path } = cover.place
  return { message: `${wordsOf(cover)} takes its requests`, span: firstKeySpan(resource, path) }
}

function unusedRule({ match, cover }: Reach): Diagnostic {
  if (match.isCatchAll && cover!.isCatchAll && match.virtualService !== cover!.virtualService) {
    return secondCatchAll(match, cover!)
  }
  const { resource, ruleIndex } = match.place
  // The same condition twice: the rule as a whole is a double. Otherwise its condition is what lies within another.
  const path = isSame(match, cover!) ? ['spec', 'http', ruleIndex] : match.place.path
  return diagnose('IST0130', {
    message: `this rule can never match: ${reasonOf(match, cover!)}`,
    span: firstKeySpan(resource, path),
    label: 'never reached',
    path: formatPath(path),
    resource: resource.title,
    ...adviceFor(match, cover!, 'rule'),
    related: [takesIts(cover!)],
  })
}

function secondCatchAll(match: ServedMatch, cover: ServedMatch): Diagnostic {
  const { resource, path } = match.place
  return diagnose('SB4002', {
    message: `this rule matches every request of its host, and so does one of ${cover.place.resource.title}`,
    span: firstKeySpan(resource, path),
    label: 'never reached',
    path: formatPath(path),
    resource: resource.title,
    why: 'only the one of the older VirtualService (then, by name) is ever used',
    help: 'remove one of them, or give this one a `match`',
    related: [{ message: 'matches everything', span: firstKeySpan(cover.place.resource, cover.place.path) }],
  })
}

function unusedMatch({ match, cover }: Reach): Diagnostic {
  const { resource, path } = match.place
  return diagnose('IST0131', {
    message: `this match can never be used: ${reasonOf(match, cover!)}`,
    span: firstKeySpan(resource, path),
    label: 'never used',
    path: formatPath(path),
    resource: resource.title,
    ...adviceFor(match, cover!, 'match'),
    related: [takesIts(cover!)],
  })
}

function reasonOf(match: ServedMatch, cover: ServedMatch): string {
  if (isSame(match, cover)) {
    const isWrittenAlike = wordsOf(match) === wordsOf(cover)
    return `${wordsOf(cover)} ${isWrittenAlike ? 'comes before it already' : 'before it takes the same'}`
  }
  const where = match.place.resource === cover.place.resource ? '' : ` of ${cover.place.resource.title}`
  return `${wordsOf(cover)}${where} takes all that ${wordsOf(match)} would`
}

function adviceFor(match: ServedMatch, cover: ServedMatch, word: string): { why: string; help: string } {
  const neighbour = neighbourOf(cover.match, match.match)
  if (neighbour !== undefined) {
    return {
      why: `a prefix is matched as text, not by segment: "${neighbour}" also matches what only begins like it`,
      help: `put this ${word} first, or write the prefix "${neighbour}/" there, and \`exact: ${neighbour}\` beside it`,
    }
  }
  if (match.place.resource !== cover.place.resource) {
    return {
      why: 'the first match wins, and of VirtualServices that share a host the older one takes precedence (then, by name)',
      help: `put the rules into one VirtualService, this ${word} first, or remove it`,
    }
  }
  const isOneRule = match.virtualService === cover.virtualService && match.ruleIndex === cover.ruleIndex
  const isDouble = isOneRule || isSame(match, cover)
  const help = isDouble ? `remove this ${word}` : `put this ${word} before the other, or remove it`
  return { why: 'the first match wins, so no request gets here', help }
}

function isSame(match: ServedMatch, cover: ServedMatch): boolean {
  return (
    samePath(pathSet(match.match), pathSet(cover.match)) &&
    conditionsCover(match.match.conditions, cover.match.conditions)
  )
}

function samePath(a: PathSet, b: PathSet): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
