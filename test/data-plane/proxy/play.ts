import { compile } from '../../../src/control-plane/compile/compile.ts'
import type { Rib } from '../../../src/control-plane/ir/rib.ts'
import type {
  AttemptOutcome,
  BodyEnd,
  HeaderFields,
  Platform,
  Reply,
  RequestBody,
  UpstreamFault,
  UpstreamRequest,
  UpstreamResponse,
} from '../../../src/data-plane/platform.ts'
import {
  createGateway,
  defaultLimits,
  type Gateway,
  type GatewayLimits,
} from '../../../src/data-plane/proxy/gateway.ts'
import { endpointAuthority } from '../../../src/fib/cluster.ts'
import type { ClientContext } from '../../../src/fib/request-head.ts'
import { openTable, type TableView } from '../../../src/fib/view.ts'
import { copyOf, webRequest } from '../../../src/runtimes/web-request.ts'
import { type AccessLogEntry, accessLogObserver } from '../../../src/telemetry/access-log.ts'
import type { Observer } from '../../../src/telemetry/observer.ts'

/** What an endpoint does: it answers, fails, or says nothing until it is cancelled. */
export type Play = Response | UpstreamFault | 'silence'

/** One request as it came upstream. */
export interface Sent {
  readonly url: string
  readonly method: string
  readonly authority: string
  readonly headers: Headers
  readonly body: string | undefined
  readonly atMs: number
  isCancelled: boolean
}

export interface Scene {
  readonly target?: string
  readonly init?: RequestInit
  /** What comes of the n-th request that goes upstream, from 0; mirrors count too. */
  readonly endpoint?: (sent: Sent, index: number) => Play | Promise<Play>
  readonly client?: ClientContext
  readonly random?: () => number
  readonly platform?: Partial<Platform>
  readonly limits?: GatewayLimits
  /** Who is told instead of the log. */
  readonly observer?: Observer
  /** One that has served requests before; it tells its log to nobody. */
  readonly gateway?: Gateway
  /** The body of the request, where it has one, and when its last byte comes. */
  readonly body?: PlayedBody
  /** How the body of the response that is handed on ends. */
  readonly end?: BodyEnd
  /** When the client goes away, in milliseconds. */
  readonly disconnectAtMs?: number
}

/** What became of a request, with the whole of time gone by. */
export interface Outcome {
  readonly response: Response
  readonly reply: Reply
  readonly sent: readonly Sent[]
  readonly entries: readonly AccessLogEntry[]
  readonly elapsedMs: number
  /** Whether the response's body was cut by the gateway. */
  readonly isCut: boolean
}

/** A body that is there, all of it, at a given time. */
export class PlayedBody implements RequestBody {
  readonly text: string
  readonly receivedAtMs: number
  #isKept = false
  #isSent = false
  #waiting: (() => void)[] = []
  #isReceived = false

  constructor(text: string, receivedAtMs = 0) {
    this.text = text
    this.receivedAtMs = receivedAtMs
  }

  bufferForReplay(limitBytes: number): void {
    this.#isKept = this.text.length <= limitBytes
  }

  get isReplayable(): boolean {
    return !this.#isSent || this.#isKept
  }

  get isReceived(): boolean {
    return this.#isReceived
  }

  whenReceived(callback: () => void): void {
    if (this.#isReceived) callback()
    else this.#waiting.push(callback)
  }

  receive(): void {
    this.#isReceived = true
    for (const callback of this.#waiting.splice(0)) callback()
  }

  send(): string {
    if (!this.isReplayable) throw new Error('the body is gone')
    this.#isSent = true
    return this.text
  }
}

class PlayedResponse implements UpstreamResponse {
  readonly status: number
  readonly headers: HeaderFields
  readonly response: Response
  #waiting: ((end: BodyEnd) => void)[] = []
  isDiscarded = false

  constructor(response: Response) {
    this.response = response
    this.status = response.status
    this.headers = response.headers
  }

  copyHeaders(isLeftOut: (name: string) => boolean): HeaderFields {
    return copyOf(this.response.headers, isLeftOut)
  }

  discard(): void {
    this.isDiscarded = true
    this.close('cut')
  }

  whenClosed(callback: (end: BodyEnd) => void): void {
    this.#waiting.push(callback)
  }

  close(end: BodyEnd): void {
    for (const callback of this.#waiting.splice(0)) callback(end)
  }
}

/** Time that goes on only when nothing else can happen. */
class Clock {
  nowMs = 0
  readonly #timers = new Set<{ readonly atMs: number; readonly onElapsed: () => void }>()

  start(durationMs: number, onElapsed: () => void): () => void {
    const timer = { atMs: this.nowMs + durationMs, onElapsed }
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  get isStill(): boolean {
    return this.#timers.size === 0
  }

  goOn(): void {
    const next = [...this.#timers].sort((a, b) => a.atMs - b.atMs)[0]
    if (!next) throw new Error('nothing will ever happen')
    this.#timers.delete(next)
    this.nowMs = Math.max(this.nowMs, next.atMs)
    next.onElapsed()
  }
}

/** Lets everything happen that needs no time. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise(done => setImmediate(done))
}

/** A table of these routes. */
export function tableOf(rib: Rib): TableView {
  return openTable(compile(rib))
}

/**
 * Plays one request through a gateway: endpoints are played by `scene.endpoint`, and time goes on by itself, up to the
 * end of a response of which all timers have been left to run.
 */
export async function play(table: TableView, scene: Scene = {}): Promise<Outcome> {
  const { target = '/', init = {}, client = {}, endpoint = () => new Response('hello'), random = () => 0.5 } = scene
  const clock = new Clock()
  const sent: Sent[] = []
  const entries: AccessLogEntry[] = []
  let handedOn: PlayedResponse | undefined
  let isCut = false

  const send = (upstream: UpstreamRequest) => {
    const attempt: Sent = {
      url: `${upstream.endpoint.scheme}://${endpointAuthority(upstream.endpoint)}${upstream.target}`,
      method: upstream.method,
      authority: upstream.authority,
      headers: new Headers(upstream.headers as Headers),
      body: (upstream.body as PlayedBody | undefined)?.send(),
      atMs: clock.nowMs,
      isCancelled: false,
    }
    const index = sent.push(attempt) - 1
    let giveUp: (outcome: AttemptOutcome) => void = () => {}
    const cancelled = new Promise<AttemptOutcome>(resolve => {
      giveUp = resolve
    })
    let response: PlayedResponse | undefined
    const played = Promise.resolve(endpoint(attempt, index)).then((what): AttemptOutcome | Promise<AttemptOutcome> => {
      if (what === 'silence') return cancelled
      if (typeof what === 'string') return { kind: 'failed', fault: what, reason: `${what} by 10.0.0.7` }
      response = new PlayedResponse(what)
      return { kind: 'responded', response }
    })
    return {
      outcome: Promise.race([played, cancelled]),
      cancel() {
        attempt.isCancelled = true
        if (response && response === handedOn) isCut = true
        response?.close('cut')
        giveUp({ kind: 'failed', fault: 'cancelled', reason: 'cancelled' })
      },
    }
  }
  const platform: Platform = {
    client,
    keepsHost: false,
    keepsTarget: false,
    keepsTrailers: false,
    send,
    newHeaders: () => new Headers(),
    startTimer: (durationMs, onElapsed) => clock.start(durationMs, onElapsed),
    now: () => clock.nowMs,
    random,
    uuid: () => '6d0f5c1e-8f5b-4b0a-9d53-0d3c4a6c1f00',
    waitUntil: () => {},
    ...scene.platform,
  }
  const headers = new Headers(init.headers)
  if (!headers.has('host')) headers.set('host', 'a.example')
  const asked = { method: init.method ?? 'GET', url: `http://a.example${target}`, headers }
  const { body, disconnectAtMs } = scene
  if (body) clock.start(body.receivedAtMs, () => body.receive())
  const request = webRequest(asked, body, callback => {
    if (disconnectAtMs !== undefined) clock.start(disconnectAtMs, callback)
  })
  const fail = (error: unknown) => {
    throw error
  }
  const gateway =
    scene.gateway ??
    createGateway(
      scene.observer ?? accessLogObserver(entry => entries.push(entry)),
      fail,
      scene.limits ?? defaultLimits,
    )
  let reply: Reply | undefined
  const replied = gateway(request, table, platform).then(given => {
    reply = given
    if (given.kind === 'upstream') handedOn = given.response as PlayedResponse
  })
  for (await settle(); reply === undefined; await settle()) clock.goOn()
  await replied
  const elapsedMs = clock.nowMs
  const isEndless = reply.kind === 'upstream' && reply.response.headers.has('x-endless')
  if (!isEndless) handedOn?.close(scene.end ?? 'whole')
  for (await settle(); !clock.isStill; await settle()) clock.goOn()
  return { response: responseOf(reply), reply, sent, entries, elapsedMs, isCut }
}

function responseOf(reply: Reply): Response {
  if (reply.kind === 'local') {
    return new Response(reply.body ?? null, { status: reply.status, headers: reply.headers as Headers })
  }
  const { response } = reply.response as PlayedResponse
  return new Response(response.body, {
    status: response.status,
    headers: (reply.headers as Headers | undefined) ?? response.headers,
  })
}
