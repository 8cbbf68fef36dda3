import { randomUUID } from 'node:crypto'
import type { NamedListener, Platform, UpstreamCall, UpstreamRequest } from '../../data-plane/platform.ts'
import type { ClientContext } from '../../fib/request-head.ts'
import { transports } from '../../fib/runtime.ts'
import type { Limits } from './limits.ts'
import { RawHeaders } from './raw-headers.ts'
import { TimerLists } from './timer-lists.ts'
import type { UpstreamPools } from './upstream/connection-pool.ts'
import { HttpCall } from './upstream/send-upstream.ts'

/** What the platforms of all connections have in common. */
export interface PlatformParts {
  readonly pools: UpstreamPools
  readonly limits: Limits
  /** What is to be waited for before the process ends. */
  readonly pending: Set<Promise<unknown>>
}

const timers = new TimerLists()

/** The effects of `node:http`, the same for all requests of one connection. */
export class HttpPlatform implements Platform {
  readonly keepsHost = transports.sockets.keepsHost
  readonly keepsTarget = transports.sockets.keepsTarget
  readonly keepsTrailers: boolean = transports.sockets.keepsTrailers
  readonly namedListener?: NamedListener
  readonly client: ClientContext
  readonly #parts: PlatformParts

  constructor(namedListener: NamedListener | undefined, client: ClientContext, parts: PlatformParts) {
    if (namedListener) this.namedListener = namedListener
    this.client = client
    this.#parts = parts
  }

  send(request: UpstreamRequest): UpstreamCall {
    return new HttpCall(request, this.#parts.pools, this.#parts.limits)
  }

  newHeaders(): RawHeaders {
    return new RawHeaders()
  }

  startTimer(durationMs: number, onElapsed: () => void): () => void {
    return timers.start(durationMs, onElapsed)
  }

  now(): number {
    return Date.now()
  }

  random(): number {
    return Math.random()
  }

  uuid(): string {
    return randomUUID()
  }

  waitUntil(work: Promise<unknown>): void {
    const { pending } = this.#parts
    const done = work.then(forget, forget)
    pending.add(done)
    function forget() {
      pending.delete(done)
    }
  }
}
