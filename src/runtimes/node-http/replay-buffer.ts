const firstSize = 16 * 1024

/** Bytes that are buffered as they pass, in one piece, up to a limit. Small chunks cost no more than what they hold. */
export class ReplayBuffer {
  readonly #limitBytes: number
  #bytes = Buffer.allocUnsafeSlow(0)
  #length = 0

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes
  }

  /** Whether there was room. Where there was none, what is buffered is no longer all of it, and of no use. */
  add(chunk: Uint8Array): boolean {
    const length = this.#length + chunk.length
    if (length > this.#limitBytes) return false
    if (length > this.#bytes.length) {
      const size = Math.max(length, Math.min(this.#limitBytes, Math.max(firstSize, this.#bytes.length * 2)))
      const grown = Buffer.allocUnsafeSlow(size)
      grown.set(this.all)
      this.#bytes = grown
    }
    this.#bytes.set(chunk, this.#length)
    this.#length = length
    return true
  }

  /** All of them; what is added later does not change it. */
  get all(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }
}
