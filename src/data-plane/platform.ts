/**
 * The port to the outside: everything the data plane needs that is not a pure function of its input. Runtimes
 * implement it; tests give one that they control.
 */
export interface Platform {
  /** Sends one request upstream. Rejects where no response head arrives (connection refused, reset, bad TLS). */
  fetch(url: string, init: RequestInit): Promise<Response>
  /** Milliseconds since 1970. On Workers it advances only with I/O. */
  now(): number
  /** Uniform in [0, 1). */
  random(): number
  /** Keeps the isolate alive until the promise settles, without delaying the response. */
  waitUntil(work: Promise<unknown>): void
}
