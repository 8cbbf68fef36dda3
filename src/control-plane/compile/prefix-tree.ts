import { nodeChild, none } from '../../fib/layout.ts'
import type { TextPlace, Texts } from './texts.ts'

/** A prefix and the offset of its candidates. */
export interface PrefixEntry {
  readonly prefix: TextPlace
  readonly candidates: number
}

/** A node while its tree is built: a label is a stretch of the texts. */
interface Branch {
  label: number
  labelBytes: number
  candidates: number
  /** By their first bytes; absent where there are none: most nodes are leaves. */
  children: Map<number, Branch> | undefined
}

/**
 * Lays a radix tree over the prefixes into `words` and returns the offset of its root. Labels point into the texts,
 * where the prefixes lie already, so the tree adds none.
 */
export function layOutPrefixTree(entries: readonly PrefixEntry[], texts: Texts, words: number[]): number {
  const root: Branch = { label: 0, labelBytes: 0, candidates: none, children: undefined }
  for (const entry of entries) insert(root, entry, texts)
  return layOut(root, words)
}

function insert(root: Branch, { prefix, candidates }: PrefixEntry, texts: Texts): void {
  const end = prefix.offset + prefix.bytes
  let branch = root
  let at = prefix.offset
  while (at < end) {
    const first = texts.byteAt(at)
    const child = branch.children?.get(first)
    if (!child) {
      branch.children ??= new Map()
      branch.children.set(first, { label: at, labelBytes: end - at, candidates, children: undefined })
      return
    }
    const limit = Math.min(child.labelBytes, end - at)
    let shared = 1
    while (shared < limit && texts.byteAt(child.label + shared) === texts.byteAt(at + shared)) shared++
    if (shared < child.labelBytes) split(child, shared, texts)
    at += shared
    branch = child
  }
  branch.candidates = candidates
}

/** Cuts a branch's label after `length` bytes; what hung below the branch hangs below the new lower half. */
function split(branch: Branch, length: number, texts: Texts): void {
  const lower: Branch = {
    label: branch.label + length,
    labelBytes: branch.labelBytes - length,
    candidates: branch.candidates,
    children: branch.children,
  }
  branch.labelBytes = length
  branch.candidates = none
  branch.children = new Map([[texts.byteAt(lower.label), lower]])
}

/** Parents before children, with a list instead of recursion: a chain of nested prefixes may be very deep. */
function layOut(root: Branch, words: number[]): number {
  const rootOffset = words.length
  const waiting: Branch[] = [root]
  /** Of each branch that waits, where its offset is to be written; none of the root. */
  const slots: number[] = [none]
  for (let next = 0; next < waiting.length; next++) {
    const { label, labelBytes, candidates, children } = waiting[next]!
    const offset = words.length
    const slot = slots[next]!
    if (slot !== none) words[slot] = offset
    words.push(label, labelBytes, candidates, children?.size ?? 0)
    if (!children) continue
    for (const [byte, child] of [...children].sort(([a], [b]) => a - b)) {
      words.push(byte, none)
      waiting.push(child)
      slots.push(words.length - nodeChild.words + nodeChild.offset)
    }
  }
  return rootOffset
}
