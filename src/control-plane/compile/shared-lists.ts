import { addToHash, homeSlot, seedHash } from '../../fib/key-hash.ts'

/**
 * A section that consists of lists of words: equal lists are one. A list that others begin with, or that two make
 * together, may be part of them: how long a list is, its reader knows.
 */
export class SharedLists {
  readonly #words: Int32Array
  /** A hash table of the lists: their offset and one more; 0 where a slot is free. */
  readonly #slots: Int32Array
  #list = 0
  #used = 0

  /**
   * @param lists how many there will be at most, before equal ones are one
   * @param words how many words all of them will have at most
   */
  constructor(lists: number, words: number) {
    this.#words = new Int32Array(words)
    this.#slots = new Int32Array(lists * 2)
  }

  /** Adds a word to the list that is being written. */
  push(word: number): void {
    this.#words[this.#used++] = word
  }

  /** Ends the list of what was pushed since the last one; returns its offset. */
  endList(): number {
    const length = this.#used - this.#list
    let hash = seedHash(length)
    for (let at = this.#list; at < this.#used; at++) hash = addToHash(hash, this.#words[at]!)
    let slot = homeSlot(hash, this.#slots.length)
    for (; this.#slots[slot] !== 0; slot = slot + 1 === this.#slots.length ? 0 : slot + 1) {
      const known = this.#slots[slot]! - 1
      if (!this.#isAt(known, length)) continue
      this.#used = this.#list
      return known
    }
    this.#slots[slot] = this.#list + 1
    const list = this.#list
    this.#list = this.#used
    return list
  }

  section(): Int32Array {
    return this.#words.slice(0, this.#used)
  }

  /** Whether the list that ends stands already at an offset. */
  #isAt(offset: number, length: number): boolean {
    if (offset + length > this.#list) return false
    for (let at = 0; at < length; at++) if (this.#words[offset + at] !== this.#words[this.#list + at]) return false
    return true
  }
}
