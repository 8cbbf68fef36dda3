import { RE2JS, RE2Set } from 're2js'

/** A compiled RE2 regex. It runs in time linear in the text: it never backtracks. */
export interface Pattern {
  /** Whether the whole text matches, from its first character to its last. */
  matches(text: string): boolean
  /** How many groups it has. */
  readonly groups: number
  /**
   * The text with every stretch that matches replaced. In the substitution `\1` to `\9` are the groups, `\0` is the
   * whole match, and `\\` a backslash; any other backslash ends it there. One that names a group which the regex does not
   * have replaces nothing. Source: RE2's GlobalReplace, which Envoy rewrites paths with.
   */
  replaceAll(text: string, substitution: string): string
}

/**
 * Compiles a regex of the dialect that Istio's API means: RE2.
 *
 * @throws RE2JSException where the regex is not RE2 (look-around, back references, …); `config` refuses these first
 */
export function compilePattern(regex: string): Pattern {
  const alone = setOf([regex], memoryBytesOfOne)
  let compiled: RE2JS | undefined
  const whole = () => {
    compiled ??= RE2JS.compile(regex)
    return compiled
  }
  return {
    matches: text => alone.match(text).length > 0,
    // Few regexes need more.
    get groups() {
      return whole().groupCount()
    },
    replaceAll: (text, substitution) => replaceAll(whole(), text, substitution),
  }
}

// What automata may take up, in bytes; beyond it the text is gone through state by state. The library's own bound for one
// regex is 8 MB: clients who play with a dozen regexes could fill an isolate.
const memoryBytesOfOne = 128 * 1024
const memoryBytesForEach = 8 * 1024
const mostMemoryBytes = 4 * 1024 * 1024

function setOf(regexes: readonly string[], memoryBytes: number): RE2Set {
  const set = new RE2Set(RE2Set.ANCHOR_BOTH, 0, memoryBytes)
  for (const regex of regexes) set.add(regex)
  set.compile()
  return set
}

/** Regexes that begin alike are tested one by one where they are no more than these. */
export const fewRegexes = 12
const mostInSet = 2048

/** Whether so many regexes are tested in a set: not where they are few, nor where they are too many for one. */
export function isTestedAsSet(count: number): boolean {
  return count > fewRegexes && count <= mostInSet
}

/** Many regexes that are tested in one pass over the text. */
export interface PatternSet {
  /** Which of them match the whole text, by their numbers, ascending. */
  matching(text: string): readonly number[]
  /** What its automaton may take up, in bytes. */
  readonly memoryBytes: number
}

/** As `compilePattern`, for many at once: it takes about as long as to compile each of them. */
export function compilePatternSet(regexes: readonly string[]): PatternSet {
  const memoryBytes = Math.min(regexes.length * memoryBytesForEach, mostMemoryBytes)
  const set = setOf(regexes, memoryBytes)
  return { matching: text => set.match(text).sort((a, b) => a - b), memoryBytes }
}

function replaceAll(compiled: RE2JS, text: string, substitution: string): string {
  const { parts, highestGroup } = substitutionParts(substitution)
  if (highestGroup > compiled.groupCount()) return text
  const matcher = compiled.matcher(text)
  let replaced = ''
  let end = 0
  let isFirst = true
  while (matcher.find()) {
    // RE2 takes no empty match right behind the last one.
    if (!isFirst && matcher.start() === matcher.end() && matcher.start() === end) continue
    replaced += text.slice(end, matcher.start())
    for (const part of parts) replaced += typeof part === 'string' ? part : (matcher.group(part) ?? '')
    end = matcher.end()
    isFirst = false
  }
  return replaced + text.slice(end)
}

/** A substitution as the texts and the numbers of groups that it is made of. */
export interface SubstitutionParts {
  readonly parts: readonly (string | number)[]
  /** Of all that it names, also behind a backslash that ends it; 0 where it names none. */
  readonly highestGroup: number
  /** Where a backslash ends it that stands before no digit and no backslash. */
  readonly endsAt?: number
}

/** Takes a substitution of RE2 apart. */
export function substitutionParts(substitution: string): SubstitutionParts {
  const parts: (string | number)[] = []
  let highestGroup = 0
  let endsAt: number | undefined
  for (const { 0: part, index } of substitution.matchAll(/\\[\s\S]?|[^\\]+/g)) {
    const group = /^\\[0-9]$/.test(part) ? Number(part[1]) : undefined
    highestGroup = Math.max(highestGroup, group ?? 0)
    if (group === undefined && part[0] === '\\' && part !== '\\\\') endsAt ??= index
    if (endsAt === undefined) parts.push(group ?? (part[0] === '\\' ? '\\' : part))
  }
  return endsAt === undefined ? { parts, highestGroup } : { parts, highestGroup, endsAt }
}
