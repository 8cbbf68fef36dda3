import type { Condition } from '../../fib/condition.ts'
import { conditionTest, condition as fields, matchNumber, none, subjectNumber } from '../../fib/layout.ts'
import type { Texts } from './texts.ts'

/** Lays out what a fragment has of the sections `conditions` and `names`; equal lists share their place. */
export class ConditionLists {
  readonly #texts: Texts
  readonly #words: number[] = []
  readonly #offsets = new Map<string, number>()
  readonly #names: number[] = []
  readonly #nameRows = new Map<string, number>()
  readonly #known = new Map<readonly Condition[], number>()

  constructor(texts: Texts) {
    this.#texts = texts
    // What has no name has this one.
    this.nameRow('')
  }

  /** The row of a name in `names`. */
  nameRow(name: string): number {
    const known = this.#nameRows.get(name)
    if (known !== undefined) return known
    const row = this.#nameRows.size
    const text = this.#texts.add(name)
    this.#names.push(text.offset, text.bytes)
    this.#nameRows.set(name, row)
    return row
  }

  /** The offset of a list of conditions; `none` for an empty one. */
  offsetOf(conditions: readonly Condition[]): number {
    if (conditions.length === 0) return none
    const known = this.#known.get(conditions)
    if (known !== undefined) return known
    const key = JSON.stringify(conditions)
    const offset = this.#offsets.get(key) ?? this.#add(conditions)
    this.#offsets.set(key, offset)
    this.#known.set(conditions, offset)
    return offset
  }

  /** The words of both, with places in the texts of the fragment. */
  sections(): Record<'conditions' | 'names', readonly number[]> {
    return { conditions: this.#words, names: this.#names }
  }

  #add(conditions: readonly Condition[]): number {
    const offset = this.#words.length
    for (const each of conditions) this.#words.push(...this.#wordsOf(each))
    const last = this.#words.length - fields.words + fields.test
    this.#words[last] = this.#words[last]! | conditionTest.last
    return offset
  }

  #wordsOf(condition: Condition): number[] {
    const words = new Array<number>(fields.words).fill(0)
    const subject = subjectNumber[condition.subject]
    if (condition.subject === 'port') {
      words[fields.test] = subject
      words[fields.value] = condition.port
      return words
    }
    const { match } = condition
    const isNegated = condition.subject === 'header' && condition.isNegated
    words[fields.test] =
      subject |
      (matchNumber[match.kind] << conditionTest.matchShift) |
      (isNegated ? conditionTest.negated : 0) |
      (this.nameRow('name' in condition ? condition.name : '') << conditionTest.nameShift)
    const value = this.#texts.add(match.kind === 'present' ? '' : match.kind === 'regex' ? match.regex : match.value)
    words[fields.value] = value.offset
    words[fields.valueBytes] = value.bytes
    return words
  }
}
