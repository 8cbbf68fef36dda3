import type { ClientRequest } from 'node:http'
import type { Readable } from 'node:stream'
import type { RequestBody } from '../../data-plane/platform.ts'
import { IdleError } from './limits.ts'
import { ReplayBuffer } from './replay-buffer.ts'
import { trailersOf } from './trailers.ts'

/** A body as it comes in: an `IncomingMessage`, or another stream of bytes. */
export type BodySource = Readable & { readonly rawTrailers?: readonly string[] }

/** The client has broken its body off, or has sent one that is malformed. */
export class BrokenBodyError extends Error {}

/**
 * The body of a request on its way in. It streams to one upstream request at a time, at the pace of both
 * sides, and is read from the client no further than that one takes it.
 *
 * Where it is buffered for replay, what has passed is sent again to the next one, before the rest.
 */
export class StreamedBody implements RequestBody {
  /** As the client's `content-length` says; undefined where it comes in chunks. */
  readonly announcedBytes: string | undefined
  readonly #source: BodySource
  /** What has passed so far; undefined where nothing is buffered, or where it has become too much. */
  #replay: ReplayBuffer | undefined
  #hasPassed = false
  #sink: ClientRequest | undefined
  #isListening = false
  #isReceived = false
  #breakage: Error | undefined
  #receivedCallbacks: (() => void)[] | undefined

  constructor(source: BodySource, announcedBytes: string | undefined) {
    this.#source = source
    this.announcedBytes = announcedBytes
    // Without a listener, a client that breaks off would be an uncaught exception.
    source.on('error', error => this.#breakOff(error))
    source.on('close', () => this.#breakOff())
  }

  bufferForReplay(limitBytes: number): void {
    if (!this.#hasPassed) this.#replay ??= new ReplayBuffer(limitBytes)
  }

  get isReplayable(): boolean {
    return !this.#breakage && (!this.#hasPassed || this.#replay !== undefined)
  }

  get isReceived(): boolean {
    return this.#isReceived
  }

  whenReceived(callback: () => void): void {
    if (this.#isReceived) callback()
    else if (this.#receivedCallbacks) this.#receivedCallbacks.push(callback)
    else this.#receivedCallbacks = [callback]
  }

  /** Sends all of it as the body of an upstream request, ends that one with it, and destroys it where it breaks off. */
  sendTo(sink: ClientRequest): void {
    if (!this.isReplayable) {
      sink.destroy(this.#breakage)
      return
    }
    const replay = this.#replay?.all
    if (replay && replay.length > 0) sink.write(replay)
    // The endpoint may have something to say to the head alone.
    else if (this.#source.readableLength === 0) sink.flushHeaders()
    if (this.#isReceived) {
      this.#endOf(sink)
      return
    }
    this.#sink?.destroy()
    this.#sink = sink
    sink.on('drain', () => {
      if (this.#sink === sink) this.#source.resume()
    })
    if (!this.#isListening) this.#listen()
    if (!sink.writableNeedDrain) this.#source.resume()
  }

  /** Stops sending to this upstream request; what comes from the client now waits for another one. */
  leave(sink: ClientRequest): void {
    if (this.#sink !== sink) return
    this.#sink = undefined
    if (!this.#isReceived) this.#source.pause()
  }

  #listen(): void {
    const source = this.#source
    this.#isListening = true
    source.on('data', (chunk: Uint8Array) => this.#pass(chunk))
    source.on('end', () => this.#receive())
  }

  #pass(chunk: Uint8Array): void {
    this.#hasPassed = true
    if (this.#replay && !this.#replay.add(chunk)) this.#replay = undefined
    if (this.#sink && !this.#sink.write(chunk)) this.#source.pause()
  }

  #receive(): void {
    this.#isReceived = true
    const sink = this.#sink
    this.#sink = undefined
    if (sink) this.#endOf(sink)
    const callbacks = this.#receivedCallbacks
    this.#receivedCallbacks = undefined
    if (callbacks) for (const callback of callbacks) callback()
  }

  #endOf(sink: ClientRequest): void {
    const { rawTrailers = [] } = this.#source
    // Only what came in chunks has some, and goes on in chunks.
    if (rawTrailers.length > 0) sink.addTrailers(trailersOf(rawTrailers))
    sink.end()
  }

  #breakOff(error?: Error): void {
    if (this.#isReceived || this.#breakage) return
    this.#breakage = error instanceof IdleError ? error : new BrokenBodyError('the request body broke off')
    this.#sink?.destroy(this.#breakage)
    this.#sink = undefined
  }
}
