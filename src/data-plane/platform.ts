import type { Endpoint } from '../fib/cluster.ts'
import type { ClientContext, HeaderLines, Scheme } from '../fib/request-head.ts'

/**
 * The port to the outside: everything the data plane needs that is not a pure function of its input. Runtimes
 * implement it; tests give one that they control.
 */
export interface Platform {
  /** Absent where the runtime does not know it: the table then chooses one. */
  readonly namedListener?: NamedListener | undefined
  /**
   * What the runtime knows of the client; nothing of it can be set by a header. Its `address` is that of the peer: of
   * the socket, or what the platform vouches for.
   */
  readonly client?: ClientContext | undefined
  /** Whether an endpoint is sent the Host that is meant. Where it is not, `x-forwarded-host` tells it. */
  readonly keepsHost: boolean
  /** Whether an endpoint is asked for the target as it is given: `fetch` resolves dot segments, and asks for others. */
  readonly keepsTarget: boolean
  /** Whether trailers go through. Where they do not, an answer that would lose its meaning with them is refused. */
  readonly keepsTrailers: boolean
  /** Sends one request upstream. Never throws, and its outcome never rejects. */
  send(request: UpstreamRequest): UpstreamCall
  /** Header fields to be filled, for an answer of the gateway's own. */
  newHeaders(): HeaderFields
  /** Calls back once, after so many milliseconds, unless what is returned is called before. */
  startTimer(durationMs: number, onElapsed: () => void): () => void
  /** Milliseconds since 1970. On Workers it advances only with I/O. */
  now(): number
  /** Uniform in [0, 1). */
  random(): number
  /** A random UUID (RFC 9562, version 4). */
  uuid(): string
  /** Keeps the isolate alive until the promise settles, without delaying the response. */
  waitUntil(work: Promise<unknown>): void
}

/** The listener that a request came in by, where the runtime has a socket of its own for each. */
export interface NamedListener {
  /** As the table names it: `http.80`, or `default`. */
  readonly listener: string
  /** The port that it listens on; a Host header may say another one. */
  readonly port: number
}

/** Header fields that can be changed; web `Headers` are some. */
export interface ChangeableHeaders {
  /** Leaves one line of this name. */
  set(name: string, value: string): void
  /** Adds a line. */
  append(name: string, value: string): void
  delete(name: string): void
}

/** The header fields of one message: what web `Headers` do, in the part that is needed. */
export interface HeaderFields extends ChangeableHeaders {
  /** All lines of this name joined with `, `; null where there is none. */
  get(name: string): string | null
  /** Each line of this name, in lower case; only where the runtime knows lines. */
  valuesOf?(name: string): readonly string[]
  has(name: string): boolean
  /** In lower case; a name may come more than once. */
  keys(): Iterable<string>
}

/** A request as it arrived. */
export interface DownstreamRequest {
  readonly method: string
  readonly scheme: Scheme
  /** The authority of an absolute target, else Host, as sent; undefined where there is not exactly one. */
  readonly authority: string | undefined
  /** As the URL or the socket tells it. */
  readonly port: number
  /** Path and query as sent, without authority; `*` for `OPTIONS *`; `/` where it is empty. */
  readonly target: string
  /** Never changed by the gateway: `copyHeaders` is for that. */
  readonly headers: HeaderFields
  /** The values that rules are tested against. */
  readonly lines: HeaderLines
  /** A copy that may be changed, without the fields for which `isLeftOut` holds (asked in lower case). */
  copyHeaders(isLeftOut: (name: string) => boolean): HeaderFields
  /** Undefined where none is announced. */
  readonly body: RequestBody | undefined
  /** What tells its connection from all others that are open, where the runtime knows it. */
  readonly connection?: string | undefined
  /** Whether the client asks to switch to WebSocket. */
  readonly isWebSocket: boolean
  /** Calls back when the client disconnects before its response was sent, at once where it has; where the runtime can tell. */
  onDisconnect(callback: () => void): void
}

/** The body of a request on its way in. It streams to one attempt; another one needs it to be replayable. */
export interface RequestBody {
  /** Buffers what passes, up to so many bytes, so that it can be sent again. To be called before it is sent. */
  bufferForReplay(limitBytes: number): void
  /** Whether `send` could send all of it now: nothing was sent yet, or all that was sent is buffered. */
  readonly isReplayable: boolean
  /** Whether all of it has arrived, as far as the runtime can see. */
  readonly isReceived: boolean
  /** Calls back once all of it has arrived; at once where it already has. Never where the client breaks it off. */
  whenReceived(callback: () => void): void
}

/** One request as it goes upstream. */
export interface UpstreamRequest {
  readonly endpoint: Endpoint
  readonly method: string
  /** Path and query; starts with `/`. Sent as it stands. */
  readonly target: string
  /** The Host that is meant. */
  readonly authority: string
  readonly headers: HeaderFields
  readonly body: RequestBody | undefined
  readonly isWebSocket: boolean
  /** Until a connection has to stand, where a policy says so; not where `fetch` connects. */
  readonly connectTimeoutMs?: number | undefined
  /** Until when `cancel` may be called; some runtimes have to prepare for it. */
  readonly cancellable: 'never' | 'before-head' | 'to-the-end'
}

/** A request that is under way. */
export interface UpstreamCall {
  readonly outcome: Promise<AttemptOutcome>
  /**
   * Ends it. Before the response head has come, the outcome is a fault of kind `cancelled`; after it, the body is cut,
   * and the client can tell that it is not whole.
   */
  cancel(): void
}

/** How an attempt ended: with a response, or without one. What an upstream does wrong is a value. */
export type AttemptOutcome =
  | { readonly kind: 'responded'; readonly response: UpstreamResponse }
  | {
      readonly kind: 'failed'
      readonly fault: UpstreamFault
      readonly reason: string
      /** Of one that was cancelled: whether its connection stood by then, where the runtime can tell. */
      readonly isConnected?: boolean
    }

/**
 * `connect`: no connection, so nothing was sent. `reset`: it ended before a response head came. `protocol`: what came
 * is not HTTP as this gateway reads it. `idle`: nothing came for longer than the runtime allows. `request`: the client
 * broke its body off, or sent one that is malformed; the endpoint has done nothing wrong. `cancelled`: by us.
 */
export type UpstreamFault = 'connect' | 'reset' | 'protocol' | 'idle' | 'request' | 'cancelled'

/** A response whose head has arrived. A runtime knows its own ones and hands their bodies on. */
export interface UpstreamResponse {
  readonly status: number
  /** Whether it was made up by the platform because the endpoint could not be reached. */
  readonly isConnectFailure?: boolean
  /** Never changed by the gateway: `copyHeaders` is for that. */
  readonly headers: HeaderFields
  /** Once at most, when the response is handed on: the copy may stand in what goes downstream already. */
  copyHeaders(isLeftOut: (name: string) => boolean): HeaderFields
  /** Discards the body. */
  discard(): void
  /** Calls back when the body is over, whole or not; where the runtime cannot see that, at once, as if it were whole. */
  whenClosed(callback: (end: BodyEnd) => void): void
}

/**
 * How the body of a response ended: all of it was handed on; the endpoint broke it off; nothing came for longer than
 * the runtime allows; or we, or the client, did not want the rest.
 */
export type BodyEnd = 'whole' | 'reset' | 'idle' | 'cut'

/** What goes downstream. */
export type Reply =
  | {
      readonly kind: 'upstream'
      readonly response: UpstreamResponse
      /** Those of the response's `copyHeaders`; absent where its own go on as they are. */
      readonly headers?: HeaderFields
    }
  | {
      readonly kind: 'local'
      readonly status: number
      readonly headers: HeaderFields
      readonly body: Uint8Array<ArrayBuffer> | undefined
    }
