/** Values made when first asked for. At `capacity` those that were made first make room, so memory stays bounded. */
export class BoundedCache<Key, Value> {
  readonly #values = new Map<Key, Value>()
  readonly #capacity: number
  readonly #sizeOf: (value: Value) => number
  #used = 0

  /** @param sizeOf what a value takes of the capacity */
  constructor(capacity: number, sizeOf: (value: Value) => number = () => 1) {
    this.#capacity = capacity
    this.#sizeOf = sizeOf
  }

  /** `make` must not return undefined. */
  get(key: Key, make: () => Value): Value {
    const known = this.#values.get(key)
    if (known !== undefined) return known
    const value = make()
    this.#used += this.#sizeOf(value)
    for (const [oldest, old] of this.#values) {
      if (this.#used <= this.#capacity) break
      this.#values.delete(oldest)
      this.#used -= this.#sizeOf(old)
    }
    this.#values.set(key, value)
    return value
  }
}
