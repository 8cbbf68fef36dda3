import { finishHash } from '../../fib/key-hash.ts'
import { none } from '../../fib/layout.ts'

/** One key of a hash section: where it wants to lie, and the words of its slot. */
export interface Slot {
  /** Not yet finished (`finishHash`). */
  readonly hash: number
  readonly words: readonly number[]
}

/**
 * An open-addressing hash table with linear probing, at most half full, so that a miss meets a free slot soon.
 * A free slot has `none` in each of its words. The order of `slots` decides who lies nearer to home.
 */
export function layOutHashTable(slots: readonly Slot[], slotWords: number): Int32Array {
  if (slots.length === 0) return new Int32Array(0)
  const slotCount = 2 ** Math.ceil(Math.log2(slots.length * 2))
  const table = new Int32Array(slotCount * slotWords).fill(none)
  const mask = slotCount - 1
  for (const { hash, words } of slots) {
    let slot = finishHash(hash) & mask
    while (table[slot * slotWords] !== none) slot = (slot + 1) & mask
    table.set(words, slot * slotWords)
  }
  return table
}
