import { node, nodeChild, none } from '../../fib/layout.ts'
import type { Pool, PoolText } from './pool.ts'

/** A prefix and the offset of its candidates. */
export interface PrefixEntry {
  readonly prefix: PoolText
  readonly candidates: number
}

/** A node while its tree is built: a label is a stretch of the pool. */
interface Branch {
  label: number
  labelBytes: number
  candidates: number
  readonly children: Map<number, Branch>
}

/**
 * Lays a radix tree over the prefixes into `words` and returns the offset of its root. Labels point into the pool,
 * where the prefixes lie already, so the tree adds no text.
 */
export function layOutPrefixTree(entries: readonly PrefixEntry[], pool: Pool, words: number[]): number {
  const root: Branch = { label: 0, labelBytes: 0, candidates: none, children: new Map() }
  for (const entry of entries) insert(root, entry, pool)
  return layOut(root, words)
}

function insert(root: Branch, { prefix, candidates }: PrefixEntry, pool: Pool): void {
  const bytes = pool.read(prefix)
  let branch = root
  let consumed = 0
  while (consumed < bytes.length) {
    const child = branch.children.get(bytes[consumed]!)
    if (!child) {
      branch.children.set(bytes[consumed]!, {
        label: prefix.offset + consumed,
        labelBytes: bytes.length - consumed,
        candidates,
        children: new Map(),
      })
      return
    }
    const shared = sharedLength(pool.read({ offset: child.label, bytes: child.labelBytes }), bytes.subarray(consumed))
    if (shared < child.labelBytes) split(child, shared, pool)
    consumed += shared
    branch = child
  }
  branch.candidates = candidates
}

function sharedLength(a: Uint8Array, b: Uint8Array): number {
  const limit = Math.min(a.length, b.length)
  let length = 0
  while (length < limit && a[length] === b[length]) length++
  return length
}

/** Cuts a branch's label after `length` bytes; what hung below the branch hangs below the new lower half. */
function split(branch: Branch, length: number, pool: Pool): void {
  const lower: Branch = {
    label: branch.label + length,
    labelBytes: branch.labelBytes - length,
    candidates: branch.candidates,
    children: new Map(branch.children),
  }
  branch.labelBytes = length
  branch.candidates = none
  branch.children.clear()
  branch.children.set(pool.read({ offset: lower.label, bytes: 1 })[0]!, lower)
}

/** Parents before children, with a list instead of recursion: a chain of nested prefixes may be very deep. */
function layOut(root: Branch, words: number[]): number {
  const rootOffset = words.length
  const waiting: { branch: Branch; slot: number }[] = [{ branch: root, slot: none }]
  for (const { branch, slot } of waiting) {
    const offset = words.length
    if (slot !== none) words[slot] = offset
    const children = [...branch.children.entries()].sort(([a], [b]) => a - b)
    words.push(branch.label, branch.labelBytes, branch.candidates, children.length)
    for (const [index, [byte, child]] of children.entries()) {
      words.push(byte, none)
      waiting.push({ branch: child, slot: offset + node.children + index * nodeChild.words + nodeChild.offset })
    }
  }
  return rootOffset
}
