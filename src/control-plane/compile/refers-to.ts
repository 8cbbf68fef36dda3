/** What a word of a fragment's candidates refers to, in the fragment; `none` refers to nothing, whatever its kind. */
export const refersTo = {
  nothing: 0,
  /** A route. */
  row: 1,
  /** What names candidates: a route by itself, or their place. */
  candidates: 2,
  /** An offset in candidates. */
  place: 3,
  /** An offset in prefixNodes. */
  node: 4,
  /** An offset in conditions. */
  condition: 5,
  /** A row of names. */
  name: 6,
} as const
