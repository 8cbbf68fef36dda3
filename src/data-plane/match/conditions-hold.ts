import type { Condition, ValueMatch } from '../../fib/condition.ts'
import { none, type RouteRow, route } from '../../fib/layout.ts'
import { headerValues, queryValue, type RequestHead } from '../../fib/request-head.ts'
import type { TableView } from '../../fib/view.ts'

/** Whether a request meets all conditions of a route beyond its path. */
export function conditionsHold(table: TableView, row: RouteRow, head: RequestHead): boolean {
  if (table.routes[row * route.words + route.conditions] === none) return true
  for (const condition of table.conditionsOf(row)) {
    if (!holds(table, condition, head)) return false
  }
  return true
}

function holds(table: TableView, condition: Condition, head: RequestHead): boolean {
  switch (condition.subject) {
    case 'method':
      return accepts(table, condition.match, head.method)
    case 'authority':
      return accepts(table, condition.match, head.authority)
    case 'scheme':
      return accepts(table, condition.match, head.scheme)
    case 'port':
      return head.port === condition.port
    case 'query': {
      const value = queryValue(head.query, condition.name)
      return value !== undefined && accepts(table, condition.match, value)
    }
    case 'header': {
      const { match, isNegated } = condition
      const values = headerValues(head, condition.name)
      // A negated value match takes a missing header for an empty one (Envoy's treat_missing_header_as_empty).
      if (values.length === 0) return isNegated && (match.kind === 'present' || !accepts(table, match, ''))
      for (const value of values) {
        if (accepts(table, match, value)) return !isNegated
      }
      return isNegated
    }
    default:
      return condition satisfies never
  }
}

/** Whether a value, which is there, is what a match asks for. */
export function accepts(table: TableView, match: ValueMatch, value: string): boolean {
  switch (match.kind) {
    case 'exact':
      return value === match.value
    case 'prefix':
      return value.startsWith(match.value)
    case 'regex':
      return table.patternFor(match.regex).matches(value)
    case 'present':
      return true
    default:
      return match satisfies never
  }
}
