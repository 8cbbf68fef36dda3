import { type Condition, type HeaderCondition, subjects, type ValueMatch } from '../../fib/condition.ts'
import { compilePattern } from '../../fib/pattern.ts'
import type { RequestHead } from '../../fib/request-head.ts'

/** Whether a request meets a condition; the definition that the compiled matcher is held to. */
export function conditionHolds(condition: Condition, head: RequestHead): boolean {
  const values = testedValues(condition, head)
  if (condition.subject === 'port') return values.includes(String(condition.port))
  if (condition.subject === 'header') return headerHolds(condition, values)
  return values.some(value => valueMatches(condition.match, value))
}

/** What a request has of that which a condition is about; nothing where it has none of it. */
export function testedValues(condition: Condition, head: RequestHead): readonly string[] {
  return subjects[condition.subject].valuesIn(head, 'name' in condition ? condition.name : '')
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
