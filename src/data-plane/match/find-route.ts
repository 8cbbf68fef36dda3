import { addToHash, finishHash, seedHash } from '../../fib/key-hash.ts'
import {
  candidateList,
  node,
  nodeChild,
  none,
  pathSlot,
  type RouteRow,
  type VirtualHostRow,
  virtualHost,
} from '../../fib/layout.ts'
import { foldCase } from '../../fib/normalize.ts'
import type { RequestHead } from '../../fib/request-head.ts'
import type { TableView } from '../../fib/view.ts'
import { conditionsHold } from './conditions-hold.ts'

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
  let best = noRoute
  if (virtualHosts[at + virtualHost.hasExact]) {
    best = firstHolding(table, findExact(table, row, 0, path), head, best)
  }
  const prefixes = virtualHosts[at + virtualHost.prefixes]!
  if (prefixes !== none) best = walkPrefixes(table, prefixes, path, head, best)

  const foldedPrefixes = virtualHosts[at + virtualHost.foldedPrefixes]!
  const hasFoldedExact = virtualHosts[at + virtualHost.hasFoldedExact]
  if (hasFoldedExact || foldedPrefixes !== none) {
    const folded = foldCase(path)
    if (hasFoldedExact) best = firstHolding(table, findExact(table, row, 1, folded), head, best)
    if (foldedPrefixes !== none) best = walkPrefixes(table, foldedPrefixes, folded, head, best)
  }

  best = firstHolding(table, virtualHosts[at + virtualHost.anyPath]!, head, best)
  // Regexes come last: whatever was found so far spares the ones behind it.
  best = firstMatchingRegex(table, virtualHosts[at + virtualHost.regexes]!, head, best)
  return best === noRoute ? none : (best as RouteRow)
}

const noRoute = 0x7fffffff

/** The smaller of `best` and the first candidate of a list whose conditions hold. */
function firstHolding(table: TableView, list: number, head: RequestHead, best: number): number {
  if (list === none) return best
  const { candidates } = table
  const end = list + candidateList.rows + candidates[list + candidateList.count]!
  for (let at = list + candidateList.rows; at < end; at++) {
    const row = candidates[at]!
    if (row >= best) return best
    if (conditionsHold(table, row as RouteRow, head)) return row
  }
  return best
}

function firstMatchingRegex(table: TableView, list: number, head: RequestHead, best: number): number {
  if (list === none) return best
  const { candidates } = table
  const end = list + candidateList.rows + candidates[list + candidateList.count]!
  for (let at = list + candidateList.rows; at < end; at++) {
    const row = candidates[at]! as RouteRow
    if (row >= best) return best
    if (table.patternOf(row).matches(head.path) && conditionsHold(table, row, head)) return row
  }
  return best
}

/** The candidates of the rules whose exact path is `path`, or `none`. */
function findExact(table: TableView, row: VirtualHostRow, isFolded: 0 | 1, path: string): number {
  const { exactPaths, pool } = table
  const slotCount = exactPaths.length / pathSlot.words
  if (slotCount === 0) return none
  const mask = slotCount - 1
  let hash = seedHash(row * 2 + isFolded)
  for (let at = 0; at < path.length; at++) hash = addToHash(hash, path.charCodeAt(at))
  let slot = finishHash(hash) & mask
  for (let probed = 0; probed < slotCount; probed++) {
    const at = slot * pathSlot.words
    const list = exactPaths[at + pathSlot.candidates]!
    if (list === none) return none
    if (
      exactPaths[at + pathSlot.virtualHost] === row &&
      exactPaths[at + pathSlot.isFolded] === isFolded &&
      exactPaths[at + pathSlot.keyBytes] === path.length &&
      startsWithPool(pool, exactPaths[at + pathSlot.key]!, path.length, path, 0)
    ) {
      return list
    }
    slot = (slot + 1) & mask
  }
  return none
}

/** Goes down the tree along `path`; every node passed holds the rules of one prefix. */
function walkPrefixes(table: TableView, root: number, path: string, head: RequestHead, bestSoFar: number): number {
  const { prefixNodes, pool } = table
  let best = bestSoFar
  let at = root
  let consumed = 0
  while (at !== none) {
    const labelBytes = prefixNodes[at + node.labelBytes]!
    // Only a root has an empty label; in a damaged table a node without one could lead back to itself.
    if (!(labelBytes > 0) && at !== root) break
    if (consumed + labelBytes > path.length) break
    if (!startsWithPool(pool, prefixNodes[at + node.label]!, labelBytes, path, consumed)) break
    consumed += labelBytes
    best = firstHolding(table, prefixNodes[at + node.candidates]!, head, best)
    if (consumed === path.length) break
    at = findChild(prefixNodes, at, path.charCodeAt(consumed))
  }
  return best
}

/** Binary search among the children, which lie in the order of their first bytes. */
function findChild(prefixNodes: Int32Array, at: number, byte: number): number {
  const children = at + node.children
  let low = 0
  let high = prefixNodes[at + node.childCount]! - 1
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
