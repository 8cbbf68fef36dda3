/** Something that is held, and has to be given back. */
export interface Holding {
  /** Called once, by the lease that holds it. */
  release(): void
}

/** The part of a platform that starts timers; what is returned stops one. */
export interface Timers {
  startTimer(durationMs: number, onElapsed: () => void): () => void
}

/**
 * Everything that a request holds for as long as it is served: slots of limits, running timers. What is limited can be
 * acquired with a lease only, so whoever releases the lease gives back all of it, whatever the request was waiting for.
 *
 * Releasing happens at once, not behind an `await`: workerd ends the code of a request whose client has disconnected, and
 * what comes behind its next `await` never runs. A lease that was released holds nothing any more: what is acquired with
 * it later is given back immediately.
 *
 * Leases nest: what an attempt holds is released with it, and with its request at the latest.
 */
export class Lease implements Holding {
  readonly #timers: Timers
  readonly #parent: Lease | undefined
  /** In the order in which they were acquired; undefined once they were released. */
  #holdings: Holding[] | undefined = []

  constructor(timers: Timers, parent?: Lease) {
    this.#timers = timers
    this.#parent = parent
  }

  get isReleased(): boolean {
    return this.#holdings === undefined
  }

  /** Takes over what was acquired: from now on it is for this lease to release. */
  hold(holding: Holding): void {
    if (this.#holdings) this.#holdings.push(holding)
    else holding.release()
  }

  /** A lease for a part of what this one is for, which can be released before it. */
  nested(): Lease {
    const nested = new Lease(this.#timers, this)
    this.hold(nested)
    return nested
  }

  /** A lease that outlives this one. */
  independent(): Lease {
    return new Lease(this.#timers)
  }

  /** Calls back once, after so many milliseconds, unless this is released before. */
  startTimer(durationMs: number, onElapsed: () => void): void {
    if (this.isReleased) return
    this.hold({ release: this.#timers.startTimer(durationMs, onElapsed) })
  }

  /** Waits for so many milliseconds, or until this is released. */
  sleep(durationMs: number): Promise<void> {
    return new Promise(resolve => {
      const sleep = this.nested()
      sleep.hold({ release: resolve })
      sleep.startTimer(durationMs, () => sleep.release())
    })
  }

  /** Gives back all that is held, the last one first; does nothing where it was released before. */
  release(): void {
    const holdings = this.#holdings
    if (!holdings) return
    this.#holdings = undefined
    if (this.#parent) this.#parent.#forget(this)
    releaseAll(holdings)
  }

  #forget(nested: Lease): void {
    const at = this.#holdings?.lastIndexOf(nested) ?? -1
    if (at >= 0) this.#holdings!.splice(at, 1)
  }
}

/** One that throws must not keep the others from being given back. */
function releaseAll(holdings: Holding[]): void {
  try {
    for (let last = holdings.pop(); last; last = holdings.pop()) last.release()
  } finally {
    if (holdings.length > 0) releaseAll(holdings)
  }
}
