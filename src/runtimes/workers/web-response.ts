import type { BodyEnd, HeaderFields, UpstreamResponse } from '../../data-plane/platform.ts'
import { copyOf } from '../web-request.ts'
import type { Carrier } from './carrier.ts'

/** A response that `fetch` gave. */
export class WebResponse implements UpstreamResponse {
  readonly status: number
  readonly headers: Headers
  readonly #response: Response
  readonly #bytes: ArrayBuffer | undefined
  readonly #carrier: Pick<Carrier, 'waitUntil' | 'isCloudflare'>
  readonly #waiting: ((end: BodyEnd) => void)[] = []
  #isClosed: boolean
  /** What goes downstream, where its headers can be changed. */
  #changeable: Response | undefined

  /**
   * @param isCut whether it can be cut while it comes in, so that its end has to be seen
   * @param bytes the body, where all of it has come already
   */
  constructor(
    response: Response,
    isCut: boolean,
    bytes: ArrayBuffer | undefined,
    carrier: Pick<Carrier, 'waitUntil' | 'isCloudflare'>,
  ) {
    this.status = response.status
    this.headers = response.headers
    this.#response = response
    this.#bytes = bytes
    this.#carrier = carrier
    // Where the platform carries a body by itself, its end cannot be seen, so its head stands for it.
    this.#isClosed = !isCut || bytes !== undefined || response.body === null
  }

  /** Cloudflare answers for an endpoint that it cannot reach, with statuses of its own. */
  get isConnectFailure(): boolean {
    const isOwnStatus = (this.status >= 520 && this.status <= 527) || this.status === 530
    return isOwnStatus && this.#carrier.isCloudflare && this.headers.get('server') === 'cloudflare'
  }

  /** They stand in the response that goes downstream already: a response copies the headers that it is given. */
  copyHeaders(isLeftOut: (name: string) => boolean): HeaderFields {
    this.#changeable = this.#withOwnHead()
    return copyOf(this.headers, isLeftOut, this.#changeable.headers)
  }

  discard(): void {
    if (!this.#bytes) this.#response.body?.cancel().catch(() => undefined)
    this.#close('cut')
  }

  whenClosed(callback: (end: BodyEnd) => void): void {
    if (this.#isClosed) callback('whole')
    else this.#waiting.push(callback)
  }

  /** As it goes downstream: with the headers of `copyHeaders` where they were asked for, else with its own. */
  toResponse(): Response {
    if (this.#changeable) return this.#changeable
    const isUntouched = this.#isClosed && !this.#bytes && this.#soundHeaders() === this.headers
    return isUntouched ? this.#response : this.#withOwnHead()
  }

  #withOwnHead(): Response {
    const { status, statusText, body, webSocket } = this.#response
    const head = { status, statusText: sound(statusText), headers: this.#soundHeaders() }
    if (this.#bytes) return new Response(this.#bytes, { ...head, encodeBody: 'manual' })
    if (this.#isClosed || body === null) return new Response(body, { ...head, webSocket })
    return new Response(this.#watched(body), { ...head, encodeBody: 'manual' })
  }

  /** Where there is no body, its length is only said; an endpoint that says nonsense must not be quoted. */
  #soundHeaders(): Headers {
    if (this.#response.body !== null) return this.headers
    const length = this.headers.get('content-length')
    if (length === null || isLength(length)) return this.headers
    const sound = new Headers(this.headers)
    sound.delete('content-length')
    return sound
  }

  /** The body by way of this Worker: a timer of a Worker that has nothing more to do with a request never fires. */
  #watched(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
    const length = this.headers.get('content-length')
    const { readable, writable } =
      length === null || !isLength(length) ? new IdentityTransformStream() : new FixedLengthStream(Number(length))
    const done = body
      .pipeTo(writable)
      // Which side failed cannot be known.
      .then(
        () => this.#close('whole'),
        () => this.#close('cut'),
      )
    this.#carrier.waitUntil(done)
    return readable
  }

  #close(end: BodyEnd): void {
    this.#isClosed = true
    for (const callback of this.#waiting.splice(0)) callback(end)
  }
}

function isLength(text: string): boolean {
  return /^\d{1,15}$/.test(text)
}

/** A reason phrase that can be sent again; one with other characters is left out, since no client needs it. */
function sound(reason: string): string {
  return /^[\x20-\x7e]*$/.test(reason) ? reason : ''
}
