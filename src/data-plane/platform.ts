import type { ClientContext } from '../fib/request-head.ts'

/**
 * The port to the outside: everything the data plane needs that is not a pure function of its input. Runtimes
 * implement it; tests give one that they control.
 */
export interface Platform {
  /** Absent where all requests come in by one door. */
  readonly entrance?: Entrance
  /** What the runtime knows of the client; nothing of it can be set by a header. */
  readonly client?: ClientContext
  /**
   * Sends one request upstream. Rejects where no response head arrives (connection refused, reset, bad TLS).
   *
   * @param bodyOf the request whose method and body go along where `init` has neither: it cannot name a body for a GET
   */
  fetch(url: string, init: RequestInit, bodyOf?: Request): Promise<Response>
  /** Resolves after so many milliseconds. */
  sleep(durationMs: number): Promise<void>
  /** Milliseconds since 1970. On Workers it advances only with I/O. */
  now(): number
  /** Uniform in [0, 1). */
  random(): number
  /** Keeps the isolate alive until the promise settles, without delaying the response. */
  waitUntil(work: Promise<unknown>): void
}

/** The listener that a request came in by, where the runtime has a socket of its own for each. */
export interface Entrance {
  /** As the table names it: `http.80`, or `default`. */
  readonly listener: string
  /** The port that it listens on; a Host header may say another one. */
  readonly port: number
}
