import type { PathMatch, RouteMatch } from '../../control-plane/ir/rib.ts'
import { type Condition, subjects, type ValueMatch } from '../../fib/condition.ts'

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
  const { subject } = condition
  if (subject === 'port') return `port ${condition.port}`
  const field = subject === 'header' && condition.isNegated ? 'withoutHeaders' : subjects[subject].field
  const name = 'name' in condition ? ` ${condition.name}` : ''
  return `${field}${name} ${valueWords(condition.match)}`
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
