import { BoundedCache } from '../../fib/bounded-cache.ts'
import type { Condition, ValueMatch } from '../../fib/condition.ts'
import { foldCase } from '../../fib/normalize.ts'
import { compilePattern, type Pattern } from '../../fib/pattern.ts'
import type { lowerMatch } from '../translate/http-match.ts'

/** What a match asks of a request. */
export type Match = ReturnType<typeof lowerMatch>

/**
 * The paths that a match takes. A regex that is only text, or text and `.*` behind it, is told as what it means; `/` and
 * the empty prefix are all paths.
 */
export type PathSet =
  | { readonly kind: 'all' }
  | { readonly kind: 'exact' | 'prefix'; readonly value: string; readonly ignoresCase: boolean }
  | { readonly kind: 'regex'; readonly regex: string; readonly start: string }

/** The paths of a match. */
export function pathSet({ path }: Match): PathSet {
  if (!path) return { kind: 'all' }
  if (path.kind !== 'regex') return isEveryPath(path) ? { kind: 'all' } : path
  const plain = plainForm(path.regex)
  if (!plain) return { kind: 'regex', regex: path.regex, start: literalStart(path.regex) }
  return isEveryPath(plain) ? { kind: 'all' } : { ...plain, ignoresCase: false }
}

function isEveryPath({ kind, value }: { readonly kind: 'exact' | 'prefix'; readonly value: string }): boolean {
  return kind === 'prefix' && (value === '' || value === '/')
}

/** Whether each request that `narrow` takes is one that `wide` takes; false also where that is not plain to see. */
export function covers(wide: Match, narrow: Match): boolean {
  return pathsCover(pathSet(wide), pathSet(narrow)) && conditionsCover(wide.conditions, narrow.conditions)
}

/** Whether all paths of `narrow` are among those of `wide`; false also where that is not plain to see. */
export function pathsCover(wide: PathSet, narrow: PathSet): boolean {
  if (wide.kind === 'all') return true
  if (narrow.kind === 'all') return false
  if (narrow.kind === 'regex') {
    if (wide.kind === 'regex') return wide.regex === narrow.regex
    return wide.kind === 'prefix' && startsWith(narrow.start, wide)
  }
  if (wide.kind === 'regex') {
    return narrow.kind === 'exact' && !narrow.ignoresCase && patternFor(wide.regex).matches(narrow.value)
  }
  if (narrow.ignoresCase && !wide.ignoresCase && hasCase(narrow.value)) return false
  if (wide.kind === 'prefix') return startsWith(narrow.value, wide)
  return narrow.kind === 'exact' && sameCase(narrow.value, wide) === sameCase(wide.value, wide)
}

function startsWith(text: string, wide: { readonly value: string; readonly ignoresCase: boolean }): boolean {
  return sameCase(text, wide).startsWith(sameCase(wide.value, wide))
}

function sameCase(text: string, { ignoresCase }: { readonly ignoresCase: boolean }): string {
  return ignoresCase ? foldCase(text) : text
}

/** Whether letter case makes a difference to a text. */
export function hasCase(text: string): boolean {
  return text.toLowerCase() !== text.toUpperCase()
}

/** The prefix of `wide`, where `narrow` is none of its segments but only begins like it: `/policy` for `/policy-author`. */
export function neighbourOf(wide: Match, narrow: Match): string | undefined {
  const [outer, inner] = [pathSet(wide), pathSet(narrow)]
  if (outer.kind !== 'prefix' || inner.kind === 'all' || outer.value.endsWith('/')) return undefined
  const next = (inner.kind === 'regex' ? inner.start : inner.value)[outer.value.length]
  return next === undefined || next === '/' ? undefined : outer.value
}

/** Whether all of `wide` hold wherever all of `narrow` do. */
export function conditionsCover(wide: readonly Condition[], narrow: readonly Condition[]): boolean {
  return wide.every(each => narrow.some(given => follows(each, given)))
}

/** What a condition is about: only conditions on one thing can follow from each other. */
export function subjectOf(condition: Condition): string {
  const { subject } = condition
  if (subject === 'header') return `${condition.isNegated ? 'without' : subject} ${condition.name}`
  return 'name' in condition ? `${subject} ${condition.name}` : subject
}

/** Whether `wanted` holds wherever `given` does. */
function follows(wanted: Condition, given: Condition): boolean {
  if (subjectOf(wanted) !== subjectOf(given)) return false
  if (wanted.subject === 'port') return given.subject === 'port' && given.port === wanted.port
  if (given.subject === 'port') return false
  if (wanted.subject !== 'header' || !wanted.isNegated) return valueFollows(wanted.match, given.match)
  // What must not match is the other way round. For a value, but not for mere presence, a missing header is an empty one.
  if (given.match.kind === 'present') return wanted.match.kind === 'present' || !takesEmpty(wanted.match)
  return wanted.match.kind !== 'present' && valueFollows(given.match, wanted.match)
}

function takesEmpty(match: ValueMatch): boolean {
  switch (match.kind) {
    case 'exact':
    case 'prefix':
      return match.value === ''
    case 'regex':
      return patternFor(match.regex).matches('')
    default:
      return true
  }
}

/** Whether each value that meets `given` meets `wanted`. */
function valueFollows(wanted: ValueMatch, given: ValueMatch): boolean {
  const [wide, narrow] = [plainValue(wanted), plainValue(given)]
  switch (wide.kind) {
    case 'present':
      return true
    case 'exact':
      return narrow.kind === 'exact' && narrow.value === wide.value
    case 'prefix':
      if (narrow.kind === 'regex') return literalStart(narrow.regex).startsWith(wide.value)
      return narrow.kind !== 'present' && narrow.value.startsWith(wide.value)
    case 'regex':
      if (narrow.kind === 'regex') return narrow.regex === wide.regex
      return narrow.kind === 'exact' && patternFor(wide.regex).matches(narrow.value)
    default:
      return wide satisfies never
  }
}

function plainValue(match: ValueMatch): ValueMatch {
  const plain = match.kind === 'regex' ? plainForm(match.regex) : match
  return plain?.kind === 'prefix' && plain.value === '' ? { kind: 'present' } : (plain ?? match)
}

/** Whether no request can meet both lists, as far as that is plain to see. */
export function areApart(a: readonly Condition[], b: readonly Condition[]): boolean {
  return a.some(one => b.some(other => excludes(one, other)))
}

function excludes(one: Condition, other: Condition): boolean {
  if (one.subject === 'port' || other.subject === 'port') {
    return one.subject === 'port' && other.subject === 'port' && one.port !== other.port
  }
  if (one.subject !== other.subject) return false
  if (one.subject === 'header' && other.subject === 'header') {
    if (one.name !== other.name || (one.isNegated && other.isNegated)) return false
    const [negated, wanted] = one.isNegated ? [one, other] : [other, one]
    if (negated.isNegated) return valueFollows(negated.match, wanted.match)
  }
  if ('name' in one && 'name' in other && one.name !== other.name) return false
  return valuesApart(plainValue(one.match), plainValue(other.match))
}

function valuesApart(a: ValueMatch, b: ValueMatch): boolean {
  if (a.kind === 'present' || b.kind === 'present') return false
  if (a.kind === 'regex') return b.kind === 'exact' && !patternFor(a.regex).matches(b.value)
  if (b.kind === 'regex') return valuesApart(b, a)
  if (a.kind === 'exact') return b.kind === 'exact' ? a.value !== b.value : !a.value.startsWith(b.value)
  return b.kind === 'exact' ? valuesApart(b, a) : !a.value.startsWith(b.value) && !b.value.startsWith(a.value)
}

interface PlainForm {
  readonly kind: 'exact' | 'prefix'
  readonly value: string
}

/** What a regex means that is only text, perhaps with `.*` behind it; undefined for any other. */
function plainForm(regex: string): PlainForm | undefined {
  const body = regex.replace(/^\^/, '').replace(/(?<!\\)\$$/, '')
  if (body === '.+') return { kind: 'prefix', value: '' }
  const isOpen = body.endsWith('.*') && !body.endsWith('\\.*')
  const value = plainText(isOpen ? body.slice(0, -2) : body)
  return value === undefined ? undefined : { kind: isOpen ? 'prefix' : 'exact', value }
}

const textOnly = /^(?:\\[^a-zA-Z0-9]|[^\\.*+?()[\]{}|^$])*$/

function plainText(regex: string): string | undefined {
  return textOnly.test(regex) ? regex.replace(/\\(.)/g, '$1') : undefined
}

/** The text that everything begins with that a regex matches; empty where that is not plain to see. */
function literalStart(regex: string): string {
  if (regex.includes('|')) return ''
  const body = regex.replace(/^\^/, '')
  const start = /^(?:\\[^a-zA-Z0-9]|[^\\.*+?()[\]{}|^$])*/.exec(body)![0]
  // What a repetition makes optional is no part of it.
  const isOptional = /^[*?{]/.test(body.slice(start.length))
  return (isOptional ? start.replace(/\\?.$/s, '') : start).replace(/\\(.)/g, '$1')
}

const patterns = new BoundedCache<string, Pattern>(256)

function patternFor(regex: string): Pattern {
  return patterns.get(regex, () => compilePattern(regex))
}
