import { RE2JS } from 're2js'

/** A compiled RE2 regex. It runs in time linear in the text: it never backtracks. */
export interface Pattern {
  /** Whether the whole text matches, from its first character to its last. */
  matches(text: string): boolean
}

/**
 * Compiles a regex of the dialect that Istio's API means: RE2, matched against the whole text.
 *
 * @throws RE2JSException where the regex is not RE2 (look-around, back references, …); `config` refuses these first
 */
export function compilePattern(regex: string): Pattern {
  const compiled = RE2JS.compile(regex)
  return { matches: text => compiled.matches(text) }
}
