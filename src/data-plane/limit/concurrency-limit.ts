import type { Lease } from './lease.ts'

/** Limits the concurrent upstream requests of a gateway, so that a flood or a stalled origin cannot pile up more. */
export class ConcurrencyLimit {
  readonly #limit: number
  #active = 0
  /** The same for all of them: a slot is nothing but one of so many. */
  readonly #slot = { release: () => void this.#active-- }

  /** @param limit the maximum of concurrent upstream requests */
  constructor(limit: number) {
    this.#limit = limit
  }

  /** Takes a slot, for as long as the lease lasts; false where the limit is reached. */
  acquire(lease: Lease): boolean {
    if (this.#active >= this.#limit) return false
    this.#active++
    lease.hold(this.#slot)
    return true
  }
}
