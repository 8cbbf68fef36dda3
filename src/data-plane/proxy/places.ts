/** Counts the requests that are upstream at this moment, so that a flood or a stalled origin cannot pile up more. */
export class Places {
  readonly #limit: number
  #taken = 0

  /** @param limit how many requests may be upstream at once */
  constructor(limit: number) {
    this.#limit = limit
  }

  /** Takes a place; what is returned gives it back, once. Undefined where none is free. */
  take(): (() => void) | undefined {
    if (this.#taken >= this.#limit) return undefined
    this.#taken++
    let isBack = false
    return () => {
      if (isBack) return
      isBack = true
      this.#taken--
    }
  }
}
