import { defaultBackoffMs, defaultRetries, type RetryCondition, type RetryPolicy } from '../../fib/retry.ts'
import { longestTimerMs } from '../../fib/timer.ts'
import type { HttpRule } from '../resolve/http-rule.ts'
import { lowerTimeout } from './timeout.ts'

type Written = NonNullable<HttpRule['retries']>

/** What `defaultHttpRetryPolicy` makes of a rule: of one whose only destination is balanced by key, and of others. */
export interface MeshRetries {
  readonly spread: RetryPolicy
  readonly byKey: RetryPolicy
}

export function lowerMeshRetries(written: Written): MeshRetries {
  return { spread: lowerRetries(written, false), byKey: lowerRetries(written, true) }
}

/**
 * Lowers `retries`: of a rule, or of `defaultHttpRetryPolicy`. What it leaves out is Istio's default, field by field.
 * Without `attempts`, and with 0, nothing is retried. A number in `retryOn` is a status, and is retried whether or not
 * `retriable-status-codes` stands beside it. Source: Istio's ConvertPolicy.
 *
 * @param isByKey whether the rule's only destination is balanced by key: then its tries stay where the key leads
 */
export function lowerRetries({ attempts, perTryTimeout, retryOn, ...written }: Written, isByKey: boolean): RetryPolicy {
  if (!attempts) return noRetries
  const perTryTimeoutMs = lowerTimeout(perTryTimeout)
  const { on, statuses } = retryOn ? parseRetryOn(retryOn) : defaultRetries
  return {
    attempts,
    ...(perTryTimeoutMs !== undefined && { perTryTimeoutMs }),
    on,
    statuses,
    // Envoy rounds a base below a millisecond up to one. A wait takes at most ten times the base.
    backoffMs: Math.min(Math.max(written.backoff || defaultBackoffMs, 1), longestTimerMs / 10),
    avoidsTriedEndpoints: written.retryIgnorePreviousHosts ?? !isByKey,
  }
}

const noRetries: RetryPolicy = { ...defaultRetries, attempts: 0, on: [] }

/** @param written conditions and statuses with commas between them, each of which the schema knows */
function parseRetryOn(written: string): Pick<RetryPolicy, 'on' | 'statuses'> {
  const parts = [...new Set(written.split(','))]
  const statuses = parts.filter(isNumber).map(Number)
  const on = parts.filter(part => !isNumber(part)) as RetryCondition[]
  const impliesStatuses = statuses.length > 0 && !on.includes('retriable-status-codes')
  return { on: impliesStatuses ? [...on, 'retriable-status-codes'] : on, statuses }
}

function isNumber(part: string): boolean {
  return /^\d+$/.test(part)
}
