import { homeSlot } from '../../fib/key-hash.ts'
import { none } from '../../fib/layout.ts'

/** One key of a hash section: where it wants to lie, and the words of its slot. */
export interface Slot {
  /** Not yet spread (`homeSlot`). */
  readonly hash: number
  readonly words: readonly number[]
}

/** How full a table is: fuller ones have longer ways to a free slot, which ends every miss. */
const load = 0.8

/**
 * An open-addressing hash table with linear probing, with some free slots, so that a miss meets one soon.
 * A free slot has `none` in each of its words. The order of `slots` decides who lies nearer to home.
 */
export function layOutHashTable(slots: readonly Slot[], slotWords: number): Int32Array {
  if (slots.length === 0) return new Int32Array(0)
  const slotCount = Math.ceil(slots.length / load) + 1
  const table = new Int32Array(slotCount * slotWords).fill(none)
  for (const { hash, words } of slots) {
    let slot = homeSlot(hash, slotCount)
    while (table[slot * slotWords] !== none) slot = slot + 1 === slotCount ? 0 : slot + 1
    table.set(words, slot * slotWords)
  }
  return table
}
