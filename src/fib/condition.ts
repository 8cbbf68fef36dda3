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
