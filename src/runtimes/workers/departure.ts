/**
 * Tells who wants to know that a request's client has gone. What the platform holds on to is this alone, and it is
 * emptied when the request is served: listeners of a signal live as long as the platform's side of the request, and all
 * that they hold would grow old with them.
 */
export class Departure {
  #callbacks: (() => void)[] | undefined

  /** Calls back when the signal fires, or at once where it has; not where the request is served before. */
  tell(signal: AbortSignal, callback: () => void): void {
    // It fires once.
    if (signal.aborted) {
      callback()
      return
    }
    if (this.#callbacks) {
      this.#callbacks.push(callback)
      return
    }
    this.#callbacks = [callback]
    signal.addEventListener('abort', listenerOf(this))
  }

  /** Nobody is told any more. */
  forget(): void {
    this.#callbacks = undefined
  }

  happen(): void {
    const callbacks = this.#callbacks
    this.#callbacks = undefined
    if (callbacks) for (const callback of callbacks) callback()
  }
}

/** Apart, so that the listener knows nothing else. */
function listenerOf(departure: Departure): () => void {
  return () => departure.happen()
}
