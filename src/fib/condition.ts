import { subjectNumber } from './layout.ts'
import { headerValues, queryValue, type RequestHead } from './request-head.ts'

/**
 * A condition of a rule beyond the path. All conditions of a match must hold.
 *
 * Both planes read this form: the table carries it, the reference matcher walks it.
 */
export type Condition =
  | { readonly subject: 'method' | 'scheme' | 'authority'; readonly match: ValueMatch }
  | HeaderCondition
  | { readonly subject: 'query'; readonly name: string; readonly match: ValueMatch }
  | { readonly subject: 'port'; readonly port: number }

export interface HeaderCondition {
  readonly subject: 'header'
  /** In lower case (RFC 9110 §5.1). */
  readonly name: string
  readonly match: ValueMatch
  /**
   * True for Istio's `withoutHeaders`: the condition holds where the match does not. A value match then takes a
   * missing header for an empty one.
   */
  readonly isNegated: boolean
}

/** How a value is tested. `present` asks only that it is there; an empty value is. */
export type ValueMatch =
  | { readonly kind: 'exact' | 'prefix'; readonly value: string }
  | { readonly kind: 'regex'; readonly regex: string }
  | { readonly kind: 'present' }

/** What a condition can be about. */
export interface Subject {
  /** In a table's bytes. */
  readonly number: number
  /** As people call it. */
  readonly title: string
  /** What a match of routes calls it. */
  readonly field: string
  /** Whether a name says which of several is meant. */
  readonly isNamed: boolean
  /** The values that a condition is tested against; none where a request has none of it. */
  valuesIn(head: RequestHead, name: string): readonly string[]
}

/** All subjects. `match` reads them in switches of its own, which are faster. */
export const subjects: Readonly<Record<Condition['subject'], Subject>> = {
  method: {
    number: subjectNumber.method,
    title: 'method',
    field: 'method',
    isNamed: false,
    valuesIn: ({ method }) => [method],
  },
  scheme: {
    number: subjectNumber.scheme,
    title: 'scheme',
    field: 'scheme',
    isNamed: false,
    valuesIn: ({ scheme }) => [scheme],
  },
  authority: {
    number: subjectNumber.authority,
    title: 'authority',
    field: 'authority',
    isNamed: false,
    valuesIn: ({ authority }) => [authority],
  },
  header: { number: subjectNumber.header, title: 'header', field: 'headers', isNamed: true, valuesIn: headerValues },
  query: {
    number: subjectNumber.query,
    title: 'query parameter',
    field: 'queryParams',
    isNamed: true,
    valuesIn: ({ query }, name) => {
      const value = queryValue(query, name)
      return value === undefined ? [] : [value]
    },
  },
  port: {
    number: subjectNumber.port,
    title: 'port',
    field: 'port',
    isNamed: false,
    valuesIn: ({ port }) => [String(port)],
  },
}
