import type { PathMatch, RouteMatch } from '../../control-plane/ir/rib.ts'
import type { Condition, ValueMatch } from '../../fib/condition.ts'

/** All that a match asks for, in the words of the YAML that it was written in. */
export function matchWords({ path, conditions }: RouteMatch): string {
  const words = [...(path ? [pathWords(path)] : []), ...conditions.map(conditionWords)]
  return words.length === 0 ? 'any request' : words.join(', ')
}

/** A path as a match asks for it. */
export function pathWords(match: PathMatch): string {
  if (match.kind === 'regex') return `uri.regex ${match.regex}`
  return `uri.${match.kind} ${match.value}${match.ignoresCase ? ' (ignoring case)' : ''}`
}

/** One condition of a match. */
export function conditionWords(condition: Condition): string {
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

/** A value in the quotes that messages put around it. */
export function quoted(text: string): string {
  return `"${text}"`
}
