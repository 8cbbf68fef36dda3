import type { TestedFailure } from '../../control-plane/interpret/trace.ts'
import type { Condition } from '../../fib/condition.ts'
import { conditionWords, pathWords, quoted } from '../words/match-words.ts'
import type { FailedCondition } from './decision.ts'

/** What a route asks for and the request does not have, both in words. */
export function failureWords(failure: TestedFailure): FailedCondition {
  const { kind, got } = failure
  if (failure.kind === 'path') return { kind, wanted: pathWords(failure.match), got, text: pathWords(failure.match) }
  const wanted = conditionWords(failure.condition)
  return { kind, wanted, got, text: `${wanted} ${gotWords(failure.condition, got)}` }
}

function gotWords(condition: Condition, got: readonly string[]): string {
  const isNegated = condition.subject === 'header' && condition.isNegated
  if (got.length === 0) return isNegated ? '(absent counts as "")' : '(absent)'
  const values = condition.subject === 'port' ? got : got.map(quoted)
  return `${isNegated ? '=' : '≠'} ${values.join(' or ')}`
}
