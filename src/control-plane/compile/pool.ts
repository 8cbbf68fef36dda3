import { homeSlot } from '../../fib/key-hash.ts'
import { hashText, type TextPlace, withRoom, writeText } from './texts.ts'

const least = 1024

/**
 * The section `pool`: all texts and blobs of a table, each stored once, as UTF-8. It knows texts by their bytes, so that
 * those of fragments are added without being read as texts again. The empty text lies at 0.
 */
export class Pool {
  #bytes: Uint8Array<ArrayBuffer>
  #used = 0
  /** A hash table of the texts: their number and one more; 0 where a slot is free. */
  #slots: Int32Array
  /** Of each text: its offset, its length, its hash. */
  #texts: Int32Array
  #count = 0
  #written = new Uint8Array(least)

  /** @param expected how many texts and bytes there will be, about: so much room is made at once */
  constructor(expected = { texts: least, bytes: least }) {
    this.#bytes = new Uint8Array(Math.max(least, expected.bytes))
    this.#slots = new Int32Array(Math.max(least, expected.texts) * 2)
    this.#texts = new Int32Array(Math.max(least, expected.texts) * 3)
  }

  add(text: string): TextPlace {
    this.#written = withRoom(this.#written, 0, text.length * 3)
    const bytes = writeText(text, this.#written, 0)
    return { offset: this.addBytes(this.#written, 0, bytes, hashText(this.#written, 0, bytes)), bytes }
  }

  /**
   * Adds a text that lies in other bytes; returns its offset.
   *
   * @param hash what `hashText` makes of it
   */
  addBytes(source: Uint8Array, from: number, length: number, hash: number): number {
    if (length === 0) return 0
    let slot = homeSlot(hash, this.#slots.length)
    for (;;) {
      const text = this.#slots[slot]! - 1
      if (text < 0) break
      if (this.#texts[text * 3 + 2] === hash && this.#isAt(text, source, from, length)) return this.#texts[text * 3]!
      slot = slot + 1 === this.#slots.length ? 0 : slot + 1
    }
    this.#bytes = withRoom(this.#bytes, this.#used, length)
    const offset = this.#used
    for (let at = 0; at < length; at++) this.#bytes[offset + at] = source[from + at]!
    this.#used += length
    this.#slots[slot] = ++this.#count
    const text = (this.#count - 1) * 3
    this.#texts[text] = offset
    this.#texts[text + 1] = length
    this.#texts[text + 2] = hash
    if (this.#count * 3 === this.#texts.length) this.#grow()
    return offset
  }

  /** The bytes at a place; valid until the next `add`. */
  read({ offset, bytes }: TextPlace): Uint8Array {
    return this.#bytes.subarray(offset, offset + bytes)
  }

  toBytes(): Uint8Array {
    return this.#bytes.slice(0, this.#used)
  }

  #isAt(text: number, source: Uint8Array, from: number, length: number): boolean {
    if (this.#texts[text * 3 + 1] !== length) return false
    const offset = this.#texts[text * 3]!
    for (let at = 0; at < length; at++) if (this.#bytes[offset + at] !== source[from + at]) return false
    return true
  }

  #grow(): void {
    const texts = new Int32Array(this.#texts.length * 2)
    texts.set(this.#texts)
    this.#texts = texts
    this.#slots = new Int32Array(this.#slots.length * 2)
    for (let text = 0; text < this.#count; text++) {
      let slot = homeSlot(texts[text * 3 + 2]!, this.#slots.length)
      while (this.#slots[slot] !== 0) slot = slot + 1 === this.#slots.length ? 0 : slot + 1
      this.#slots[slot] = text + 1
    }
  }
}
