import type { Condition, HeaderCondition, ValueMatch } from '../../fib/condition.ts'
import { compilePattern } from '../../fib/pattern.ts'
import { headerValues, queryValue, type RequestHead } from '../../fib/request-head.ts'

/** Whether a request meets a condition; the definition that the compiled matcher is held to. */
export function conditionHolds(condition: Condition, head: RequestHead): boolean {
  const values = testedValues(condition, head)
  switch (condition.subject) {
    case 'port':
      return values.includes(String(condition.port))
    case 'header':
      return headerHolds(condition, values)
    case 'method':
    case 'scheme':
    case 'authority':
    case 'query':
      return values.some(value => valueMatches(condition.match, value))
    default:
      return condition satisfies never
  }
}

/** What a request has of that which a condition is about; nothing where it has none of it. */
export function testedValues(condition: Condition, head: RequestHead): readonly string[] {
  switch (condition.subject) {
    case 'method':
      return [head.method]
    case 'scheme':
      return [head.scheme]
    case 'authority':
      return [head.authority]
    case 'port':
      return [String(head.port)]
    case 'query': {
      const value = queryValue(head.query, condition.name)
      return value === undefined ? [] : [value]
    }
    case 'header':
      return headerValues(head, condition.name)
    default:
      return condition satisfies never
  }
}

/** Each line of a header is tested by itself; any may match. */
function headerHolds({ match, isNegated }: HeaderCondition, lines: readonly string[]): boolean {
  if (!isNegated) return lines.some(line => valueMatches(match, line))
  // Envoy's treat_missing_header_as_empty, which Istio sets for withoutHeaders with a value.
  const tested = lines.length === 0 && match.kind !== 'present' ? [''] : lines
  return !tested.some(line => valueMatches(match, line))
}

function valueMatches(match: ValueMatch, value: string): boolean {
  switch (match.kind) {
    case 'present':
      return true
    case 'exact':
      return value === match.value
    case 'prefix':
      return value.startsWith(match.value)
    case 'regex':
      return compilePattern(match.regex).matches(value)
    default:
      return match satisfies never
  }
}
