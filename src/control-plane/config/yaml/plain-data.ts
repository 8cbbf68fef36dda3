import { isAlias, isMap, isScalar, isSeq, type Node, type Pair, type ParsedNode, type YAMLMap } from 'yaml'
import { type DocumentOutline, OutlineWriter, type TextRange } from './document-outline.ts'
import type { FieldPath } from './field-path.ts'
import { type Ambiguity as Ambiguous, readPlainScalar } from './plain-scalar.ts'

/** How many values aliases may add to one document: a "billion laughs" stops here. */
export const mostAliasedValues = 100_000

/** The content of a YAML document as plain data. Mappings have no prototype. */
export interface PlainData {
  readonly data: unknown
  /** Where it stands. */
  readonly outline: DocumentOutline
  readonly faults: readonly DataFault[]
  /** Scalars that versions of YAML read differently, in the order of the text. */
  readonly ambiguities: readonly Ambiguity[]
  /** Whether a key has an underscore, so that it may be a snake_case field name. */
  readonly hasUnderscores: boolean
}

export type DataFault = {
  readonly at: TextRange
  /** The path of what is wrong; of the mapping where it is a key. */
  readonly path: FieldPath
} & (
  | {
      readonly kind: 'duplicate key'
      readonly key: string
      readonly first: TextRange
      /**
       * Where it is the first key of its mapping, probably what begins here: another document, without its `---`, or
       * another item of a list, without its dash; the list may lack all of its dashes.
       */
      readonly begins?: 'document' | 'item' | 'list'
    }
  | { readonly kind: 'unknown alias' | 'endless alias' | 'too many values' | 'bad merge' | 'bad key' }
)

export interface Ambiguity extends Ambiguous {
  readonly at: TextRange
}

/**
 * Reads the content of a document: scalars as Istio reads them, aliases resolved, merge keys (`<<`) merged as YAML 1.1
 * has it, the last of several equal keys kept.
 */
export function plainData(content: ParsedNode | null): PlainData {
  const reading = new Reading()
  const data = reading.read(content)
  return {
    data,
    outline: reading.outline.finish(),
    faults: reading.faults,
    ambiguities: reading.ambiguities,
    hasUnderscores: reading.hasUnderscores,
  }
}

/** An empty mapping, in which no key means more than its text: nothing is inherited. */
export function newMapping(): Record<string, unknown> {
  return new Mapping() as Record<string, unknown>
}

// Objects of a constructor share their layout: 100,000 routes take 160 MB instead of the 250 MB of `Object.create(null)`.
class Mapping {}
Object.setPrototypeOf(Mapping.prototype, null)
Reflect.deleteProperty(Mapping.prototype, 'constructor')

interface Anchored {
  /** Its number in the outline; keys have none. */
  readonly node?: number
  /** The text that it is as a key; absent where it is no scalar. */
  readonly key?: string
  /** Absent while the node is still being read. */
  content?: { readonly data: unknown; readonly size: number }
}

/** The state of one reading. */
class Reading {
  readonly outline = new OutlineWriter()
  readonly faults: DataFault[] = []
  readonly ambiguities: Ambiguity[] = []
  hasUnderscores = false
  readonly #anchors = new Map<string, Anchored>()
  readonly #path: (string | number)[] = []
  #values = 0
  #aliasedValues = 0
  /** The number of the node that was read last. */
  #node = 0

  read(node: unknown): unknown {
    this.#values++
    if (isAlias(node)) return this.#readAlias(node.source, rangeOf(node))
    if (!isScalar(node) && !isMap(node) && !isSeq(node)) {
      this.#node = this.outline.leaf(0, 0)
      return null
    }
    if (node.anchor === undefined) return this.#readContent(node)
    const anchored: Anchored = { node: this.outline.next, ...(isScalar(node) && { key: keyText(node) }) }
    this.#anchors.set(node.anchor, anchored)
    const before = this.#values
    const data = this.#readContent(node)
    anchored.content = { data, size: this.#values - before + 1 }
    return data
  }

  #readContent(node: Node): unknown {
    const [from, to] = rangeOf(node)
    if (isMap(node)) {
      const address = colonEnded(node)
      if (address === undefined) return this.#readMapping(node, from, to)
      // Istio reads it as text, too (YAML 1.1), and what else could be meant?
      this.#node = this.outline.leaf(from, to)
      return address
    }
    if (isSeq(node)) return this.#readList(node.items, from, node.flow ? to : undefined)
    this.#node = this.outline.leaf(from, to)
    if (!isScalar(node)) return null
    if (node.type !== 'PLAIN' || node.tag?.startsWith('tag:yaml.org,2002:')) return node.value
    const { value, ambiguity } = readPlainScalar(node.source ?? '')
    if (ambiguity !== undefined) this.ambiguities.push({ at: [from, to], ...ambiguity })
    return value
  }

  /** @param to where it ends; what is written without brackets ends with its last item */
  #readList(items: readonly unknown[], from: number, to: number | undefined): unknown[] {
    const list = this.outline.open('list', from)
    let end = from
    const data = items.map((item, index) => {
      const value = this.#readAt(index, item)
      end = this.outline.endOf(this.#node)
      return value
    })
    this.outline.close(list, to ?? end)
    this.#node = list
    return data
  }

  #readAt(step: string | number, node: unknown): unknown {
    this.#path.push(step)
    const data = this.read(node)
    this.#path.pop()
    return data
  }

  #readAlias(name: string, at: TextRange): unknown {
    const anchored = this.#anchors.get(name)
    const target = anchored?.node
    this.#node = target === undefined ? this.outline.leaf(...at) : this.outline.alias(...at, target)
    if (anchored?.content === undefined) {
      this.faults.push({ kind: anchored ? 'endless alias' : 'unknown alias', at, path: [...this.#path] })
      return null
    }
    if (this.#aliasedValues > mostAliasedValues) return null
    this.#values += anchored.content.size
    this.#aliasedValues += anchored.content.size
    if (this.#aliasedValues > mostAliasedValues) this.faults.push({ kind: 'too many values', at, path: [] })
    return anchored.content.data
  }

  #readMapping(map: YAMLMap, from: number, to: number): unknown {
    const mapping = this.outline.open('mapping', from)
    const data = newMapping()
    const merged: unknown[] = []
    const first = new Map<string, TextRange>()
    let end = from
    let isDoubled = false
    for (const pair of map.items) {
      if (isMergeKey(pair.key)) {
        for (const source of this.#readMerge(pair)) merged.push(source)
        end = this.outline.endOf(this.#node)
        continue
      }
      const key = this.#readKey(pair)
      if (key === undefined) continue
      const at = rangeOf(pair.key as Node)
      const other = first.get(key)
      if (!other) first.set(key, at)
      else if (!isDoubled) {
        // What follows belongs to what lacks its mark, so that further doubles follow from that.
        isDoubled = !map.flow && key === first.keys().next().value && map.items.length > 2
        const path = [...this.#path, key]
        const above = this.#path.at(-1)
        const begins = above === undefined ? 'document' : typeof above === 'number' ? 'item' : 'list'
        this.faults.push({ kind: 'duplicate key', key, path, at, first: other, ...(isDoubled && { begins }) })
      }
      this.outline.key(key, ...at)
      data[key] = this.#readAt(key, pair.value)
      end = this.outline.endOf(this.#node)
    }
    for (const source of merged) {
      for (const [key, value] of Object.entries(source as object)) if (!Object.hasOwn(data, key)) data[key] = value
    }
    this.outline.close(mapping, map.flow ? to : end)
    this.#node = mapping
    return data
  }

  #readKey({ key, value }: Pair): string | undefined {
    if (isScalar(key)) {
      const text = keyText(key)
      if (key.type === 'PLAIN') {
        const { ambiguity } = readPlainScalar(key.source ?? '')
        if (ambiguity !== undefined) this.ambiguities.push({ at: rangeOf(key), ...ambiguity })
      }
      if (key.anchor !== undefined) this.#anchors.set(key.anchor, { key: text, content: { data: text, size: 1 } })
      this.hasUnderscores ||= text.includes('_')
      return text
    }
    const text = isAlias(key) ? this.#anchors.get(key.source)?.key : undefined
    if (text !== undefined) return text
    const place = (key ?? value) as Node | null
    if (place) this.faults.push({ kind: 'bad key', at: rangeOf(place), path: [...this.#path] })
    return undefined
  }

  /** The mappings that a merge key names, in the order of their precedence. */
  #readMerge({ key, value }: Pair): object[] {
    const at = rangeOf(key as Node)
    this.outline.key(null, ...at)
    const data = this.read(value)
    const sources: unknown[] = Array.isArray(data) ? data : [data]
    const isRight = (each: unknown) => typeof each === 'object' && each !== null && !Array.isArray(each)
    if (!sources.every(isRight)) this.faults.push({ kind: 'bad merge', at, path: [...this.#path] })
    return sources.filter(isRight) as object[]
  }
}

function rangeOf({ range }: Node): TextRange {
  return range ? [range[0], range[1]] : [0, 0]
}

/**
 * The text of a list item such as `2001:db8::` in `[2001:db8::]`: its last colon makes it a mapping in YAML 1.2.
 * Undefined for every other mapping.
 */
function colonEnded(map: YAMLMap): string | undefined {
  const [pair, ...more] = map.items
  if (!map.flow || more.length > 0 || !isScalar(pair?.key) || pair.key.type !== 'PLAIN') return undefined
  const text = keyText(pair.key)
  const hasBraces = map.range?.[0] !== pair.key.range?.[0]
  const isEmpty = pair.value === null || (isScalar(pair.value) && pair.value.source === '')
  return text.endsWith(':') && !hasBraces && isEmpty ? `${text}:` : undefined
}

/**
 * The text of a key. Istio makes JSON of YAML before it reads it, and JSON's keys are text: `y` and `on` become "true",
 * `010` becomes "8". What is null stays as it is written, and so does a number that JavaScript cannot hold.
 */
function keyText(key: { readonly type?: unknown; readonly source?: string; readonly value: unknown }): string {
  if (key.type !== 'PLAIN') return String(key.value ?? '')
  const source = key.source ?? ''
  const { value } = readPlainScalar(source)
  const isInexact = typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)
  return value === null || isInexact ? source : String(value)
}

/** Whether a key merges other mappings into its own. */
function isMergeKey(key: unknown): boolean {
  return isScalar(key) && key.type === 'PLAIN' && key.source === '<<'
}
