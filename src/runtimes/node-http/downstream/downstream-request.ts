import type { IncomingMessage } from 'node:http'
import type { DownstreamRequest } from '../../../data-plane/platform.ts'
import type { Scheme } from '../../../fib/request-head.ts'
import { RawHeaders } from '../raw-headers.ts'
import { StreamedBody } from '../request-body.ts'
import type { SentTarget } from './request-target.ts'

/** What a listener knows of each request that comes in by it. */
export interface ListeningSocket {
  readonly scheme: Scheme
  readonly port: number
}

/** A request as `node:http` has read it. */
export class NodeRequest implements DownstreamRequest {
  readonly method: string
  readonly scheme: Scheme
  readonly authority: string | undefined
  readonly port: number
  readonly target: string
  readonly headers: RawHeaders
  readonly body: StreamedBody | undefined
  readonly isWebSocket: boolean
  readonly incoming: IncomingMessage
  /** Whether its body comes in a coding that is not read here: `gzip, chunked`. */
  readonly hasUnknownCoding: boolean
  #disconnectCallbacks: (() => void)[] | undefined
  #isDisconnected = false

  constructor(
    incoming: IncomingMessage,
    { scheme, port }: ListeningSocket,
    { target, authority }: SentTarget,
    isWebSocket: boolean,
  ) {
    const headers = RawHeaders.received(incoming.rawHeaders)
    let host: string | undefined
    let hostCount = 0
    let length: string | undefined
    let coding: string | undefined
    const { flat } = headers
    for (let at = 0; at < flat.length; at += 2) {
      switch (flat[at]) {
        case 'host':
          host = flat[at + 1]
          hostCount++
          break
        case 'content-length':
          length = flat[at + 1]
          break
        case 'transfer-encoding':
          coding = flat[at + 1]
          break
      }
    }
    this.method = incoming.method!
    this.scheme = scheme
    this.authority = authority ?? (hostCount === 1 ? host : undefined)
    this.port = port
    this.target = target
    this.headers = headers
    this.isWebSocket = isWebSocket
    this.incoming = incoming
    this.hasUnknownCoding = coding !== undefined && coding.toLowerCase() !== 'chunked'
    const hasBody = !isWebSocket && (coding !== undefined || (length !== undefined && !/^0+$/.test(length)))
    this.body = hasBody ? new StreamedBody(incoming, length) : undefined
  }

  /** The lines themselves: `node:http` has each of them. */
  get lines(): RawHeaders {
    return this.headers
  }

  /** Both ends of it. */
  get connection(): string {
    const { remoteAddress, remotePort, localAddress, localPort } = this.incoming.socket
    return `${remoteAddress}:${remotePort}${localAddress}:${localPort}`
  }

  copyHeaders(isLeftOut: (name: string) => boolean): RawHeaders {
    return this.headers.copyWithout(isLeftOut)
  }

  onDisconnect(callback: () => void): void {
    if (this.#isDisconnected) callback()
    else if (this.#disconnectCallbacks) this.#disconnectCallbacks.push(callback)
    else this.#disconnectCallbacks = [callback]
  }

  /** To be called when the connection is lost before the response was sent. */
  disconnect(): void {
    this.#isDisconnected = true
    const callbacks = this.#disconnectCallbacks
    this.#disconnectCallbacks = undefined
    if (callbacks) for (const callback of callbacks) callback()
  }
}
