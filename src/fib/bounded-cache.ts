/** Values made when first asked for. At `capacity` the one that was made first makes room, so memory stays bounded. */
export class BoundedCache<Key, Value> {
  readonly #values = new Map<Key, Value>()
  readonly #capacity: number

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  /** `make` must not return undefined. */
  get(key: Key, make: () => Value): Value {
    const known = this.#values.get(key)
    if (known !== undefined) return known
    const value = make()
    if (this.#values.size >= this.#capacity) {
      for (const oldest of this.#values.keys()) {
        this.#values.delete(oldest)
        break
      }
    }
    this.#values.set(key, value)
    return value
  }
}
