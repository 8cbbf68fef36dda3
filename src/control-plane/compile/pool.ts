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
    const encoded = encoder.encode(text)
    this.#reserve(encoded.length)
    this.#bytes.set(encoded, this.#used)
    const place = { offset: this.#used, bytes: encoded.length }
    this.#used += encoded.length
    this.#places.set(text, place)
    return place
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
