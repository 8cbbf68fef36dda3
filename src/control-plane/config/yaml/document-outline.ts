import { snakeCase } from './field-name.ts'
import type { FieldPath } from './field-path.ts'

/** A stretch of a text, in UTF-16 code units; `to` is exclusive. */
export type TextRange = readonly [from: number, to: number]

/** Where a path leads in a document. */
export interface FoundPlace {
  /** The node as `find` takes it for a root. */
  readonly node: number
  /** The key of the last step; absent for an item of a list and for the root. */
  readonly key?: TextRange
  /** The value; empty where the key has none. */
  readonly value: TextRange
  /** How many steps of the path exist. */
  readonly steps: number
}

/** The root of a document. */
export const rootNode = 0

const leaf = 0
const list = 1
const mapping = 2
/** An alias; what it stands for is in `targets`. */
const alias = 3

/** What is kept of a node: its range, the range of its key, the number of the node after it, and what it is. */
const width = 6

/**
 * Where everything in one document stands. Nodes have numbers, each before what is inside it. It is kept as long as the
 * resources of the document, so it is made of numbers: the nodes of a parser are some thirty times as large.
 */
export class DocumentOutline {
  readonly #cells: Int32Array
  readonly #keys: readonly (string | null | undefined)[]
  readonly #targets: ReadonlyMap<number, number>
  /** What is directly inside each node that was looked into: there may be much, and much may be asked. */
  readonly #insides = new Map<number, Inside>()

  constructor(
    cells: Int32Array,
    keys: readonly (string | null | undefined)[],
    targets: ReadonlyMap<number, number> = new Map(),
  ) {
    this.#cells = cells
    this.#keys = keys
    this.#targets = targets
  }

  /** Follows `path` from the node `root` as far as it exists, through aliases and merge keys; also by snake_case names. */
  find(root: number, path: FieldPath): FoundPlace {
    let node = root
    let steps = 0
    for (const step of path) {
      const next = this.#step(this.#resolved(node), step)
      if (next === undefined) break
      node = next
      steps++
    }
    const cell = node * width
    const hasKey = steps > 0 && typeof this.#keys[node] === 'string'
    return {
      node,
      steps,
      value: [this.#cells[cell]!, this.#cells[cell + 1]!],
      ...(hasKey && { key: [this.#cells[cell + 2]!, this.#cells[cell + 3]!] }),
    }
  }

  /** What it is made of, as its constructor takes it. */
  parts(): OutlineParts {
    return { cells: this.#cells, keys: this.#keys, targets: this.#targets }
  }

  /** The same outline, with its offsets put through `move`. */
  moved(move: (offset: number) => number): DocumentOutline {
    const cells = this.#cells.map((cell, index) => (index % width < 4 ? move(cell) : cell))
    return new DocumentOutline(cells, this.#keys, this.#targets)
  }

  /** Whether `inner` is `outer` or stands inside it, as it is written. */
  holds(outer: number, inner: number): boolean {
    return inner >= outer && inner < this.#after(outer)
  }

  #step(node: number, step: string | number): number | undefined {
    const kind = this.#kind(node)
    if (kind === list) return typeof step === 'number' ? this.#inside(node).items[step] : undefined
    if (kind !== mapping) return undefined
    const { named } = this.#inside(node)
    return named.get(String(step)) ?? named.get(snakeCase(String(step)))
  }

  #resolved(node: number): number {
    return this.#kind(node) === alias ? (this.#targets.get(node) ?? node) : node
  }

  #inside(node: number): Inside {
    const known = this.#insides.get(node)
    if (known) return known
    const items: number[] = []
    const named = new Map<string, number>()
    const merged: number[] = []
    for (let each = node + 1; each < this.#after(node); each = this.#after(each)) {
      const key = this.#keys[each]
      if (key === undefined) items.push(each)
      else if (key === null) merged.push(this.#resolved(each))
      else named.set(key, each)
    }
    const sources = merged.flatMap(each => (this.#kind(each) === list ? this.#inside(each).items : each))
    for (const source of sources) {
      for (const [key, each] of this.#inside(this.#resolved(source)).named) if (!named.has(key)) named.set(key, each)
    }
    const inside = { items, named }
    this.#insides.set(node, inside)
    return inside
  }

  #after(node: number): number {
    return this.#cells[node * width + 4]!
  }

  #kind(node: number): number {
    return this.#cells[node * width + 5]!
  }
}

export interface OutlineParts {
  readonly cells: Int32Array
  readonly keys: readonly (string | null | undefined)[]
  readonly targets: ReadonlyMap<number, number>
}

interface Inside {
  /** What has no key. */
  readonly items: readonly number[]
  /** The value of each key: the last of several equal ones, or what a merge key brings in. */
  readonly named: ReadonlyMap<string, number>
}

/** Writes an outline while a document is read, node by node in the order of the text. */
export class OutlineWriter {
  #cells = new Int32Array(64 * width)
  readonly #keys: (string | null | undefined)[] = []
  readonly #targets = new Map<number, number>()
  #key: string | null | undefined
  #keyFrom = 0
  #keyTo = 0

  /** The number of the node that comes next. */
  get next(): number {
    return this.#keys.length
  }

  /** The node that comes next is the value of a key; of a merge key, where `key` is null. */
  key(key: string | null, from: number, to: number): void {
    this.#key = key
    this.#keyFrom = from
    this.#keyTo = to
  }

  leaf(from: number, to: number): number {
    return this.#add(leaf, from, to)
  }

  /** @param target the number of what it stands for */
  alias(from: number, to: number, target: number): number {
    const node = this.#add(alias, from, to)
    this.#targets.set(node, target)
    return node
  }

  /** Begins a list or mapping; what is added until it is closed stands inside it. */
  open(kind: 'list' | 'mapping', from: number): number {
    return this.#add(kind === 'list' ? list : mapping, from, from)
  }

  close(node: number, to: number): void {
    this.#cells[node * width + 1] = to
    this.#cells[node * width + 4] = this.#keys.length
  }

  /** Where the last node that was closed or needs no closing ends; its key's end where the value is empty. */
  endOf(node: number): number {
    return Math.max(this.#cells[node * width + 1]!, this.#cells[node * width + 3]!)
  }

  finish(): DocumentOutline {
    return new DocumentOutline(this.#cells.slice(0, this.#keys.length * width), this.#keys, this.#targets)
  }

  #add(kind: number, from: number, to: number): number {
    const node = this.#keys.length
    const cell = node * width
    if (cell === this.#cells.length) {
      const larger = new Int32Array(cell * 2)
      larger.set(this.#cells)
      this.#cells = larger
    }
    this.#cells[cell] = from
    this.#cells[cell + 1] = to
    this.#cells[cell + 2] = this.#keyFrom
    this.#cells[cell + 3] = this.#keyTo
    this.#cells[cell + 4] = node + 1
    this.#cells[cell + 5] = kind
    this.#keys.push(this.#key)
    this.#key = undefined
    this.#keyFrom = 0
    this.#keyTo = 0
    return node
  }
}
