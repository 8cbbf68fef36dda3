/**
 * When a request is tried again, and how. A retry stays in the cluster that was drawn.
 * Source: Istio HTTPRetry, as Envoy's retry policy carries it out.
 */
export interface RetryPolicy {
  /** Tries after the first one; 0 switches retries off. */
  readonly attempts: number
  /** How long one try may take until its response begins; absent where only the request's own timeout counts. */
  readonly perTryTimeoutMs?: number
  readonly on: readonly RetryCondition[]
  /** Statuses that are retried, beside those that `on` stands for. */
  readonly statuses: readonly number[]
  /** Retry n waits for a time drawn from [0, base × (2ⁿ − 1)), at most ten times the base. */
  readonly backoffMs: number
  /** Whether a retry looks for an endpoint that has not been tried yet. */
  readonly avoidsTriedEndpoints: boolean
}

/** Envoy's `retry_on`, with Istio's spelling. */
export const retryConditions = [
  '5xx',
  'gateway-error',
  'reset',
  'reset-before-request',
  'connect-failure',
  'retriable-4xx',
  'refused-stream',
  'retriable-status-codes',
  'retriable-headers',
  'envoy-ratelimited',
  'http3-post-connect-failure',
  'cancelled',
  'deadline-exceeded',
  'internal',
  'resource-exhausted',
  'unavailable',
] as const
export type RetryCondition = (typeof retryConditions)[number]

/** The backoff's base where nothing else is said, in milliseconds. */
export const defaultBackoffMs = 25

/** What applies to a route that says nothing of retries. Source: Istio's default retry policy. */
export const defaultRetries: RetryPolicy = {
  attempts: 2,
  on: ['connect-failure', 'refused-stream', 'unavailable', 'cancelled'],
  statuses: [],
  backoffMs: defaultBackoffMs,
  avoidsTriedEndpoints: true,
}

/** Those of a destination that is balanced by key, where nothing else is said: they stay where the key leads. */
export const defaultRetriesByKey: RetryPolicy = { ...defaultRetries, avoidsTriedEndpoints: false }
