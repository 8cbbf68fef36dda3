import type { Condition } from '../../fib/condition.ts'
import { loneName, longestValueKey, none, split as splitFields, splitMark, subjectNumber } from '../../fib/layout.ts'
import type { ConditionLists } from './condition-lists.ts'
import { layOutPrefixTree } from './prefix-tree.ts'
import { refersTo } from './refers-to.ts'
import type { TextPlace, Texts } from './texts.ts'

/** A list that is not longer is walked: that costs less than to look a value up. */
const leafRows = 4
/** How often a list is split on the way to one of its routes; what is left then is walked. */
const deepestSplit = 32
/** What a split has to spare at least, as a part of the list: a walk over the rest comes on top of it. */
const leastGain = 1 / 32

/** A route among others of the same path. */
export interface Candidate {
  readonly row: number
  readonly conditions: readonly Condition[]
}

/** What the routes of one list have been split by on the way to it. */
interface Splitting {
  readonly keys: ReadonlySet<string>
  readonly conditions: ReadonlySet<string>
  readonly depth: number
}

const unsplit: Splitting = { keys: new Set(), conditions: new Set(), depth: 0 }

/** A value that leads to routes of a split. */
export interface SplitValue {
  /** The offset of the split. */
  readonly split: number
  /** What names the candidates. */
  readonly candidates: number
  readonly value: TextPlace
}

/**
 * Lays out what a fragment has of the sections `candidates` and `exactValues`: routes that share a path, split by the
 * condition that tells the most of them apart, and what that leaves together split again, down to short lists. Each
 * route lies in one list alone, so that a search never looks at more routes than a walk would.
 */
export class CandidateLists {
  readonly #texts: Texts
  readonly #conditions: ConditionLists
  readonly #prefixNodes: number[]
  readonly #splitRoom: number
  readonly #words: number[] = []
  /** What each of the words refers to. */
  readonly #kinds: number[] = []
  readonly #values: SplitValue[] = []

  /**
   * @param prefixNodes where trees are laid out
   * @param splitRoom how many words there may be before the last split
   */
  constructor(texts: Texts, conditions: ConditionLists, prefixNodes: number[], splitRoom: number) {
    this.#texts = texts
    this.#conditions = conditions
    this.#prefixNodes = prefixNodes
    this.#splitRoom = splitRoom
  }

  /** Adds routes that share a path, ascending; returns what names them. */
  add(candidates: readonly Candidate[]): number {
    return this.#addCandidates(this.#reachable(candidates), unsplit)
  }

  /** Adds what few virtual hosts have, in the order of its layout; returns its offset. */
  addRare(foldedPrefixes: number, regexes: number): number {
    const offset = this.#words.length
    this.#push(foldedPrefixes, refersTo.node)
    this.#push(regexes, refersTo.node)
    return offset
  }

  /** Adds rows that nothing splits, and that may have conditions; returns what names them. */
  addRows(rows: readonly number[]): number {
    return rows.length === 1 ? loneName(rows[0]!, true) : this.#addList(rows)
  }

  /** Adds rows as a list whatever they are. */
  #addList(rows: readonly number[]): number {
    if (rows.length === 0) return none
    const offset = this.#words.length
    this.#push(rows.length)
    for (const row of rows) this.#push(row, refersTo.row)
    return offset
  }

  sections(): {
    readonly words: readonly number[]
    readonly kinds: readonly number[]
    readonly values: readonly SplitValue[]
  } {
    return { words: this.#words, kinds: this.#kinds, values: this.#values }
  }

  #push(word: number, kind: number = refersTo.nothing): void {
    this.#words.push(word)
    this.#kinds.push(kind)
  }

  /** Without those that an earlier one leaves no request: it asks for the same, or for nothing. */
  #reachable(candidates: readonly Candidate[]): readonly Candidate[] {
    const met = new Set<number>()
    const reachable: Candidate[] = []
    for (const candidate of candidates) {
      const conditions = this.#conditions.offsetOf(candidate.conditions)
      if (met.has(conditions)) continue
      met.add(conditions)
      reachable.push(candidate)
      if (conditions === none) break
    }
    return reachable
  }

  #addCandidates(candidates: readonly Candidate[], split: Splitting): number {
    const [first, ...more] = candidates.length < 2 ? candidates : [candidates[0]!, candidates[1]!]
    if (!first) return none
    if (more.length === 0) return loneName(first.row, this.#conditions.offsetOf(first.conditions) !== none)
    const hasRoom = split.depth < deepestSplit && this.#words.length < this.#splitRoom
    if (candidates.length > leafRows && hasRoom) {
      const key = mostTellingKey(candidates, split)
      if (key !== undefined) return this.#addByValue(candidates, key, split)
      const shared = mostShared(candidates, split)
      if (shared) return this.#addGroup(candidates, shared, split)
    }
    return this.#addList(candidates.map(({ row }) => row))
  }

  #addByValue(candidates: readonly Candidate[], key: string, split: Splitting): number {
    const exact = new Map<string, Candidate[]>()
    const prefixes = new Map<string, Candidate[]>()
    const rest: Candidate[] = []
    let subject: Condition | undefined
    for (const candidate of candidates) {
      const constraint = constraintOn(candidate, key)
      if (constraint) {
        subject ??= constraint.condition
        appendCandidate(constraint.isPrefix ? prefixes : exact, constraint.value, candidate)
      } else rest.push(candidate)
    }
    const next = { ...split, keys: new Set([...split.keys, key]), depth: split.depth + 1 }
    const at = this.#addSplit(candidates[0]!.row)
    this.#words[at + splitFields.subject] = subjectNumber[subject!.subject]
    this.#words[at + splitFields.name] = this.#conditions.nameRow('name' in subject! ? subject.name : '')
    for (const [value, group] of exact) {
      const candidates = this.#addCandidates(group, next)
      this.#values.push({ split: at, candidates, value: this.#texts.add(value) })
    }
    if (prefixes.size > 0) {
      const entries = [...prefixes].map(([prefix, group]) => ({
        prefix: this.#texts.add(prefix),
        candidates: this.#addCandidates(group, next),
      }))
      this.#words[at + splitFields.prefixes] = layOutPrefixTree(entries, this.#texts, this.#prefixNodes)
    }
    this.#words[at + splitFields.rest] = this.#addCandidates(rest, next)
    return at
  }

  /** Asks for a condition that many share once, instead of with each of them. */
  #addGroup(candidates: readonly Candidate[], shared: SharedCondition, split: Splitting): number {
    const has = ({ conditions }: Candidate) => conditions.some(each => JSON.stringify(each) === shared.text)
    const next = { ...split, conditions: new Set([...split.conditions, shared.text]), depth: split.depth + 1 }
    const at = this.#addSplit(candidates[0]!.row)
    const groups = this.#words.length
    this.#words[at + splitFields.groups] = groups
    this.#push(1)
    this.#push(this.#conditions.offsetOf([shared.condition]), refersTo.condition)
    this.#push(none, refersTo.candidates)
    this.#words[groups + 2] = this.#addCandidates(candidates.filter(has), next)
    const rest = candidates.filter(each => !has(each))
    this.#words[at + splitFields.rest] = this.#addCandidates(rest, next)
    return at
  }

  #addSplit(firstRow: number): number {
    const at = this.#words.length
    for (let word = 0; word < splitFields.words; word++) this.#push(none, splitRefers[word])
    this.#words[at + splitFields.mark] = splitMark
    this.#words[at + splitFields.firstRow] = firstRow
    return at
  }
}

/** What the words of a split refer to. */
const splitRefers = new Array<number>(splitFields.words).fill(refersTo.nothing)
splitRefers[splitFields.firstRow] = refersTo.row
splitRefers[splitFields.name] = refersTo.name
splitRefers[splitFields.prefixes] = refersTo.node
splitRefers[splitFields.groups] = refersTo.place
splitRefers[splitFields.rest] = refersTo.candidates

/** What a condition requires of a value: to be it, or to begin with it. */
interface ValueConstraint {
  readonly condition: Condition
  readonly value: string
  readonly isPrefix: boolean
}

function constraintOf(condition: Condition): ValueConstraint | undefined {
  if (condition.subject === 'port') return { condition, value: String(condition.port), isPrefix: false }
  if (condition.subject === 'header' && condition.isNegated) return undefined
  const { match } = condition
  if (match.kind === 'exact') {
    const isShort = match.value.length * 3 <= longestValueKey || byteLength(match.value) <= longestValueKey
    return isShort ? { condition, value: match.value, isPrefix: false } : undefined
  }
  // Trees are laid over bytes, and walked along the units of a text: the same where all is ASCII.
  const isPrefix = match.kind === 'prefix' && /^[\x20-\x7e]*$/.test(match.value)
  return isPrefix ? { condition, value: match.value, isPrefix } : undefined
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length
}

function keyOf(condition: Condition): string {
  return 'name' in condition ? `${condition.subject} ${condition.name}` : condition.subject
}

/** What a route requires of the value that `key` names; an exact value rather than a prefix, where it requires both. */
function constraintOn({ conditions }: Candidate, key: string): ValueConstraint | undefined {
  const constraint = conditions.flatMap(each => (keyOf(each) === key ? (constraintOf(each) ?? []) : []))
  return constraint.find(({ isPrefix }) => !isPrefix) ?? constraint[0]
}

/** The value that splits the routes best; undefined where none splits them well enough. */
function mostTellingKey(candidates: readonly Candidate[], { keys }: Splitting): string | undefined {
  const tallies = new Map<string, { covered: number; largest: number; readonly sizes: Map<string, number> }>()
  for (const candidate of candidates) {
    for (const condition of candidate.conditions) {
      const constraint = constraintOf(condition)
      const key = keyOf(condition)
      if (!constraint || keys.has(key)) continue
      const tally = tallies.get(key) ?? { covered: 0, largest: 0, sizes: new Map() }
      tallies.set(key, tally)
      const value = `${constraint.isPrefix ? 'p' : 'e'}${constraint.value}`
      const size = (tally.sizes.get(value) ?? 0) + 1
      tally.sizes.set(value, size)
      tally.covered++
      tally.largest = Math.max(tally.largest, size)
    }
  }
  let best: string | undefined
  let bestGain = Math.max(leafRows, candidates.length * leastGain) - 1
  for (const [key, { covered, largest }] of tallies) {
    if (covered - largest <= bestGain) continue
    best = key
    bestGain = covered - largest
  }
  return best
}

interface SharedCondition {
  readonly condition: Condition
  readonly text: string
}

/** The condition that most routes have, where at least half of them have it. */
function mostShared(candidates: readonly Candidate[], { conditions }: Splitting): SharedCondition | undefined {
  const counts = new Map<string, { condition: Condition; count: number }>()
  for (const candidate of candidates) {
    for (const condition of candidate.conditions) {
      const text = JSON.stringify(condition)
      if (conditions.has(text)) continue
      const known = counts.get(text)
      if (known) known.count++
      else counts.set(text, { condition, count: 1 })
    }
  }
  const [text, most] = [...counts].reduce<[string, { condition: Condition; count: number } | undefined]>(
    (best, entry) => (entry[1].count > (best[1]?.count ?? 0) ? entry : best),
    ['', undefined],
  )
  return most && most.count * 2 >= candidates.length ? { condition: most.condition, text } : undefined
}

/** Adds a candidate to those of a key. */
export function appendCandidate(groups: Map<string, Candidate[]>, value: string, candidate: Candidate): void {
  const group = groups.get(value)
  if (group) group.push(candidate)
  else groups.set(value, [candidate])
}
