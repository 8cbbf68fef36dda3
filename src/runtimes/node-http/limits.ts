import { defaultLimits as gatewayLimits } from '../../data-plane/proxy/gateway.ts'

/** What clients and endpoints may take of the gateway. Times are in milliseconds; a time of 0 is no limit. */
export interface Limits {
  /** Of a request's or a response's head: its first line and its fields. More is 431, or a fault of the origin. */
  readonly headBytes: number
  /** Header lines of a head. More is 431, or a fault of the origin. */
  readonly headerLines: number
  /** From the first byte of a connection, or of a further request on it, to the end of the head. After it: 408. */
  readonly headTimeoutMs: number
  /** How long nothing may pass on a client's connection while a request is served. */
  readonly idleTimeoutMs: number
  /** How long a connection is kept for the next request, on both sides. */
  readonly keepAliveMs: number
  /** Until a connection to an endpoint stands, TLS included. */
  readonly connectTimeoutMs: number
  /** Requests that may be upstream at once, mirrors included. One more is answered 503. */
  readonly upstreamRequests: number
}

/** Those of Envoy under Istio, but for the time for a head, where Envoy has none. */
export const defaultLimits: Limits = {
  headBytes: 60 * 1024,
  headerLines: 100,
  headTimeoutMs: 10_000,
  idleTimeoutMs: 300_000,
  keepAliveMs: 60_000,
  connectTimeoutMs: 10_000,
  upstreamRequests: gatewayLimits.maxUpstreamRequests,
}

const variables = {
  headBytes: 'SIGNALBOX_HEAD_BYTES',
  headerLines: 'SIGNALBOX_HEADER_LINES',
  headTimeoutMs: 'SIGNALBOX_HEAD_TIMEOUT_MS',
  idleTimeoutMs: 'SIGNALBOX_IDLE_TIMEOUT_MS',
  keepAliveMs: 'SIGNALBOX_KEEP_ALIVE_MS',
  connectTimeoutMs: 'SIGNALBOX_CONNECT_TIMEOUT_MS',
  upstreamRequests: 'SIGNALBOX_UPSTREAM_REQUESTS',
} as const satisfies Record<keyof Limits, string>

/**
 * The limits that an environment sets, each by its variable (`SIGNALBOX_HEAD_BYTES`, …); the default where it is unset.
 *
 * @throws Error that names the variable whose value is not a whole number
 */
export function limitsFrom(env: Readonly<Record<string, string | undefined>>): Limits {
  const limits = { ...defaultLimits }
  for (const [limit, variable] of Object.entries(variables) as [keyof Limits, string][]) {
    const text = env[variable]
    if (text === undefined || text === '') continue
    // Timers cannot be longer than 2³¹ − 1 ms; a longer one would elapse at once.
    if (!/^\d{1,10}$/.test(text) || Number(text) > 2_147_483_647) {
      throw new Error(`${variable} is a whole number from 0 to 2147483647, not "${text}"`)
    }
    limits[limit] = Number(text)
  }
  return limits
}

/** Nothing has passed on a connection for longer than `idleTimeoutMs`. */
export class IdleError extends Error {}
