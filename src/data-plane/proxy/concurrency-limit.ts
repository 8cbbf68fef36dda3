/** Limits the concurrent upstream requests of a gateway, so that a flood or a stalled origin cannot pile up more. */
export class ConcurrencyLimit {
  readonly #limit: number
  #active = 0

  /** @param limit the maximum of concurrent upstream requests */
  constructor(limit: number) {
    this.#limit = limit
  }

  /** Counts a request in; what is returned counts it out, once. Undefined where the limit is reached. */
  acquire(): (() => void) | undefined {
    if (this.#active >= this.#limit) return undefined
    this.#active++
    let isReleased = false
    return () => {
      if (isReleased) return
      isReleased = true
      this.#active--
    }
  }
}
