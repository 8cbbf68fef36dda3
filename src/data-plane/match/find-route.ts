import { addToHash, homeSlot, seedHash } from '../../fib/key-hash.ts'
import {
  candidateList,
  hostShape,
  mayHaveConditions,
  node,
  nodeChild,
  none,
  pathOwner,
  pathSlot,
  type RouteRow,
  rarePaths,
  route,
  rowOfLone,
  type SubjectNumber,
  split,
  splitGroup,
  splitMark,
  subjectNumber,
  type VirtualHostRow,
  valueBytes,
  valueSlot,
  valueSplit,
  virtualHost,
} from '../../fib/layout.ts'
import { foldCase } from '../../fib/normalize.ts'
import { isTestedAsSet } from '../../fib/pattern.ts'
import { headerValues, queryValue, type RequestHead } from '../../fib/request-head.ts'
import type { TableView } from '../../fib/view.ts'
import { conditionsHold } from './conditions-hold.ts'
import { isText } from './pool-text.ts'

/**
 * The first route of a virtual host that matches, or `none`.
 *
 * Routes stand in the table in the order in which they are tried, so the first match is the smallest row that
 * matches. Each index gives ascending lists of candidates; a list is left as soon as it cannot beat the best so far.
 */
export function findRoute(table: TableView, row: VirtualHostRow, head: RequestHead): RouteRow | typeof none {
  const { virtualHosts } = table
  const at = row * virtualHost.words
  const { path } = head
  splitsLeft = table.candidates.length / split.words
  let best = noRoute
  const shape = virtualHosts[at + virtualHost.shape]!
  if (shape & hostShape.hasExact) {
    best = firstHolding(table, findExact(table, row, 0, path), head, best)
  }
  const prefixes = virtualHosts[at + virtualHost.prefixes]!
  if (prefixes !== none) best = walkPrefixes(table, prefixes, path, head, best)

  if (shape & hostShape.hasFoldedExact) {
    best = firstHolding(table, findExact(table, row, 1, foldCase(path)), head, best)
  }
  best = firstHolding(table, virtualHosts[at + virtualHost.anyPath]!, head, best)
  const rare = virtualHosts[at + virtualHost.rare]!
  if (rare !== none) best = firstOfRare(table, rare, head, best)
  return best === noRoute ? none : (best as RouteRow)
}

/** As `firstHolding`, of paths that few virtual hosts have. Regexes come last: what was found spares the ones behind it. */
function firstOfRare(table: TableView, rare: number, head: RequestHead, bestSoFar: number): number {
  const { candidates } = table
  const prefixes = candidates[rare + rarePaths.foldedPrefixes] ?? none
  const best = prefixes === none ? bestSoFar : walkPrefixes(table, prefixes, foldCase(head.path), head, bestSoFar)
  const regexes = candidates[rare + rarePaths.regexes] ?? none
  return regexes === none ? best : walkRegexes(table, regexes, head, best)
}

const noRoute = 0x7fffffff

/** The smaller of `best` and the first row whose conditions hold, of those that `candidates` names. */
function firstHolding(table: TableView, candidates: number, head: RequestHead, best: number): number {
  if (candidates === none) return best
  if (candidates < none) {
    const row = rowOfLone(candidates)
    if (!(row < best)) return best
    const holds = mayHaveConditions(candidates) ? routeHolds(table, row, head) : row * route.words < table.routes.length
    return holds ? row : best
  }
  const words = table.candidates
  // What else stands there cannot win.
  if (words[candidates + candidateList.firstRow]! >= best) return best
  const count = words[candidates + candidateList.count]!
  if (count === splitMark) return searchSplit(table, candidates, head, best)
  const end = candidates + candidateList.rows + count
  for (let at = candidates + candidateList.rows; at < end; at++) {
    const row = words[at]!
    // Also where a damaged table has no row there.
    if (!(row < best)) return best
    if (routeHolds(table, row, head)) return row
  }
  return best
}

/** What is left to one search of the splits that it may visit. A search is never interrupted, so there is one at a time. */
let splitsLeft = 0

function routeHolds(table: TableView, row: number, head: RequestHead): boolean {
  return conditionsHold(table, table.routes[row * route.words + route.conditions]!, head)
}

/** As `firstHolding`, where the candidates are split by what one value of the request has to be. */
function searchSplit(table: TableView, at: number, head: RequestHead, bestSoFar: number): number {
  const { candidates } = table
  // Each split is met once at most; only in a damaged table do several ways lead to one.
  if (--splitsLeft < 0) return bestSoFar
  let best = bestSoFar
  const subject = candidates[at + split.subject] as SubjectNumber | typeof none
  switch (subject) {
    case none:
      break
    case subjectNumber.header: {
      const values = headerValues(head, table.nameAt(candidates[at + split.name]!))
      // Several values can lead to the same candidates, which are looked at once.
      const met = values.length > 1 ? new Set<number>() : undefined
      for (const value of values) best = searchValue(table, at, value, head, best, met)
      break
    }
    case subjectNumber.query: {
      const value = queryValue(head.query, table.nameAt(candidates[at + split.name]!))
      if (value !== undefined) best = searchValue(table, at, value, head, best)
      break
    }
    case subjectNumber.method:
      best = searchValue(table, at, head.method, head, best)
      break
    case subjectNumber.authority:
      best = searchValue(table, at, head.authority, head, best)
      break
    case subjectNumber.scheme:
      best = searchValue(table, at, head.scheme, head, best)
      break
    case subjectNumber.port:
      best = searchValue(table, at, String(head.port), head, best)
      break
    default:
      // In a damaged table.
      subject satisfies never
  }
  best = searchGroups(table, at, head, best)
  return firstHolding(table, behind(at, candidates[at + split.rest]!), head, best)
}

function searchValue(
  table: TableView,
  at: number,
  value: string,
  head: RequestHead,
  bestSoFar: number,
  met?: Set<number>,
): number {
  const best = firstUnmet(table, behind(at, findValue(table, at, value)), head, bestSoFar, met)
  const prefixes = table.candidates[at + split.prefixes]!
  return prefixes === none ? best : walkPrefixes(table, prefixes, value, head, best, at, met)
}

/** As `firstHolding`, unless these candidates were met before. */
function firstUnmet(
  table: TableView,
  candidates: number,
  head: RequestHead,
  best: number,
  met: Set<number> | undefined,
): number {
  if (met === undefined || candidates === none) return firstHolding(table, candidates, head, best)
  if (met.has(candidates)) return best
  met.add(candidates)
  return firstHolding(table, candidates, head, best)
}

/** Each group has a condition of its own, which is read once for all of them. */
function searchGroups(table: TableView, at: number, head: RequestHead, bestSoFar: number): number {
  const { candidates } = table
  const groups = candidates[at + split.groups]!
  if (groups === none) return bestSoFar
  let best = bestSoFar
  // A damaged table may say that there are more than it has.
  const end = Math.min(groups + 1 + candidates[groups]! * splitGroup.words, candidates.length)
  for (let group = groups + 1; group < end; group += splitGroup.words) {
    if (!conditionsHold(table, candidates[group + splitGroup.condition]!, head)) continue
    best = firstHolding(table, behind(at, candidates[group + splitGroup.candidates]!), head, best)
  }
  return best
}

/** What a split leads to lies behind it; what does not, in a damaged table, could lead back to it. */
export function behind(at: number, candidates: number): number {
  return candidates > at || candidates < none ? candidates : none
}

/** The candidates of a split that want a value to be `value`, or `none`. */
export function findValue(table: TableView, at: number, value: string): number {
  const { exactValues } = table
  const slotCount = exactValues.length / valueSlot.words
  if (slotCount === 0) return none
  let hash = seedHash(at)
  for (let unit = 0; unit < value.length; unit++) hash = addToHash(hash, value.charCodeAt(unit))
  let slot = homeSlot(hash, slotCount)
  for (let probed = 0; probed < slotCount; probed++) {
    const word = slot * valueSlot.words
    const found = exactValues[word + valueSlot.candidates]!
    if (found === none) return none
    const slotOwner = exactValues[word + valueSlot.owner]!
    if (
      valueSplit(slotOwner) === at &&
      isText(table, exactValues[word + valueSlot.key]!, valueBytes(slotOwner), value)
    ) {
      return found
    }
    slot = slot + 1 === slotCount ? 0 : slot + 1
  }
  return none
}

/** As `walkPrefixes`, where each node holds the routes whose regexes match nothing but what begins as it does. */
function walkRegexes(table: TableView, root: number, head: RequestHead, bestSoFar: number): number {
  const { prefixNodes } = table
  const { path } = head
  let best = bestSoFar
  let consumed = 0
  for (let at = root; at !== none; at = findChild(prefixNodes, at, path.charCodeAt(consumed))) {
    consumed = behindLabel(table, at, root, path, consumed)
    if (consumed === none) break
    best = firstMatchingRegex(table, prefixNodes[at + node.candidates]!, head, best)
    if (consumed === path.length) break
  }
  return best
}

/** As `firstHolding`, for routes whose path is a regex. */
function firstMatchingRegex(table: TableView, list: number, head: RequestHead, best: number): number {
  if (list === none) return best
  if (list < none) {
    const row = rowOfLone(list) as RouteRow
    return row < best && table.patternOf(row).matches(head.path) && routeHolds(table, row, head) ? row : best
  }
  if (table.candidates[list + candidateList.firstRow]! >= best) return best
  const count = table.candidates[list + candidateList.count]!
  const { candidates } = table
  const first = list + candidateList.rows
  if (isTestedAsSet(count)) {
    for (const number of table.patternSetOf(list).matching(head.path)) {
      const row = candidates[first + number]!
      if (!(row < best)) return best
      if (routeHolds(table, row, head)) return row
    }
    return best
  }
  for (let at = first; at < first + count; at++) {
    const row = candidates[at]! as RouteRow
    if (!(row < best)) return best
    if (table.patternOf(row).matches(head.path) && routeHolds(table, row, head)) return row
  }
  return best
}

/** The candidates of the rules whose exact path is `path`, or `none`. */
export function findExact(table: TableView, row: VirtualHostRow, isFolded: 0 | 1, path: string): number {
  const { exactPaths, pool } = table
  const slotCount = exactPaths.length / pathSlot.words
  if (slotCount === 0) return none
  const owner = pathOwner(row, isFolded)
  let hash = seedHash(owner)
  for (let at = 0; at < path.length; at++) hash = addToHash(hash, path.charCodeAt(at))
  let slot = homeSlot(hash, slotCount)
  for (let probed = 0; probed < slotCount; probed++) {
    const at = slot * pathSlot.words
    const list = exactPaths[at + pathSlot.candidates]!
    if (list === none) return none
    if (
      exactPaths[at + pathSlot.owner] === owner &&
      exactPaths[at + pathSlot.keyBytes] === path.length &&
      startsWithPool(pool, exactPaths[at + pathSlot.key]!, path.length, path, 0)
    ) {
      return list
    }
    slot = slot + 1 === slotCount ? 0 : slot + 1
  }
  return none
}

/**
 * Goes down the tree along `text`; every node passed holds the rules of one prefix.
 *
 * @param parent the split that the tree belongs to, if any
 * @param met what was looked at already, where the tree is walked more than once
 */
function walkPrefixes(
  table: TableView,
  root: number,
  text: string,
  head: RequestHead,
  bestSoFar: number,
  parent: number = none,
  met?: Set<number>,
): number {
  const { prefixNodes } = table
  let best = bestSoFar
  let consumed = 0
  for (let at = root; at !== none; at = findChild(prefixNodes, at, text.charCodeAt(consumed))) {
    consumed = behindLabel(table, at, root, text, consumed)
    if (consumed === none) break
    best = firstUnmet(table, behind(parent, prefixNodes[at + node.candidates]!), head, best, met)
    if (consumed === text.length) break
  }
  return best
}

/** How far a text is consumed behind the label of a node; `none` where it does not go on as the label does. */
export function behindLabel(
  { prefixNodes, pool }: TableView,
  at: number,
  root: number,
  text: string,
  consumed: number,
): number {
  const labelBytes = prefixNodes[at + node.labelBytes]!
  const end = consumed + labelBytes
  // Only a root has an empty label; in a damaged table a node without one could lead back to itself.
  if (at === root) return labelBytes === 0 ? consumed : none
  if (!(labelBytes > 0) || end > text.length) return none
  // The first byte led here. Most labels far up have no other, and the pool lies far from the tree.
  if (labelBytes === 1) return end
  return startsWithPool(pool, prefixNodes[at + node.label]! + 1, labelBytes - 1, text, consumed + 1) ? end : none
}

/** The child of a node whose label begins with a byte, or `none`. Children lie in the order of their first bytes. */
export function findChild(prefixNodes: Int32Array, at: number, byte: number): number {
  const children = at + node.children
  const count = prefixNodes[at + node.childCount]!
  // Where it lies if none is missing between the first one and it: so it is with one child, and among digits or letters.
  const guess = byte - prefixNodes[children + nodeChild.firstByte]!
  if (guess >= 0 && guess < count && prefixNodes[children + guess * nodeChild.words] === byte) {
    return prefixNodes[children + guess * nodeChild.words + nodeChild.offset]!
  }
  let low = 0
  let high = count - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const child = children + middle * nodeChild.words
    const first = prefixNodes[child + nodeChild.firstByte]!
    if (first === byte) return prefixNodes[child + nodeChild.offset]!
    if (first < byte) low = middle + 1
    else high = middle - 1
  }
  return none
}

function startsWithPool(pool: Uint8Array, offset: number, bytes: number, text: string, from: number): boolean {
  for (let at = 0; at < bytes; at++) {
    if (pool[offset + at] !== text.charCodeAt(from + at)) return false
  }
  return true
}
