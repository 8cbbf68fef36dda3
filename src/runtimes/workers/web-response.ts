import type { HeaderFields, UpstreamResponse } from '../../data-plane/platform.ts'
import { copyOf } from '../web-request.ts'

/** What is to be known of a response beside itself. */
export interface WebResponseOptions {
  /** Whether it can be cut while it comes in, so that its end has to be seen. */
  readonly isCut: boolean
  readonly waitUntil: (work: Promise<unknown>) => void
  readonly isCloudflare: boolean
}

/** A response that `fetch` gave. */
export class WebResponse implements UpstreamResponse {
  readonly status: number
  readonly headers: Headers
  readonly #response: Response
  readonly #options: WebResponseOptions
  readonly #waiting: (() => void)[] = []
  #isClosed: boolean

  constructor(response: Response, options: WebResponseOptions) {
    this.status = response.status
    this.headers = response.headers
    this.#response = response
    this.#options = options
    // Where the platform carries a body by itself, its end cannot be seen, so its head stands for it.
    this.#isClosed = !options.isCut || response.body === null
  }

  /** Cloudflare answers for an endpoint that it cannot reach, with statuses of its own. */
  get isConnectFailure(): boolean {
    const isOwnStatus = (this.status >= 520 && this.status <= 527) || this.status === 530
    return isOwnStatus && this.#options.isCloudflare && this.headers.get('server') === 'cloudflare'
  }

  copyHeaders(isLeftOut: (name: string) => boolean): HeaderFields {
    return copyOf(this.headers, isLeftOut)
  }

  discard(): void {
    this.#response.body?.cancel().catch(() => undefined)
    this.#close()
  }

  whenClosed(callback: () => void): void {
    if (this.#isClosed) callback()
    else this.#waiting.push(callback)
  }

  /** As it goes downstream. @param headers absent: its own */
  toResponse(headers: HeaderFields | undefined): Response {
    const { status, statusText, body, webSocket } = this.#response
    if (this.#isClosed || body === null) {
      if (headers === undefined) return this.#response
      return new Response(body, { status, statusText, headers: headers as Headers, webSocket })
    }
    const fields = (headers as Headers | undefined) ?? this.headers
    return new Response(this.#watched(body), { status, statusText, headers: fields, encodeBody: 'manual' })
  }

  /** The body by way of this Worker: a timer of a Worker that has nothing more to do with a request never fires. */
  #watched(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
    const length = this.headers.get('content-length')
    const { readable, writable } =
      length === null || !/^\d{1,15}$/.test(length)
        ? new IdentityTransformStream()
        : new FixedLengthStream(Number(length))
    const done = body
      .pipeTo(writable)
      .catch(() => undefined)
      .then(() => this.#close())
    this.#options.waitUntil(done)
    return readable
  }

  #close(): void {
    this.#isClosed = true
    for (const callback of this.#waiting.splice(0)) callback()
  }
}
