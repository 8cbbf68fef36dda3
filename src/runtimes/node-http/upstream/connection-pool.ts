import { Agent, type ClientRequest, type IncomingMessage } from 'node:http'
import { connect, isIP, type Socket } from 'node:net'
import { connect as connectSecurely } from 'node:tls'
import type { Scheme } from '../../../fib/request-head.ts'
import { IdleError, type Limits } from '../limits.ts'

/** How often idle connections are closed that were unused for too long. */
const sweepMs = 1000
/** How many are kept for one endpoint. */
const maxKept = 1024

/** The connections to endpoints, by the scheme that is spoken on them. */
export type UpstreamPools = Readonly<Record<Scheme, ConnectionPool>>

export function upstreamPools(limits: Limits): UpstreamPools {
  return { http: new ConnectionPool('http', limits), https: new ConnectionPool('https', limits) }
}

/** Whether a connection has been made, TLS included: before that, nothing was sent on it. */
export function isStanding(socket: object | null | undefined): boolean {
  return socket !== null && socket !== undefined && standing.has(socket)
}

const standing = new WeakSet<object>()

/** A connection that waits for its next request. */
interface KeptConnection {
  readonly socket: PooledSocket
  readonly untilMs: number
}

/** A socket as `node:http` has it while a request is served. */
type PooledSocket = Socket & { _httpMessage?: (ClientRequest & { readonly res?: IncomingMessage }) | null }

/** Where a request is to go, out of what `http.request` was given. */
export interface Destination {
  readonly host: string
  readonly port: number
  /** Of this request alone. */
  readonly connectTimeoutMs?: number | undefined
}

/**
 * Connections to endpoints, each kept for further requests to the same address and port, the last one used first. They
 * are made one for each request that finds none; nothing waits for another one's.
 *
 * It takes the place of Node's own agent, which makes several copies of all options for each request, and sets timers
 * for each: here there is one timer for all.
 */
export class ConnectionPool extends Agent {
  readonly #scheme: Scheme
  readonly #limits: Limits
  readonly #kept = new Map<string, KeptConnection[]>()
  readonly #sessions = new Map<string, Buffer>()

  constructor(scheme: Scheme, limits: Limits) {
    super({ keepAlive: true, protocol: `${scheme}:`, defaultPort: scheme === 'https' ? 443 : 80 } as object)
    this.#scheme = scheme
    this.#limits = limits
    setInterval(() => this.#sweep(), sweepMs).unref()
  }

  /** Is called by `node:http` for each request. */
  addRequest(request: ClientRequest, destination: Destination): void {
    const key = `${destination.host}:${destination.port}`
    const kept = this.#take(key)
    if (kept) request.reusedSocket = true
    request.onSocket(kept ?? this.#connect(key, destination))
  }

  #take(key: string): Socket | undefined {
    const connections = this.#kept.get(key)
    for (let kept = connections?.pop(); kept; kept = connections!.pop()) {
      const { socket, untilMs } = kept
      if (socket.writable && !socket.readableEnded && untilMs > Date.now()) return socket
      socket.destroy()
    }
    return undefined
  }

  #connect(key: string, { host, port, connectTimeoutMs = this.#limits.connectTimeoutMs }: Destination): Socket {
    const { idleTimeoutMs } = this.#limits
    const isSecure = this.#scheme === 'https'
    const socket = isSecure ? this.#connectSecurely(key, host, port) : connect({ host, port, noDelay: true })
    const timer = connectTimeoutMs && setTimeout(() => socket.destroy(new Error('connect timeout')), connectTimeoutMs)
    socket.once(isSecure ? 'secureConnect' : 'connect', () => {
      clearTimeout(timer)
      standing.add(socket)
      socket.setTimeout(idleTimeoutMs)
    })
    socket.once('close', () => clearTimeout(timer))
    // Between two requests nobody else listens; Deno reads all the same.
    socket.on('error', () => {})
    socket.on('timeout', () => socket.destroy(new IdleError('idle')))
    socket.on('data', refuseUnasked)
    socket.on('free', () => this.#keep(key, socket))
    // It has been switched to another protocol: its bytes are not HTTP any more.
    socket.on('agentRemove', () => socket.off('data', refuseUnasked))
    return socket
  }

  /** Verified against the public authorities, and those that NODE_EXTRA_CA_CERTS names. */
  #connectSecurely(key: string, host: string, port: number): Socket {
    const session = this.#sessions.get(key)
    const socket = connectSecurely({
      host,
      port,
      ALPNProtocols: ['http/1.1'],
      // An address is no name that can be asked for (RFC 6066 §3).
      ...(isIP(host) === 0 && { servername: host }),
      ...(session && { session }),
    })
    socket.setNoDelay()
    socket.on('session', (session: Buffer) => this.#sessions.set(key, session))
    socket.once('close', hadError => {
      if (hadError) this.#sessions.delete(key)
    })
    return socket
  }

  /** Is called when a request and its response are over. */
  #keep(key: string, socket: PooledSocket): void {
    const request = socket._httpMessage
    const ownMs = this.#limits.keepAliveMs || Number.POSITIVE_INFINITY
    const lastMs = Math.min(ownMs, announcedMs(request?.res) ?? ownMs)
    const connections = this.#kept.get(key)
    const isOfUse = request?.shouldKeepAlive && socket.writable && isStanding(socket) && socket.readableLength === 0
    if (!isOfUse || lastMs <= 0 || (connections && connections.length >= maxKept)) {
      socket.destroy()
      return
    }
    socket._httpMessage = null
    const kept = { socket, untilMs: Date.now() + lastMs }
    if (connections) connections.push(kept)
    else this.#kept.set(key, [kept])
  }

  #sweep(): void {
    const nowMs = Date.now()
    for (const [key, connections] of this.#kept) {
      const left = connections.filter(({ socket, untilMs }) => {
        const isOfUse = socket.writable && untilMs > nowMs
        if (!isOfUse) socket.destroy()
        return isOfUse
      })
      if (left.length > 0) this.#kept.set(key, left)
      else this.#kept.delete(key)
    }
  }
}

/** Unrequested bytes would be taken for the response to the next request. */
function refuseUnasked(this: PooledSocket): void {
  if (!this._httpMessage) this.destroy()
}

/**
 * How long the endpoint says that it keeps the connection, in milliseconds, less a second: a request must not meet its
 * closing. Undefined where it says nothing.
 */
function announcedMs(response: IncomingMessage | undefined): number | undefined {
  if (!response) return undefined
  const { rawHeaders } = response
  for (let at = 0; at < rawHeaders.length; at += 2) {
    if (rawHeaders[at]!.length !== 10 || rawHeaders[at]!.toLowerCase() !== 'keep-alive') continue
    const seconds = /\btimeout=(\d{1,6})/i.exec(rawHeaders[at + 1]!)?.[1]
    if (seconds !== undefined) return Number(seconds) * 1000 - 1000
  }
  return undefined
}
