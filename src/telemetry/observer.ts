/** A request as it arrived. The same object is given for all that is reported of one request. */
export interface ObservedRequest {
  /** When it arrived, in milliseconds since 1970. */
  readonly startMs: number
  readonly request: { readonly method: string; readonly headers: { get(name: string): string | null } }
  /** The Host header as sent. */
  readonly authority: string
  /** Path and query as sent. */
  readonly target: string
  /** The table that decides about it. */
  readonly table: { readonly version: string }
}

/** The endpoint of an attempt. */
export interface ObservedEndpoint {
  readonly address: string
  readonly port: number
}

/**
 * How an attempt ended: the status of a response whose head has come; what went wrong upstream (`connect`, `reset`, …); or
 * what ended it from our side (`timeout`, `per-try-timeout`, `downstream-disconnect`).
 */
export type AttemptEnd = number | string

/** How a request ended. */
export interface RequestEnd {
  readonly durationMs: number
  /** 0 where the client disconnected before there was a response. */
  readonly status: number
  /** Envoy's response flags; none where all went well. */
  readonly flags: readonly string[]
  /** Envoy's response code details. */
  readonly details: string
  readonly routeName: string | undefined
  readonly clusterName: string | undefined
  /** `address:port` of the last endpoint that was tried. */
  readonly upstreamHost: string | undefined
  /** Path and query that were sent to it. */
  readonly upstreamTarget: string | undefined
  /** How many attempts were made; mirrors are none. */
  readonly attempts: number
}

/**
 * Sees what becomes of requests. Each method is optional, and what nobody observes costs nothing: nothing is made for it.
 * All are called at the moment itself, and must neither throw nor wait.
 */
export interface Observer {
  requestStarted?(request: ObservedRequest): void
  /** @param number 1 for the first one */
  attemptStarted?(request: ObservedRequest, number: number, endpoint: ObservedEndpoint): void
  /** Once for each that was started. */
  attemptEnded?(request: ObservedRequest, number: number, end: AttemptEnd): void
  /** Once for each request: when its response is over, as far as the runtime can see that. */
  requestEnded?(request: ObservedRequest, end: RequestEnd): void
}
