import type { RetryCondition, RetryPolicy } from '../../fib/retry.ts'
import type { AttemptOutcome, UpstreamResponse } from '../platform.ts'
import { hopHeader } from './hops.ts'

/**
 * Whether a policy asks for another try after this outcome, whatever tries are left. An attempt that its own timeout
 * ended counts as one that was reset.
 *
 * Source: Envoy's RetryStateImpl, wouldRetryFromHeaders and wouldRetryFromReset.
 */
export function asksForRetry(policy: RetryPolicy, outcome: AttemptOutcome): boolean {
  if (outcome.kind === 'responded') return isRetriableResponse(policy, outcome.response)
  if (outcome.fault === 'request') return false
  const wants = (condition: RetryCondition) => policy.on.includes(condition)
  if (wants('5xx') || wants('gateway-error') || wants('reset')) return true
  return outcome.fault === 'connect' && (wants('connect-failure') || wants('reset-before-request'))
}

function isRetriableResponse(policy: RetryPolicy, response: UpstreamResponse): boolean {
  const { status, headers } = response
  // A gateway of this kind has found a loop: going round once more would multiply it.
  if (status === 508 && headers.has(hopHeader)) return false
  if (policy.statuses.includes(status)) return true
  return policy.on.some(condition => meets(condition, response))
}

function meets(condition: RetryCondition, { status, headers, isConnectFailure }: UpstreamResponse): boolean {
  switch (condition) {
    case '5xx':
      return status >= 500 && status <= 599
    case 'gateway-error':
      return status >= 502 && status <= 504
    case 'retriable-4xx':
      return status === 409
    case 'envoy-ratelimited':
      return headers.has('x-envoy-ratelimited')
    case 'connect-failure':
      return isConnectFailure === true
    case 'cancelled':
      return headers.get('grpc-status') === '1'
    case 'deadline-exceeded':
      return headers.get('grpc-status') === '4'
    case 'resource-exhausted':
      return headers.get('grpc-status') === '8'
    case 'internal':
      return headers.get('grpc-status') === '13'
    case 'unavailable':
      return headers.get('grpc-status') === '14'
    // Without a response, or with lists that Istio's API has no field for, or of other transports.
    case 'reset':
    case 'reset-before-request':
    case 'refused-stream':
    case 'retriable-status-codes':
    case 'retriable-headers':
    case 'http3-post-connect-failure':
      return false
    default:
      return condition satisfies never
  }
}

/**
 * How long to wait before a retry, in milliseconds: drawn from [0, base × (2ⁿ − 1)), at most ten times the base.
 * Source: Envoy's JitteredExponentialBackOffStrategy.
 *
 * @param retry 1 for the first retry
 */
export function backoffMs({ backoffMs: base }: RetryPolicy, retry: number, random: () => number): number {
  return Math.min(base * (2 ** retry - 1), base * 10) * random()
}
