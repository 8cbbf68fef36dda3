import type { BodyEnd, HeaderFields, UpstreamResponse } from '../../data-plane/platform.ts'
import { copyOf } from '../web-request.ts'
import type { Carrier } from './upstream.ts'

/** A response that `fetch` gave. */
export class WebResponse implements UpstreamResponse {
  readonly status: number
  readonly headers: Headers
  readonly #response: Response
  readonly #bytes: ArrayBuffer | undefined
  readonly #carrier: Pick<Carrier, 'waitUntil' | 'isCloudflare'>
  readonly #waiting: ((end: BodyEnd) => void)[] = []
  #isClosed: boolean

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

  copyHeaders(isLeftOut: (name: string) => boolean): HeaderFields {
    return copyOf(this.headers, isLeftOut)
  }

  discard(): void {
    if (!this.#bytes) this.#response.body?.cancel().catch(() => undefined)
    this.#close('cut')
  }

  whenClosed(callback: (end: BodyEnd) => void): void {
    if (this.#isClosed) callback('whole')
    else this.#waiting.push(callback)
  }

  /** As it goes downstream. @param headers absent: its own */
  toResponse(headers: HeaderFields | undefined): Response {
    const { status, statusText, body, webSocket } = this.#response
    const bytes = this.#bytes
    const fields = this.#sound((headers as Headers | undefined) ?? this.headers)
    if (bytes)
      return new Response(bytes, { status, statusText: sound(statusText), headers: fields, encodeBody: 'manual' })
    if (!this.#isClosed && body !== null) {
      const watched = this.#watched(body)
      return new Response(watched, { status, statusText: sound(statusText), headers: fields, encodeBody: 'manual' })
    }
    if (fields === this.headers) return this.#response
    return new Response(body, { status, statusText: sound(statusText), headers: fields, webSocket })
  }

  /** Where there is no body, its length is only said; an endpoint that says nonsense must not be quoted. */
  #sound(headers: Headers): Headers {
    if (this.#response.body !== null) return headers
    const length = headers.get('content-length')
    if (length === null || isLength(length)) return headers
    const sound = new Headers(headers)
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
      // Of what failed, which side it was cannot be told.
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

/** A reason phrase that can be said again; one with other characters is left out, since nobody needs it. */
function sound(reason: string): string {
  return /^[\x20-\x7e]*$/.test(reason) ? reason : ''
}
