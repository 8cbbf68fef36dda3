import type { RequestBody } from '../../data-plane/platform.ts'

/**
 * The body of a request on workerd. As long as nothing else is needed, the platform's own stream goes upstream
 * untouched; a body that has to be replayable, or whose end has to be seen, passes through here.
 */
export class WebBody implements RequestBody {
  readonly #source: ReadableStream<Uint8Array>
  /** Bytes, where they were announced: the framing that the endpoint sees is the client's. */
  readonly #announced: number | undefined
  #replayLimitBytes = 0
  #replay: Uint8Array[] | undefined
  #replayBytes = 0
  #isBegun = false
  #isReceived = false
  /** Broken off by the client, or too large to be buffered: what was sent of it cannot be sent again. */
  #isLost = false
  #isBroken = false
  #onBroken: (() => void) | undefined
  readonly #waiting: { readonly onReceived: () => void; readonly onLost?: () => void }[] = []

  constructor(source: ReadableStream<Uint8Array>, announced: number | undefined) {
    this.#source = source
    this.#announced = announced
  }

  bufferForReplay(limitBytes: number): void {
    // What is known to be too large is not worth the copying.
    if (this.#announced === undefined || this.#announced <= limitBytes) this.#replayLimitBytes = limitBytes
  }

  get isReplayable(): boolean {
    return !this.#isBegun || (this.#replay !== undefined && !this.#isLost)
  }

  /** Whether it passes through here, so that its end is seen. */
  get isWatched(): boolean {
    return this.#replayLimitBytes > 0 || this.#waiting.length > 0
  }

  /** Whether the client broke it off, or sent it in a form that is no body. */
  get isBroken(): boolean {
    return this.#isBroken
  }

  get isReceived(): boolean {
    return this.#isReceived
  }

  whenReceived(callback: () => void): void {
    if (this.#isReceived) callback()
    else this.#waiting.push({ onReceived: callback })
  }

  /** Leaves the body to the platform, which sends it with a copy of the client's request: once, and unseen. */
  leave(): void {
    this.#isBegun = true
    this.#received()
  }

  /**
   * What goes upstream this time: a stream, or bytes where it was sent before. Only while it is whole.
   *
   * @param onBroken must end the request that takes it: workerd would end a body that is broken off as if it were whole
   * @throws Error where it turns out, while it is waited for, to be too large to be buffered
   */
  async open(onBroken: () => void): Promise<ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer>> {
    if (this.#isBegun) return this.#again()
    this.#isBegun = true
    this.#onBroken = onBroken
    if (!this.isWatched) return this.#source
    const { readable, writable } = this.#pipe()
    if (this.#replayLimitBytes === 0) {
      this.#source.pipeTo(writable, { preventAbort: true }).then(
        () => this.#received(),
        () => this.#break(),
      )
    } else {
      this.#replay = []
      void this.#record(writable)
    }
    return readable
  }

  #pipe(): { readable: ReadableStream<Uint8Array>; writable: WritableStream<Uint8Array> } {
    return this.#announced === undefined ? new IdentityTransformStream() : new FixedLengthStream(this.#announced)
  }

  /** Passes the body on and keeps a copy, also where the attempt that takes it fails: the next one needs it all. */
  async #record(writable: WritableStream<Uint8Array>): Promise<void> {
    const reader = this.#source.getReader()
    const writer = writable.getWriter()
    let isTaken = true
    const drop = () => {
      isTaken = false
    }
    writer.closed.catch(drop)
    try {
      for (;;) {
        const { done, value } = await reader.read()
        if (done) break
        this.#bufferChunk(value)
        if (isTaken) await writer.write(value).catch(drop)
        if (!this.#replay) {
          this.#lost()
          if (!isTaken) return await reader.cancel()
          // too large to be buffered: from here on the platform carries it by itself.
          reader.releaseLock()
          writer.releaseLock()
          await this.#source.pipeTo(writable, { preventAbort: true })
          return this.#received()
        }
      }
      if (isTaken) await writer.close().catch(drop)
      this.#received()
    } catch {
      this.#break()
    }
  }

  #bufferChunk(chunk: Uint8Array): void {
    this.#replayBytes += chunk.byteLength
    if (this.#replayBytes > this.#replayLimitBytes) this.#replay = undefined
    else this.#replay?.push(chunk)
  }

  /** All of it, once it has come. */
  async #again(): Promise<Uint8Array<ArrayBuffer>> {
    if (!this.#isReceived) {
      await new Promise<void>((onReceived, reject) => {
        this.#waiting.push({ onReceived, onLost: () => reject(new Error('the body is too large to be sent again')) })
      })
    }
    const bytes = new Uint8Array(this.#replayBytes)
    let at = 0
    for (const chunk of this.#replay ?? []) {
      bytes.set(chunk, at)
      at += chunk.byteLength
    }
    return bytes
  }

  #received(): void {
    this.#isReceived = true
    for (const { onReceived } of this.#waiting.splice(0)) onReceived()
  }

  /** An endpoint must not take what it got for the whole. */
  #break(): void {
    this.#isBroken = true
    this.#lost()
    this.#onBroken?.()
  }

  #lost(): void {
    this.#isLost = true
    for (const { onLost } of this.#waiting) onLost?.()
  }
}
