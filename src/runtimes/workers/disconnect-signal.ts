/**
 * Calls back when a request's client disconnects. The platform holds on to this alone, and it is emptied when the request
 * is served: listeners of an `AbortSignal` live as long as the platform's side of the request, and all that they hold
 * would grow old with them.
 */
export class DisconnectSignal {
  #callbacks: (() => void)[] | undefined

  /** Calls back when the signal fires, or at once where it has; not where the request is served before. */
  listen(signal: AbortSignal, callback: () => void): void {
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

  /** From now on nothing is called back. */
  clear(): void {
    this.#callbacks = undefined
  }

  fire(): void {
    const callbacks = this.#callbacks
    this.#callbacks = undefined
    if (callbacks) for (const callback of callbacks) callback()
  }
}

/** Apart, so that the listener knows nothing else. */
function listenerOf(signal: DisconnectSignal): () => void {
  return () => signal.fire()
}
