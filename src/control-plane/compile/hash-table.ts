import { homeSlot } from '../../fib/key-hash.ts'
import { none } from '../../fib/layout.ts'

/** How full a table is: fuller ones have longer ways to a free slot, which ends every miss. */
const load = 0.8

/**
 * An open-addressing hash table with linear probing, with some free slots, so that a miss meets one soon.
 * A free slot has `none` in each of its words. Keys that come first lie nearer to home.
 */
export class HashTable {
  readonly words: Int32Array
  readonly #slotCount: number
  readonly #slotWords: number

  /** @param keys how many there will be */
  constructor(keys: number, slotWords: number) {
    this.#slotWords = slotWords
    this.#slotCount = keys === 0 ? 0 : Math.ceil(keys / load) + 1
    this.words = new Int32Array(this.#slotCount * slotWords).fill(none)
  }

  /**
   * The offset of the slot for one more key, whose words are then to be written: the first of them is never `none`.
   *
   * @param hash not yet spread (`homeSlot`)
   */
  place(hash: number): number {
    let slot = homeSlot(hash, this.#slotCount)
    while (this.words[slot * this.#slotWords] !== none) slot = slot + 1 === this.#slotCount ? 0 : slot + 1
    return slot * this.#slotWords
  }
}
