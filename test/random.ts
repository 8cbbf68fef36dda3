/** Random choices that a seed decides: the same seed makes the same choices on every machine. */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** At least 0, less than 1. Source: mulberry32, by Tommy Ettinger; public domain. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = this.#state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  /** A whole number of at least 0 and less than `end`. */
  below(end: number): number {
    return Math.floor(this.next() * end)
  }

  /** @throws where there is nothing to choose from */
  one<Item>(items: readonly Item[]): Item {
    if (items.length === 0) throw new Error('nothing to choose from')
    return items[this.below(items.length)]!
  }

  /** True with this probability. */
  chance(probability: number): boolean {
    return this.next() < probability
  }

  /** True one time in `times`. */
  oneIn(times: number): boolean {
    return this.below(times) === 0
  }
}
