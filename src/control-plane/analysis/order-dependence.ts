import { type Diagnostic, diagnose } from '../../diagnostics/diagnostic.ts'
import { formatPath } from '../config/yaml/field-path.ts'
import { remembered } from '../memory/remembered.ts'
import type { AnalysisContext } from './context.ts'
import { firstKeySpan } from './first-key.ts'
import { areApart, covers } from './match-cover.ts'
import { MatchIndex } from './match-index.ts'
import { wordsOf } from './match-words.ts'
import type { ServedHost, ServedMatch, ServedRules } from './served-matches.ts'

const order = 'the older VirtualService takes precedence (creationTimestamp), then the one whose name sorts first'

/**
 * What depends on the order of VirtualServices that share a host on a Gateway, which no file shows: rules that are
 * reached only because Istio asks catch-alls last (SB5003), and rules that take the same requests (SB5004).
 *
 * Each VirtualService is named at most once by each, so that findings grow with the files and not with their pairs.
 */
export function findOrderDependence({ servedHosts }: AnalysisContext): Diagnostic[] {
  const reported = { catchAlls: new Set<string>(), overlaps: new Set<string>() }
  return servedHosts
    .filter(({ listener, contributions }) => listener !== 'default' && contributions.length > 1)
    .filter(dependsOnOrder)
    .flatMap(host => [...rulesAfterCatchAll(host, reported.catchAlls), ...overlaps(host, reported.overlaps)])
}

/** Whether there is anything to tell of a host: most do not change. */
const dependsOnOrder = remembered(
  (host: ServedHost) => rulesAfterCatchAll(host, new Set()).length > 0 || overlaps(host, new Set()).length > 0,
)

function rulesAfterCatchAll({ contributions, domains }: ServedHost, reported: Set<string>): Diagnostic[] {
  const position = contributions.findIndex(({ matches }) => matches.at(-1)?.isCatchAll)
  const catchAll = contributions[position]?.matches.at(-1)
  if (!catchAll || reported.has(catchAll.key)) return []
  const later = new Map<ServedRules['virtualService'], ServedMatch>()
  for (const { virtualService, matches } of contributions.slice(position + 1)) {
    const first = matches.find(({ isCatchAll }) => !isCatchAll)
    if (first && virtualService !== catchAll.virtualService && !later.has(virtualService)) {
      later.set(virtualService, first)
    }
  }
  const [reached] = later.values()
  if (!reached) return []
  reported.add(catchAll.key)
  const { resource, ruleIndex } = reached.place
  const path = ['spec', 'http', ruleIndex]
  const others = later.size === 1 ? '' : `, and so do those of ${later.size - 1} more VirtualServices`
  return [
    diagnose('SB5003', {
      message: `the rules of this VirtualService come after one of ${catchAll.place.resource.title} that matches every request of ${domains[0]}${others}`,
      span: firstKeySpan(resource, path),
      label: 'comes after a catch-all',
      path: formatPath(path),
      resource: resource.title,
      why: 'they are reached only because Istio moves catch-alls to the end of a merged host; with one more condition, that rule would hide them',
      help: `name the VirtualService with the catch-all so that it comes last, or put the rules of the host into one: ${order}`,
      related: [{ message: 'matches everything', span: firstKeySpan(catchAll.place.resource, catchAll.place.path) }],
    }),
  ]
}

interface Overlap {
  readonly inner: ServedMatch
  readonly outer: ServedMatch
}

function overlaps({ contributions }: ServedHost, reported: Set<string>): Diagnostic[] {
  const index = new MatchIndex<ServedMatch & { readonly rank: number }>()
  const ranked = contributions.map(({ matches }, rank) =>
    matches.filter(({ isCatchAll }) => !isCatchAll).map(match => ({ ...match, rank })),
  )
  for (const match of ranked.flat()) index.add(match)
  return ranked.flatMap(matches => {
    const name = matches[0]?.virtualService.title
    if (name === undefined || reported.has(name)) return []
    for (const inner of matches) {
      for (const outer of index.above(inner.match)) {
        if (outer.virtualService === inner.virtualService) continue
        // Where the first of the two takes all of the other's requests, the other is dead, and is told as that.
        const isDead = outer.rank < inner.rank && covers(outer.match, inner.match)
        if (isDead || areApart(inner.match.conditions, outer.match.conditions)) continue
        reported.add(name)
        return [tellOverlap({ inner, outer }, inner.rank < outer.rank)]
      }
    }
    return []
  })
}

function tellOverlap({ inner, outer }: Overlap, isInnerFirst: boolean): Diagnostic {
  const { resource, path } = inner.place
  const other = outer.place.resource.title
  const first = isInnerFirst ? 'this one' : other
  return diagnose('SB5004', {
    message: `${wordsOf(inner)} and ${wordsOf(outer)} of ${other} take the same requests, and only their order decides`,
    span: firstKeySpan(resource, path),
    label: `${first} comes first`,
    path: formatPath(path),
    resource: resource.title,
    why: `${order}; the order of the files does not count`,
    help: 'put overlapping rules into one VirtualService, in the intended order',
    related: [{ message: 'overlaps with it', span: firstKeySpan(outer.place.resource, outer.place.path) }],
  })
}
