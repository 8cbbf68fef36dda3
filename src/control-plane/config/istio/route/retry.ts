import { nearest } from '../../../../diagnostics/suggest.ts'
import { retryConditions } from '../../../../fib/retry.ts'
import { message } from '../../schema/message.ts'
import type { Report } from '../../schema/problem.ts'
import { int32Max, textThat, truth, wholeNumber } from '../../schema/scalar-field.ts'
import { duration, durationOrZero } from '../scalar/duration.ts'

/** Source: Istio supportedRetryOnPolicies. */
const conditions: ReadonlySet<string> = new Set(retryConditions)

/** The statuses of the IANA registry, as ranges. Source: https://www.iana.org/assignments/http-status-codes */
const statuses = [
  [100, 103],
  [200, 208],
  [226, 226],
  [300, 305],
  [307, 308],
  [400, 418],
  [421, 426],
  [428, 429],
  [431, 431],
  [451, 451],
  [500, 508],
  [510, 511],
] as const

/** Source: Istio HTTPRetry, validateHTTPRetry. */
export const retry = message(
  'HTTPRetry',
  {
    attempts: wholeNumber({ from: 0, to: int32Max }).optional(),
    perTryTimeout: duration.optional(),
    retryOn: textThat(checkRetryOn).optional(),
    retryRemoteLocalities: truth.optional(),
    retryIgnorePreviousHosts: truth.optional(),
    backoff: durationOrZero.optional(),
  },
  {
    mainField: 'attempts',
    values({ attempts, perTryTimeout, retryOn, retryRemoteLocalities }, report) {
      if (attempts || (perTryTimeout === undefined && !retryOn && retryRemoteLocalities === undefined)) return
      report({
        code: 'SB2005',
        message: attempts === 0 ? '`attempts: 0` switches retries off' : 'retries without `attempts` are off',
        why: 'the other fields would have no effect',
        help: 'write for example `attempts: 2`, or remove the other fields',
        at: attempts === 0 ? ['attempts'] : [],
        missed: attempts === 0 ? [] : ['attempts'],
      })
    },
  },
)

function checkRetryOn(written: string, report: Report): void {
  if (written === '') return
  let at = 0
  for (const condition of written.split(',')) {
    if (!conditions.has(condition) && !isStatus(condition)) {
      const meant = nearest(condition.trim(), conditions)
      const isSpaced = condition !== condition.trim()
      report({
        code: 'SB2004',
        message: `"${condition}" is not a condition to retry on`,
        help: isSpaced
          ? 'write the list without spaces'
          : meant
            ? `did you mean ${meant}?`
            : 'write for example gateway-error',
        part: [at, at + condition.length],
      })
    }
    at += condition.length + 1
  }
}

function isStatus(text: string): boolean {
  const status = /^\d{3}$/.test(text) ? Number(text) : 0
  return statuses.some(([from, to]) => status >= from && status <= to)
}
