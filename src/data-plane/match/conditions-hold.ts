import { condition, conditionTest, matchNumber, none, type SubjectNumber, subjectNumber } from '../../fib/layout.ts'
import { headerValues, queryValue, type RequestHead } from '../../fib/request-head.ts'
import type { TableView } from '../../fib/view.ts'
import { isText, startsWithText } from './pool-text.ts'

/** Whether a request meets all conditions of a list: of a route beyond its path, or of a group. */
export function conditionsHold(table: TableView, list: number, head: RequestHead): boolean {
  if (list === none) return true
  const { conditions } = table
  // In a damaged table: what cannot be read must not let anybody through.
  if (!(list >= 0)) return false
  for (let at = list; at < conditions.length; at += condition.words) {
    if (!holds(table, at, head)) return false
    if ((conditions[at + condition.test]! & conditionTest.last) !== 0) return true
  }
  return false
}

function holds(table: TableView, at: number, head: RequestHead): boolean {
  const { conditions } = table
  const test = conditions[at + condition.test]!
  const subject = (test & conditionTest.subjectMask) as SubjectNumber
  switch (subject) {
    case subjectNumber.method:
      return accepts(table, at, head.method)
    case subjectNumber.authority:
      return accepts(table, at, head.authority)
    case subjectNumber.scheme:
      return accepts(table, at, head.scheme)
    case subjectNumber.port:
      return head.port === conditions[at + condition.value]
    case subjectNumber.query: {
      const value = queryValue(head.query, table.nameAt(test >> conditionTest.nameShift))
      return value !== undefined && accepts(table, at, value)
    }
    case subjectNumber.header: {
      const isNegated = (test & conditionTest.negated) !== 0
      const values = headerValues(head, table.nameAt(test >> conditionTest.nameShift))
      // A negated value match takes a missing header for an empty one (Envoy's treat_missing_header_as_empty).
      if (values.length === 0) return isNegated && (matchOf(test) === matchNumber.present || !accepts(table, at, ''))
      for (const value of values) {
        if (accepts(table, at, value)) return !isNegated
      }
      return isNegated
    }
    default:
      subject satisfies never
      // A table that was damaged; no request meets what cannot be read.
      return false
  }
}

/** Whether a value, which is there, is what a condition asks for. */
function accepts(table: TableView, at: number, value: string): boolean {
  const { conditions } = table
  const offset = conditions[at + condition.value]!
  const bytes = conditions[at + condition.valueBytes]!
  switch (matchOf(conditions[at + condition.test]!)) {
    case matchNumber.exact:
      return isText(table, offset, bytes, value)
    case matchNumber.prefix:
      return startsWithText(table, offset, bytes, value)
    case matchNumber.regex:
      return table.patternFor(table.keptText(offset, bytes)).matches(value)
    default:
      return true
  }
}

function matchOf(test: number): number {
  return (test >> conditionTest.matchShift) & conditionTest.matchMask
}
