/** Where a text lies in the pool. */
export interface PoolText {
  readonly offset: number
  readonly bytes: number
}

const encoder = new TextEncoder()

/** All texts and blobs of a table, each stored once, as UTF-8. */
export class Pool {
  readonly #places = new Map<string, PoolText>()
  #bytes = new Uint8Array(1024)
  #used = 0

  /** The place of `text`, which is added when it is new. */
  add(text: string): PoolText {
    const known = this.#places.get(text)
    if (known) return known
    // As much as UTF-8 takes at most.
    this.#reserve(text.length * 3)
    const offset = this.#used
    const bytes = this.#writeAscii(text) ?? encoder.encodeInto(text, this.#bytes.subarray(offset)).written
    this.#used += bytes
    const place = { offset, bytes }
    this.#places.set(text, place)
    return place
  }

  /** Writes a text that is ASCII, as most are, and returns its length: most texts are too short for the encoder. */
  #writeAscii(text: string): number | undefined {
    const bytes = this.#bytes
    const from = this.#used
    for (let at = 0; at < text.length; at++) {
      const unit = text.charCodeAt(at)
      if (unit > 0x7f) return undefined
      bytes[from + at] = unit
    }
    return text.length
  }

  /** The bytes at a place; valid until the next `add`. */
  read({ offset, bytes }: PoolText): Uint8Array {
    return this.#bytes.subarray(offset, offset + bytes)
  }

  toBytes(): Uint8Array {
    return this.#bytes.slice(0, this.#used)
  }

  #reserve(bytes: number): void {
    if (this.#used + bytes <= this.#bytes.length) return
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#used + bytes))
    grown.set(this.#bytes)
    this.#bytes = grown
  }
}
