import { type ClientRequest, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import type { Socket } from 'node:net'
import { isWrittenInRequest } from '../../../data-plane/hop-by-hop.ts'
import type { AttemptOutcome, UpstreamCall, UpstreamFault, UpstreamRequest } from '../../../data-plane/platform.ts'
import { IdleError, type Limits } from '../limits.ts'
import type { RawHeaders } from '../raw-headers.ts'
import { BrokenBodyError, type StreamedBody } from '../request-body.ts'
import { type Destination, isStanding, type UpstreamPools } from './connection-pool.ts'
import { HttpResponse } from './upstream-response.ts'

/** A request that is under way to its endpoint, over a connection of the pool. */
export class HttpCall implements UpstreamCall {
  readonly outcome: Promise<AttemptOutcome>
  readonly #settle: (outcome: AttemptOutcome) => void
  readonly #outgoing: ClientRequest | undefined
  readonly #body: StreamedBody | undefined
  readonly #limits: Limits
  #response: HttpResponse | undefined
  #isSettled = false

  constructor(sent: UpstreamRequest, pools: UpstreamPools, limits: Limits) {
    const { promise, resolve } = Promise.withResolvers<AttemptOutcome>()
    this.outcome = promise
    this.#settle = resolve
    this.#limits = limits
    this.#body = sent.body as StreamedBody | undefined
    try {
      this.#outgoing = httpRequest(optionsOf(sent, pools))
    } catch (error) {
      // A header or a target that cannot be written: the rules made it, since the client's were read from a socket.
      this.#fail('protocol', reasonOf(error))
      return
    }
    const outgoing = this.#outgoing
    adjust(outgoing, limits)
    outgoing.on('response', incoming => this.#respond(incoming))
    outgoing.on('error', error => this.#failBy(error))
    outgoing.on('close', () => this.#end())
    if (sent.isWebSocket)
      outgoing.on('upgrade', (incoming, socket, head) => this.#respond(incoming, socket as Socket, head))
    if (this.#body) this.#sendBody(this.#body, outgoing)
    else outgoing.end()
  }

  cancel(): void {
    this.#fail('cancelled', 'cancelled', isStanding(this.#outgoing?.socket))
    if (this.#response) this.#response.cut()
    else this.#outgoing?.destroy()
  }

  /** Not before there is a connection: until then the body can still go to another endpoint. */
  #sendBody(body: StreamedBody, outgoing: ClientRequest): void {
    const send = () => {
      if (!this.#isSettled) body.sendTo(outgoing)
    }
    outgoing.once('socket', socket => {
      if (isStanding(socket)) send()
      else socket.once('encrypted' in socket ? 'secureConnect' : 'connect', send)
    })
  }

  #end(): void {
    if (this.#outgoing) this.#body?.leave(this.#outgoing)
    // A connection that was switched to another protocol unasked ends without an error.
    this.#fail('reset', 'closed')
  }

  #respond(incoming: IncomingMessage, socket?: Socket, head?: Buffer): void {
    const { statusCode = 0, rawHeaders } = incoming
    const isSwitched = socket !== undefined && head !== undefined
    const isKnown = isSwitched ? statusCode === 101 : statusCode >= 200 && statusCode <= 599
    if (this.#isSettled || !isKnown || rawHeaders.length > this.#limits.headerLines * 2) {
      this.#fail('protocol', isKnown ? 'too many headers' : `status ${statusCode}`)
      if (isSwitched) socket.destroy()
      else this.#outgoing?.destroy()
      return
    }
    this.#isSettled = true
    this.#response = new HttpResponse(incoming, isSwitched ? { socket, head } : undefined)
    this.#settle({ kind: 'responded', response: this.#response })
  }

  #failBy(error: NodeJS.ErrnoException): void {
    // Once a response is there, it is its body that breaks off.
    if (this.#response) this.#response.fault = error instanceof IdleError ? 'idle' : 'reset'
    else this.#fail(this.#faultOf(error), reasonOf(error))
  }

  #faultOf(error: NodeJS.ErrnoException): UpstreamFault {
    if (error instanceof BrokenBodyError) return 'request'
    if (error instanceof IdleError) return 'idle'
    if (!isStanding(this.#outgoing?.socket)) return 'connect'
    return error.code?.startsWith('HPE_') ? 'protocol' : 'reset'
  }

  #fail(fault: UpstreamFault, reason: string, isConnected?: boolean): void {
    if (this.#isSettled) return
    this.#isSettled = true
    if (this.#outgoing) this.#body?.leave(this.#outgoing)
    this.#settle({ kind: 'failed', fault, reason, ...(isConnected !== undefined && { isConnected }) })
  }
}

const isDeno = 'Deno' in globalThis

/** What of a request `node:http` has no option for, or one that costs more. */
interface Adjustable {
  maxHeaderSize?: number
  /** Of Deno alone. */
  _retrying?: boolean
}

/**
 * Deno sends a request a second time where its kept connection is lost, whatever its method is, and even where we have
 * given it up ourselves; unless it has done so before. Whether to try again is for the route's policy to say.
 */
function adjust(outgoing: ClientRequest & Adjustable, { headBytes }: Limits): void {
  outgoing.maxHeaderSize = headBytes
  if (isDeno) outgoing._retrying = true
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  return code ?? message
}

function optionsOf(sent: UpstreamRequest, pools: UpstreamPools): RequestOptions & Destination {
  const { endpoint, method, target, connectTimeoutMs } = sent
  const { scheme, address, port } = endpoint
  return {
    agent: pools[scheme],
    protocol: scheme === 'https' ? 'https:' : 'http:',
    host: address,
    port,
    // For the pool.
    connectTimeoutMs,
    method,
    path: target,
    headers: linesOf(sent),
    // Nothing is added to what is given.
    setDefaultHeaders: false,
  }
}

/** The header of a request as it is written: the fields that are given, with those that frame it. */
function linesOf({ authority, headers, method, body, isWebSocket }: UpstreamRequest): string[] {
  const lines = ['host', authority]
  const { flat } = headers as RawHeaders
  let length: string | undefined
  for (let at = 0; at < flat.length; at += 2) {
    const name = flat[at]!
    if (name === 'content-length') length = flat[at + 1]!
    else if (!isWrittenInRequest(name)) lines.push(name, flat[at + 1]!)
  }
  if (isWebSocket) lines.push('connection', 'Upgrade', 'upgrade', 'websocket')
  else if (body) framingOf(body as StreamedBody, lines)
  else if (length !== undefined || expectsBody(method)) lines.push('content-length', '0')
  return lines
}

function framingOf({ announcedBytes }: StreamedBody, lines: string[]): void {
  if (announcedBytes === undefined) lines.push('transfer-encoding', 'chunked')
  else lines.push('content-length', announcedBytes)
}

/** Without a length, an endpoint could wait for the body of such a request (RFC 9110 §8.6). */
function expectsBody(method: string): boolean {
  return method === 'POST' || method === 'PUT' || method === 'PATCH'
}
