import { formatPath } from '../config/yaml/field-path.ts'
import { type HttpMatch, namedMatchFields } from '../resolve/http-rule.ts'
import type { ServedMatch } from './served-matches.ts'

type StringMatch = NonNullable<HttpMatch['uri']>

const single = ['method', 'scheme', 'authority'] as const

/** What a match asks for, in the words of the YAML: `uri.prefix "/api" with method.exact "GET"`. */
export function wordsOf({ virtualService, ruleIndex, matchIndex }: ServedMatch): string {
  const match = matchIndex === undefined ? undefined : virtualService.spec.http[ruleIndex]?.match[matchIndex]
  if (!match) return 'a rule without `match`'
  const path = match.uri ? fieldText('uri', match.uri) : ''
  const conditions = [
    ...single.flatMap(field => (match[field] ? [fieldText(field, match[field])] : [])),
    ...namedMatchFields.flatMap(field =>
      Object.entries(match[field]).map(([name, value]) => fieldText(formatPath([field, name]), value)),
    ),
    ...(match.port === undefined ? [] : [`port ${match.port}`]),
  ]
  const rest = conditions.length > 2 ? `${conditions.length} conditions` : conditions.join(' and ')
  if (path === '') return rest === '' ? 'a match without conditions' : rest
  return rest === '' ? path : `${path} with ${rest}`
}

function fieldText(field: string, { exact, prefix, regex }: StringMatch): string {
  if (exact !== undefined) return `${field}.exact "${exact}"`
  if (prefix !== undefined) return `${field}.prefix "${prefix}"`
  return regex === undefined ? `\`${field}\`` : `${field}.regex "${regex}"`
}
