import { hostShape, none } from '../../fib/layout.ts'
import { foldCase } from '../../fib/normalize.ts'
import type { Route } from '../ir/rib.ts'
import { appendCandidate, type Candidate, CandidateLists } from './candidate-lists.ts'
import type { ConditionLists } from './condition-lists.ts'
import { layOutPrefixTree, type PrefixEntry } from './prefix-tree.ts'
import { byBeginning, type RegexRoute } from './regex-routes.ts'
import type { TextPlace, Texts } from './texts.ts'

/** The routes of one virtual host, sorted by how their paths are looked up; each list holds ascending rows. */
interface RoutesByPath {
  readonly exact: Map<string, Candidate[]>
  readonly foldedExact: Map<string, Candidate[]>
  readonly prefixes: Map<string, Candidate[]>
  readonly foldedPrefixes: Map<string, Candidate[]>
  readonly regexes: RegexRoute[]
  readonly anyPath: Candidate[]
}

/** An exact path of a virtual host. */
export interface ExactPath {
  /** What names the candidates. */
  readonly candidates: number
  readonly isFolded: 0 | 1
  readonly path: TextPlace
}

/** How the paths of one virtual host are looked up: what its row says of them, and the words that this leads to. */
export interface PathIndex {
  readonly prefixes: number
  readonly anyPath: number
  readonly rare: number
  /** The bits of `hostShape`. */
  readonly keys: number
  readonly exactPaths: readonly ExactPath[]
  readonly prefixNodes: readonly number[]
  readonly candidates: ReturnType<CandidateLists['sections']>
}

/**
 * Lays out the paths of a virtual host, whose first route has the row 0.
 *
 * @param splitRoom how many words of candidates there may be before the last split
 */
export function indexPaths(
  routes: readonly Route[],
  texts: Texts,
  conditions: ConditionLists,
  splitRoom: number,
): PathIndex {
  const prefixNodes: number[] = []
  const candidates = new CandidateLists(texts, conditions, prefixNodes, splitRoom)
  const exactPaths: ExactPath[] = []
  const addExact = (rowsByPath: ReadonlyMap<string, readonly Candidate[]>, isFolded: 0 | 1) => {
    for (const [path, rows] of rowsByPath) {
      const place = texts.add(path)
      exactPaths.push({ candidates: candidates.add(rows), isFolded, path: place })
    }
  }
  const addPrefixes = (rowsByPrefix: ReadonlyMap<string, readonly Candidate[]>): number => {
    if (rowsByPrefix.size === 0) return none
    const entries: PrefixEntry[] = []
    for (const [prefix, rows] of rowsByPrefix) {
      entries.push({ prefix: texts.add(prefix), candidates: candidates.add(rows) })
    }
    return layOutPrefixTree(entries, texts, prefixNodes)
  }

  const addRegexes = (routesByBeginning: ReadonlyMap<string, readonly RegexRoute[]>): number => {
    if (routesByBeginning.size === 0) return none
    const entries: PrefixEntry[] = []
    for (const [beginning, routes] of routesByBeginning) {
      const rows = candidates.addRows(routes.map(({ row }) => row))
      entries.push({ prefix: placeOf(beginning, routes[0]!.regex, texts), candidates: rows })
    }
    return layOutPrefixTree(entries, texts, prefixNodes)
  }

  const sorted = sortByPath(routes)
  addExact(sorted.exact, 0)
  addExact(sorted.foldedExact, 1)
  const prefixes = addPrefixes(sorted.prefixes)
  const foldedPrefixes = addPrefixes(sorted.foldedPrefixes)
  const regexes = addRegexes(byBeginning(sorted.regexes))
  const anyPath = candidates.add(sorted.anyPath)
  return {
    prefixes,
    anyPath,
    rare: foldedPrefixes === none && regexes === none ? none : candidates.addRare(foldedPrefixes, regexes),
    keys:
      (sorted.exact.size > 0 ? hostShape.hasExact : 0) | (sorted.foldedExact.size > 0 ? hostShape.hasFoldedExact : 0),
    exactPaths,
    prefixNodes,
    candidates: candidates.sections(),
  }
}

/** The place of the beginning of a regex: that of the regex itself, as a rule, which lies in the table anyway. */
function placeOf(beginning: string, regex: string, texts: Texts): TextPlace {
  if (!regex.startsWith(beginning)) return texts.add(beginning)
  // All of it is ASCII.
  return { offset: texts.add(regex).offset, bytes: beginning.length }
}

function sortByPath(routes: readonly Route[]): RoutesByPath {
  const sorted: RoutesByPath = {
    exact: new Map(),
    foldedExact: new Map(),
    prefixes: new Map(),
    foldedPrefixes: new Map(),
    regexes: [],
    anyPath: [],
  }
  for (const [row, { match }] of routes.entries()) {
    const { path } = match
    const candidate = { row, conditions: match.conditions }
    if (!path) {
      sorted.anyPath.push(candidate)
    } else if (path.kind === 'regex') {
      sorted.regexes.push({ row, regex: path.regex })
    } else {
      const [exact, prefixes] = path.ignoresCase
        ? [sorted.foldedExact, sorted.foldedPrefixes]
        : [sorted.exact, sorted.prefixes]
      const key = path.ignoresCase ? foldCase(path.value) : path.value
      appendCandidate(path.kind === 'exact' ? exact : prefixes, key, candidate)
    }
  }
  return sorted
}
