import type { Condition, HeaderCondition, ValueMatch } from '../../fib/condition.ts'
import { compilePattern } from '../../fib/pattern.ts'
import { headerValues, queryValue, type RequestHead } from '../../fib/request-head.ts'

/** Whether a request meets a condition; the definition that the compiled matcher is held to. */
export function conditionHolds(condition: Condition, head: RequestHead): boolean {
  switch (condition.subject) {
    case 'method':
      return valueMatches(condition.match, head.method)
    case 'scheme':
      return valueMatches(condition.match, head.scheme)
    case 'authority':
      return valueMatches(condition.match, head.authority)
    case 'port':
      return head.port === condition.port
    case 'query':
      return valueMatches(condition.match, queryValue(head.query, condition.name))
    case 'header':
      return headerHolds(condition, head)
    default:
      return condition satisfies never
  }
}

/** Each line of a header is tested by itself; any may match. */
function headerHolds({ name, match, isNegated }: HeaderCondition, head: RequestHead): boolean {
  const lines = headerValues(head, name)
  if (!isNegated) return lines.some(line => valueMatches(match, line))
  // Envoy's treat_missing_header_as_empty, which Istio sets for withoutHeaders with a value.
  const tested = lines.length === 0 && match.kind !== 'present' ? [''] : lines
  return !tested.some(line => valueMatches(match, line))
}

function valueMatches(match: ValueMatch, value: string | undefined): boolean {
  if (value === undefined) return false
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
