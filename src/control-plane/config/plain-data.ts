import { type Alias, isAlias, isMap, isScalar, isSeq, type Node, type Pair, type ParsedNode, type YAMLMap } from 'yaml'
import { type Ambiguity as Ambiguous, readPlainScalar } from './plain-scalar.ts'
import type { FieldPath } from './resource.ts'

/** How many values aliases may add to one document: a "billion laughs" stops here. */
export const mostAliasedValues = 100_000

/** The content of a YAML document as plain data. Mappings have no prototype. */
export interface PlainData {
  readonly data: unknown
  /** What each alias stands for. */
  readonly targets: ReadonlyMap<Alias, Node>
  readonly faults: readonly DataFault[]
  /** Scalars that versions of YAML read differently. */
  readonly ambiguities: readonly Ambiguity[]
  /** Whether a key has an underscore, so that it may be a snake_case field name. */
  readonly hasUnderscores: boolean
}

export type DataFault =
  | {
      readonly kind: 'duplicate key'
      readonly key: string
      readonly path: FieldPath
      readonly node: Node
      readonly first: Node
    }
  | {
      readonly kind: 'unknown alias' | 'endless alias' | 'too many values' | 'bad merge' | 'bad key'
      readonly node: Node
    }

export interface Ambiguity extends Ambiguous {
  readonly node: Node
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
    targets: reading.targets,
    faults: reading.faults,
    ambiguities: reading.ambiguities,
    hasUnderscores: reading.hasUnderscores,
  }
}

interface Anchored {
  readonly node: Node
  /** Absent while the node is still being read. */
  content?: { readonly data: unknown; readonly size: number }
}

/** The state of one reading. */
class Reading {
  readonly targets = new Map<Alias, Node>()
  readonly faults: DataFault[] = []
  readonly ambiguities: Ambiguity[] = []
  hasUnderscores = false
  readonly #anchors = new Map<string, Anchored>()
  readonly #path: (string | number)[] = []
  #values = 0
  #aliasedValues = 0

  read(node: unknown): unknown {
    this.#values++
    if (isAlias(node)) return this.#readAlias(node)
    if (!isScalar(node) && !isMap(node) && !isSeq(node)) return null
    if (node.anchor === undefined) return this.#readContent(node)
    const anchored: Anchored = { node }
    this.#anchors.set(node.anchor, anchored)
    const before = this.#values
    const data = this.#readContent(node)
    anchored.content = { data, size: this.#values - before + 1 }
    return data
  }

  #readContent(node: Node): unknown {
    if (isScalar(node)) {
      if (node.type !== 'PLAIN' || node.tag?.startsWith('tag:yaml.org,2002:')) return node.value
      const { value, ambiguity } = readPlainScalar(node.source ?? '')
      if (ambiguity !== undefined) this.ambiguities.push({ node, ...ambiguity })
      return value
    }
    if (isSeq(node)) return node.items.map((item, index) => this.#readAt(index, item))
    const address = isMap(node) ? colonEnded(node) : undefined
    if (address !== undefined) {
      const message = `Istio reads ${address} as text (YAML 1.1), others as a mapping (YAML 1.2)`
      this.ambiguities.push({ node, message, help: 'quote it' })
      return address
    }
    return isMap(node) ? this.#readMapping(node) : null
  }

  #readAt(step: string | number, node: unknown): unknown {
    this.#path.push(step)
    const data = this.read(node)
    this.#path.pop()
    return data
  }

  #readAlias(alias: Alias): unknown {
    const anchored = this.#anchors.get(alias.source)
    if (anchored?.content === undefined) {
      this.faults.push({ kind: anchored ? 'endless alias' : 'unknown alias', node: alias })
      return null
    }
    this.targets.set(alias, anchored.node)
    if (this.#aliasedValues > mostAliasedValues) return null
    this.#values += anchored.content.size
    this.#aliasedValues += anchored.content.size
    if (this.#aliasedValues > mostAliasedValues) this.faults.push({ kind: 'too many values', node: alias })
    return anchored.content.data
  }

  #readMapping(map: YAMLMap): unknown {
    const data: Record<string, unknown> = Object.create(null)
    const merged: unknown[] = []
    const first = new Map<string, Node>()
    for (const pair of map.items) {
      if (isMergeKey(pair.key)) {
        merged.push(...this.#readMerge(pair))
        continue
      }
      const key = this.#readKey(pair)
      if (key === undefined) continue
      const node = pair.key as Node
      const other = first.get(key)
      if (other) this.faults.push({ kind: 'duplicate key', key, path: [...this.#path, key], node, first: other })
      else first.set(key, node)
      data[key] = this.#readAt(key, pair.value)
    }
    for (const source of merged) {
      for (const [key, value] of Object.entries(source as object)) if (!Object.hasOwn(data, key)) data[key] = value
    }
    return data
  }

  #readKey({ key, value }: Pair): string | undefined {
    const node = isAlias(key) ? this.#anchors.get(key.source)?.node : key
    if (isScalar(node)) {
      const text = keyText(node)
      if (node.type === 'PLAIN') {
        const { ambiguity } = readPlainScalar(node.source ?? '')
        if (ambiguity !== undefined) this.ambiguities.push({ node, ...ambiguity })
      }
      if (node.anchor !== undefined) this.#anchors.set(node.anchor, { node, content: { data: text, size: 1 } })
      this.hasUnderscores ||= text.includes('_')
      return text
    }
    const place = (node ?? value) as Node | null
    if (place) this.faults.push({ kind: 'bad key', node: place })
    return undefined
  }

  /** The mappings that a merge key names, in the order of their precedence. */
  #readMerge({ key, value }: Pair): object[] {
    const data = this.read(value)
    const sources: unknown[] = Array.isArray(data) ? data : [data]
    const isRight = (each: unknown) => typeof each === 'object' && each !== null && !Array.isArray(each)
    if (!sources.every(isRight)) this.faults.push({ kind: 'bad merge', node: key as Node })
    return sources.filter(isRight) as object[]
  }
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
export function keyText(key: { readonly type?: unknown; readonly source?: string; readonly value: unknown }): string {
  if (key.type !== 'PLAIN') return String(key.value ?? '')
  const source = key.source ?? ''
  const { value } = readPlainScalar(source)
  const isInexact = typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)
  return value === null || isInexact ? source : String(value)
}

/** Whether a key merges other mappings into its own. */
export function isMergeKey(key: unknown): boolean {
  return isScalar(key) && key.type === 'PLAIN' && key.source === '<<'
}
