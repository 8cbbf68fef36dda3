import { addToHash, seedHash } from '../../fib/key-hash.ts'

/** Where a text lies among others. */
export interface TextPlace {
  readonly offset: number
  readonly bytes: number
}

type Bytes = Uint8Array<ArrayBuffer>

const encoder = new TextEncoder()

/** Texts and blobs one behind the other, each stored once, as UTF-8. */
export class Texts {
  readonly #places = new Map<string, TextPlace>()
  #bytes: Bytes
  #used = 0

  /** @param room where they are written; what is larger gets room of its own */
  constructor(room = new Uint8Array(1024)) {
    this.#bytes = room
  }

  /** The place of `text`, which is added when it is new. */
  add(text: string): TextPlace {
    const known = this.#places.get(text)
    if (known) return known
    // As much as UTF-8 takes at most.
    this.#bytes = withRoom(this.#bytes, this.#used, text.length * 3)
    const place = { offset: this.#used, bytes: writeText(text, this.#bytes, this.#used) }
    this.#used += place.bytes
    this.#places.set(text, place)
    return place
  }

  /** All of them, in the order of their bytes. */
  places(): TextPlace[] {
    return [...this.#places.values()]
  }

  /** The byte at an offset of all. */
  byteAt(offset: number): number {
    return this.#bytes[offset]!
  }

  /** All bytes; valid until the next `add`. */
  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#used)
  }
}

/** The same bytes with room for more behind those that are used. */
export function withRoom(bytes: Bytes, used: number, more: number): Bytes {
  if (used + more <= bytes.length) return bytes
  const grown = new Uint8Array(Math.max(bytes.length * 2, used + more))
  grown.set(bytes.subarray(0, used))
  return grown
}

/** Writes a text where there is room for it, and returns how many bytes it has. */
export function writeText(text: string, bytes: Uint8Array, from: number): number {
  // Most are ASCII, and too short for the encoder.
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit > 0x7f) return encoder.encodeInto(text, bytes.subarray(from)).written
    bytes[from + at] = unit
  }
  return text.length
}

/** What tells most texts apart. */
export function hashText(bytes: Uint8Array, from: number, length: number): number {
  let hash = seedHash(0)
  for (let at = from; at < from + length; at++) hash = addToHash(hash, bytes[at]!)
  return hash
}
