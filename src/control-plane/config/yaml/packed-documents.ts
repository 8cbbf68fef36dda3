import { DocumentOutline } from './document-outline.ts'
import type { SoundDocument } from './parse-documents.ts'
import { newMapping, type PlainData } from './plain-data.ts'

/**
 * The sound documents of a file in a form that goes from one thread to another at the cost of a copy: numbers, and each
 * text once. Objects would cost more than to read the file again.
 */
export interface PackedDocuments {
  readonly texts: readonly string[]
  readonly numbers: Float64Array
  /** The parts of all documents, one behind the other: a copy of one array costs a fraction of that of many. */
  readonly words: Int32Array
  readonly documents: readonly PackedDocument[]
}

interface PackedDocument {
  /** How many words each part has; the parts lie in this order. */
  readonly lengths: {
    /** The content in the order of the text: one of `mark`, or `mark` and a number. */
    readonly data: number
    readonly cells: number
    /** Of each node of the outline: a text, or `noKey` or `mergeKey`. */
    readonly keys: number
    /** Alias and target, one pair behind the other. */
    readonly targets: number
  }
  readonly rest: Pick<PlainData, 'faults' | 'ambiguities' | 'hasUnderscores'> & Pick<SoundDocument, 'unknownTags'>
}

const mark = { null: 0, true: 1, false: 2, text: 3, number: 4, list: 5, mapping: 6 } as const
const noKey = -1
const mergeKey = -2

/** Packs documents; undefined where one holds what has no form here. */
export function packDocuments(documents: readonly SoundDocument[]): PackedDocuments | undefined {
  const packer = new Packer()
  try {
    const packed = documents.map(document => packer.document(document))
    const numbers = Float64Array.from(packer.numbers)
    return { texts: packer.texts, numbers, words: joined(packer.runs), documents: packed }
  } catch (error) {
    if (error instanceof UnknownForm) return undefined
    throw error
  }
}

class UnknownForm extends Error {}

function joined(runs: readonly ArrayLike<number>[]): Int32Array {
  const words = new Int32Array(runs.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const run of runs) {
    words.set(run, at)
    at += run.length
  }
  return words
}

class Packer {
  readonly texts: string[] = []
  readonly numbers: number[] = []
  /** The parts of all documents. */
  readonly runs: ArrayLike<number>[] = []
  readonly #known = new Map<string, number>()

  document({ plain, unknownTags }: SoundDocument): PackedDocument {
    const data: number[] = []
    this.#add(plain.data, data)
    const { cells, keys, targets } = plain.outline.parts()
    const names = keys.map(key => (key === undefined ? noKey : key === null ? mergeKey : this.#text(key)))
    const pairs = [...targets].flat()
    this.runs.push(data, cells, names, pairs)
    const { faults, ambiguities, hasUnderscores } = plain
    return {
      lengths: { data: data.length, cells: cells.length, keys: names.length, targets: pairs.length },
      rest: { faults, ambiguities, hasUnderscores, unknownTags },
    }
  }

  #text(text: string): number {
    const known = this.#known.get(text)
    if (known !== undefined) return known
    const index = this.texts.push(text) - 1
    this.#known.set(text, index)
    return index
  }

  #add(value: unknown, words: number[]): void {
    switch (typeof value) {
      case 'string':
        words.push(mark.text, this.#text(value))
        return
      case 'number':
        words.push(mark.number, this.numbers.push(value) - 1)
        return
      case 'boolean':
        words.push(value ? mark.true : mark.false)
        return
      case 'object':
        break
      default:
        throw new UnknownForm()
    }
    if (value === null) words.push(mark.null)
    else if (Array.isArray(value)) {
      words.push(mark.list, value.length)
      for (const each of value) this.#add(each, words)
    } else if (Object.getPrototypeOf(value) === mappingForm) {
      const keys = Object.keys(value)
      words.push(mark.mapping, keys.length)
      for (const key of keys) {
        words.push(this.#text(key))
        this.#add((value as Record<string, unknown>)[key], words)
      }
    } else throw new UnknownForm()
  }
}

const mappingForm = Object.getPrototypeOf(newMapping())

/** The documents, as they were before they were packed; what aliases shared is copied. */
export function unpackDocuments({ texts, numbers, words, documents }: PackedDocuments): SoundDocument[] {
  let at = 0
  const next = (length: number) => {
    at += length
    return words.subarray(at - length, at)
  }
  return documents.map(({ lengths, rest }) => {
    const { unknownTags, ...facts } = rest
    const data = next(lengths.data)
    const cells = next(lengths.cells)
    const names = Array.from(next(lengths.keys), key =>
      key === noKey ? undefined : key === mergeKey ? null : texts[key]!,
    )
    const targets = new Map<number, number>()
    const pairs = next(lengths.targets)
    for (let pair = 0; pair < pairs.length; pair += 2) targets.set(pairs[pair]!, pairs[pair + 1]!)
    const plain = {
      data: new Unpacker(data, texts, numbers).next(),
      outline: new DocumentOutline(cells, names, targets),
      ...facts,
    }
    return { kind: 'sound', plain, unknownTags }
  })
}

class Unpacker {
  readonly #words: Int32Array
  readonly #texts: readonly string[]
  readonly #numbers: Float64Array
  #at = 0

  constructor(words: Int32Array, texts: readonly string[], numbers: Float64Array) {
    this.#words = words
    this.#texts = texts
    this.#numbers = numbers
  }

  next(): unknown {
    const words = this.#words
    switch (words[this.#at++]) {
      case mark.true:
        return true
      case mark.false:
        return false
      case mark.text:
        return this.#texts[words[this.#at++]!]!
      case mark.number:
        return this.#numbers[words[this.#at++]!]!
      case mark.list: {
        const count = words[this.#at++]!
        const list: unknown[] = []
        for (let index = 0; index < count; index++) list.push(this.next())
        return list
      }
      case mark.mapping: {
        const mapping = newMapping()
        for (let left = words[this.#at++]!; left > 0; left--) {
          const key = this.#texts[words[this.#at++]!]!
          mapping[key] = this.next()
        }
        return mapping
      }
      default:
        return null
    }
  }
}
