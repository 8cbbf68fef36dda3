import type { TestedFailure } from '../../control-plane/interpret/trace.ts'
import type { PathMatch, RouteMatch } from '../../control-plane/ir/rib.ts'
import type { Condition, ValueMatch } from '../../fib/condition.ts'
import type { FailedCondition } from '../explain/decision.ts'

/** All that a match asks for, in the words of the YAML that it was written in. */
export function matchWords({ path, conditions }: RouteMatch): string {
  const words = [...(path ? [pathWords(path)] : []), ...conditions.map(conditionWords)]
  return words.length === 0 ? 'any request' : words.join(', ')
}

/** What a route asks for and the request does not have, both in words. */
export function failureWords(failure: TestedFailure): FailedCondition {
  const { kind, got } = failure
  if (failure.kind === 'path') return { kind, wanted: pathWords(failure.match), got, text: pathWords(failure.match) }
  const wanted = conditionWords(failure.condition)
  return { kind, wanted, got, text: `${wanted} ${gotWords(failure.condition, got)}` }
}

function pathWords(match: PathMatch): string {
  if (match.kind === 'regex') return `uri.regex ${match.regex}`
  return `uri.${match.kind} ${match.value}${match.ignoresCase ? ' (ignoring case)' : ''}`
}

function conditionWords(condition: Condition): string {
  switch (condition.subject) {
    case 'method':
    case 'scheme':
    case 'authority':
      return `${condition.subject} ${valueWords(condition.match)}`
    case 'port':
      return `port ${condition.port}`
    case 'query':
      return `queryParams ${condition.name} ${valueWords(condition.match)}`
    case 'header':
      return `${condition.isNegated ? 'withoutHeaders' : 'headers'} ${condition.name} ${valueWords(condition.match)}`
    default:
      return condition satisfies never
  }
}

function valueWords(match: ValueMatch): string {
  switch (match.kind) {
    case 'present':
      return 'present'
    case 'exact':
    case 'prefix':
      return `${match.kind} ${quoted(match.value)}`
    case 'regex':
      return `regex ${quoted(match.regex)}`
    default:
      return match satisfies never
  }
}

function gotWords(condition: Condition, got: readonly string[]): string {
  const isNegated = condition.subject === 'header' && condition.isNegated
  if (got.length === 0) return isNegated ? '(absent counts as "")' : '(absent)'
  const values = condition.subject === 'port' ? got : got.map(quoted)
  return `${isNegated ? '=' : '≠'} ${values.join(' or ')}`
}

function quoted(text: string): string {
  return `"${text}"`
}
