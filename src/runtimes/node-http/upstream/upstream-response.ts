import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { BodyEnd, UpstreamResponse } from '../../../data-plane/platform.ts'
import { RawHeaders } from '../raw-headers.ts'

/** The connection that an endpoint has switched to another protocol. */
export interface Tunnel {
  readonly socket: Socket
  /** What it sent right behind its 101. */
  readonly head: Buffer
}

/** A response of an endpoint, whose body is still in the socket or on its way there. */
export class HttpResponse implements UpstreamResponse {
  readonly status: number
  readonly headers: RawHeaders
  readonly incoming: IncomingMessage
  /** Only with status 101. */
  readonly tunnel: Tunnel | undefined
  /** What the connection has broken off by, where it has said so. */
  fault: 'reset' | 'idle' | undefined
  #end: BodyEnd | undefined
  #callbacks: ((end: BodyEnd) => void)[] = []

  constructor(incoming: IncomingMessage, tunnel?: Tunnel) {
    this.status = incoming.statusCode!
    this.headers = RawHeaders.received(incoming.rawHeaders)
    this.incoming = incoming
    this.tunnel = tunnel
  }

  copyHeaders(isLeftOut: (name: string) => boolean): RawHeaders {
    return this.headers.copyWithout(isLeftOut)
  }

  /** Whether the body has come in whole. What ends with its connection is only so where that was not broken off. */
  get isComplete(): boolean {
    const { incoming, headers, fault } = this
    if (!incoming.complete || fault === undefined) return incoming.complete
    return headers.has('content-length') || headers.has('transfer-encoding')
  }

  discard(): void {
    // What has come in whole leaves its connection to the next request; the rest would have to be waited for.
    if (this.incoming.complete && !this.tunnel) this.incoming.resume()
    else this.cut()
    this.over('cut')
  }

  /** Ends the connection that the body comes by: whoever is given it can tell that it is not whole. */
  cut(): void {
    if (this.tunnel) this.tunnel.socket.destroy()
    else this.incoming.destroy()
    this.over('cut')
  }

  whenClosed(callback: (end: BodyEnd) => void): void {
    if (this.#end === undefined) this.#callbacks.push(callback)
    else callback(this.#end)
  }

  /** To be called when the body is over, by who hands it on. What was said first counts. */
  over(end: BodyEnd): void {
    if (this.#end !== undefined) return
    this.#end = end
    for (const callback of this.#callbacks) callback(end)
  }
}
