import { addToHash, homeSlot, seedHash } from '../../fib/key-hash.ts'
import {
  blob,
  condition as conditionFields,
  conditionTest,
  loneRow,
  nodeChild,
  node as nodeFields,
  none,
  pathOwner,
  pathShape,
  pathSlot,
  route as routeFields,
  subjectNumber,
  valueOwner,
  valueSlot,
} from '../../fib/layout.ts'
import { type Fragment, fragmentHeader, fragmentPath, fragmentText, fragmentValue } from './fragment.ts'
import { HashTable } from './hash-table.ts'
import type { Pool } from './pool.ts'
import { refersTo } from './refers-to.ts'

/** What the row of a virtual host says of its fragment. */
export interface LinkedRow {
  readonly firstRoute: number
  readonly prefixes: number
  readonly anyPath: number
  readonly rare: number
  readonly keys: number
}

/** The sections that fragments fill. */
export type LinkedSections = Record<
  'exactPaths' | 'prefixNodes' | 'candidates' | 'exactValues' | 'conditions' | 'names' | 'routes' | 'actions',
  Int32Array
>

/**
 * Puts fragments behind each other into the sections of a table: what counts from the start of a fragment counts from
 * the start of its section then, and texts, actions, names and lists of conditions that several of them have become one.
 */
export class Linker {
  readonly #pool: Pool
  readonly #routes: Int32Array
  readonly #prefixNodes: Int32Array
  readonly #candidates: Int32Array
  readonly #exactPaths: HashTable
  readonly #exactValues: HashTable
  readonly #conditions: SharedConditions
  readonly #actions = new SharedTexts()
  readonly #names = new SharedTexts()
  /** How many words of each section are filled. */
  #filled = { routes: 0, prefixNodes: 0, candidates: 0 }

  // What the parts of the fragment at hand have become, by where they lie in it.
  #offsetOfByte = new Int32Array(0)
  #offsetOfCondition = new Int32Array(0)
  #actionRows: number[] = []
  #nameRows: number[] = []

  /** @param fragments all that will be added */
  constructor(fragments: readonly Fragment[], pool: Pool) {
    this.#pool = pool
    const sum = (field: number) => fragments.reduce((words, fragment) => words + fragment[field]!, 0)
    this.#routes = new Int32Array(sum(fragmentHeader.routes))
    this.#prefixNodes = new Int32Array(sum(fragmentHeader.prefixNodes))
    this.#candidates = new Int32Array(sum(fragmentHeader.candidates))
    this.#exactPaths = new HashTable(sum(fragmentHeader.exactPaths) / fragmentPath.words, pathSlot.words)
    this.#exactValues = new HashTable(sum(fragmentHeader.exactValues) / fragmentValue.words, valueSlot.words)
    this.#conditions = new SharedConditions(sum(fragmentHeader.conditions))
    // What has no name has this one.
    this.#names.rowOf(0, 0)
  }

  /** Adds the next fragment, which the routes of a virtual host have become. */
  add(fragment: Fragment, virtualHostRow: number): LinkedRow {
    const { routes: routeWords, prefixNodes: nodeBase, candidates: candidateBase } = this.#filled
    const firstRoute = routeWords / routeFields.words
    const base = { fragment, firstRoute, nodeBase, candidateBase }
    let at = this.#addTexts(fragment)
    const next = (field: number) => {
      const from = at
      at += fragment[field]!
      return [from, at] as const
    }
    this.#actionRows = this.#addBlobs(fragment, this.#actions, ...next(fragmentHeader.actions))
    this.#nameRows = this.#addBlobs(fragment, this.#names, ...next(fragmentHeader.names))
    this.#addConditions(fragment, ...next(fragmentHeader.conditions))
    this.#addRoutes(fragment, ...next(fragmentHeader.routes))
    this.#addNodes(base, ...next(fragmentHeader.prefixNodes))
    this.#addCandidates(base, ...next(fragmentHeader.candidates))
    at += fragment[fragmentHeader.candidates]!
    this.#addPaths(base, virtualHostRow, ...next(fragmentHeader.exactPaths))
    this.#addValues(base, ...next(fragmentHeader.exactValues))
    return {
      firstRoute,
      prefixes: moved(fragment[fragmentHeader.prefixes]!, nodeBase),
      anyPath: movedCandidates(fragment[fragmentHeader.anyPath]!, base),
      rare: moved(fragment[fragmentHeader.rare]!, candidateBase),
      keys: fragment[fragmentHeader.keys]!,
    }
  }

  sections(): LinkedSections {
    return {
      exactPaths: this.#exactPaths.words,
      prefixNodes: this.#prefixNodes,
      candidates: this.#candidates,
      exactValues: this.#exactValues.words,
      conditions: this.#conditions.section(),
      names: Int32Array.from(this.#names.words),
      routes: this.#routes,
      actions: Int32Array.from(this.#actions.words),
    }
  }

  /** Adds the texts to the pool, and notes where each of their bytes lies there; returns where the next section begins. */
  #addTexts(fragment: Fragment): number {
    const bytes = textBytesOf(fragment)
    if (this.#offsetOfByte.length < bytes.length) this.#offsetOfByte = new Int32Array(bytes.length * 2)
    const end = fragmentHeader.words + fragment[fragmentHeader.texts]!
    let from = 0
    for (let at: number = fragmentHeader.words; at < end; at += fragmentText.words) {
      const length = fragment[at + fragmentText.bytes]!
      const offset = this.#pool.addBytes(bytes, from, length, fragment[at + fragmentText.hash]!)
      for (let byte = 0; byte < length; byte++) this.#offsetOfByte[from + byte] = offset + byte
      from += length
    }
    return end
  }

  #textAt(offset: number, bytes: number): number {
    return bytes === 0 ? 0 : this.#offsetOfByte[offset]!
  }

  #addBlobs(fragment: Fragment, shared: SharedTexts, from: number, end: number): number[] {
    const rows: number[] = []
    for (let at = from; at < end; at += blob.words) {
      const bytes = fragment[at + blob.bytes]!
      rows.push(shared.rowOf(this.#textAt(fragment[at + blob.offset]!, bytes), bytes))
    }
    return rows
  }

  #addConditions(fragment: Fragment, from: number, end: number): void {
    if (this.#offsetOfCondition.length < end - from) this.#offsetOfCondition = new Int32Array((end - from) * 2)
    let list = from
    for (let at = from; at < end; at += conditionFields.words) {
      const test = fragment[at + conditionFields.test]!
      const value = fragment[at + conditionFields.value]!
      const bytes = fragment[at + conditionFields.valueBytes]!
      const isPort = (test & conditionTest.subjectMask) === subjectNumber.port
      const name = this.#nameRows[test >> conditionTest.nameShift]!
      this.#conditions.push(
        (test & ((1 << conditionTest.nameShift) - 1)) | (name << conditionTest.nameShift),
        isPort ? value : this.#textAt(value, bytes),
        bytes,
      )
      if (!(test & conditionTest.last)) continue
      this.#offsetOfCondition[list - from] = this.#conditions.endList()
      list = at + conditionFields.words
    }
  }

  #addRoutes(fragment: Fragment, from: number, end: number): void {
    const routes = this.#routes
    let to = this.#filled.routes
    for (let at = from; at < end; at += routeFields.words, to += routeFields.words) {
      const shape = fragment[at + routeFields.pathShape]!
      const conditions = fragment[at + routeFields.conditions]!
      const nameBytes = fragment[at + routeFields.nameBytes]!
      routes[to + routeFields.action] = this.#actionRows[fragment[at + routeFields.action]!]!
      routes[to + routeFields.path] = this.#textAt(fragment[at + routeFields.path]!, shape >> pathBytesShift)
      routes[to + routeFields.pathShape] = shape
      routes[to + routeFields.conditions] = conditions === none ? none : this.#offsetOfCondition[conditions]!
      routes[to + routeFields.name] = this.#textAt(fragment[at + routeFields.name]!, nameBytes)
      routes[to + routeFields.nameBytes] = nameBytes
    }
    this.#filled.routes = to
  }

  #addNodes(base: Base, from: number, end: number): void {
    const { fragment, nodeBase } = base
    const nodes = this.#prefixNodes
    let to = nodeBase
    let at = from
    while (at < end) {
      const labelBytes = fragment[at + nodeFields.labelBytes]!
      const childCount = fragment[at + nodeFields.childCount]!
      nodes[to + nodeFields.label] = this.#textAt(fragment[at + nodeFields.label]!, labelBytes)
      nodes[to + nodeFields.labelBytes] = labelBytes
      nodes[to + nodeFields.candidates] = movedCandidates(fragment[at + nodeFields.candidates]!, base)
      nodes[to + nodeFields.childCount] = childCount
      at += nodeFields.children
      to += nodeFields.children
      for (let child = 0; child < childCount; child++, at += nodeChild.words, to += nodeChild.words) {
        nodes[to + nodeChild.firstByte] = fragment[at + nodeChild.firstByte]!
        nodes[to + nodeChild.offset] = fragment[at + nodeChild.offset]! + nodeBase
      }
    }
    this.#filled.prefixNodes = to
  }

  #addCandidates(base: Base, from: number, end: number): void {
    const { fragment, candidateBase } = base
    for (let at = from; at < end; at++) {
      this.#candidates[candidateBase + at - from] = this.#linked(fragment[at]!, fragment[at + end - from]!, base)
    }
    this.#filled.candidates = candidateBase + end - from
  }

  #linked(word: number, kind: number, base: Base): number {
    if (kind === refersTo.nothing || word === none) return word
    switch (kind) {
      case refersTo.row:
        return word + base.firstRoute
      case refersTo.candidates:
        return movedCandidates(word, base)
      case refersTo.place:
        return word + base.candidateBase
      case refersTo.node:
        return word + base.nodeBase
      case refersTo.condition:
        return this.#offsetOfCondition[word]!
      default:
        return this.#nameRows[word]!
    }
  }

  #addPaths(base: Base, virtualHostRow: number, from: number, end: number): void {
    const { fragment } = base
    const { words } = this.#exactPaths
    const bytes = textBytesOf(fragment)
    for (let at = from; at < end; at += fragmentPath.words) {
      const owner = pathOwner(virtualHostRow, fragment[at + fragmentPath.isFolded]! as 0 | 1)
      const path = fragment[at + fragmentPath.path]!
      const pathBytes = fragment[at + fragmentPath.pathBytes]!
      let hash = seedHash(owner)
      for (let byte = path; byte < path + pathBytes; byte++) hash = addToHash(hash, bytes[byte]!)
      const slot = this.#exactPaths.place(hash)
      words[slot + pathSlot.candidates] = movedCandidates(fragment[at + fragmentPath.candidates]!, base)
      words[slot + pathSlot.owner] = owner
      words[slot + pathSlot.key] = this.#textAt(path, pathBytes)
      words[slot + pathSlot.keyBytes] = pathBytes
    }
  }

  #addValues(base: Base, from: number, end: number): void {
    const { fragment } = base
    const { words } = this.#exactValues
    const bytes = textBytesOf(fragment)
    for (let at = from; at < end; at += fragmentValue.words) {
      const split = fragment[at + fragmentValue.split]! + base.candidateBase
      const value = fragment[at + fragmentValue.value]!
      const valueBytes = fragment[at + fragmentValue.valueBytes]!
      const slot = this.#exactValues.place(hashUnits(bytes, value, valueBytes, seedHash(split)))
      words[slot + valueSlot.candidates] = movedCandidates(fragment[at + fragmentValue.candidates]!, base)
      words[slot + valueSlot.owner] = valueOwner(split, valueBytes)
      words[slot + valueSlot.key] = this.#textAt(value, valueBytes)
    }
  }
}

/** A fragment, and where its sections begin in those of the table. */
interface Base {
  readonly fragment: Fragment
  readonly firstRoute: number
  readonly nodeBase: number
  readonly candidateBase: number
}

const pathBytesShift = pathShape.bytesShift

function moved(offset: number, base: number): number {
  return offset === none ? none : offset + base
}

/** What names candidates: `none`, a row by itself, or an offset. */
function movedCandidates(name: number, { firstRoute, candidateBase }: Base): number {
  if (name === none) return none
  return name <= loneRow ? name - firstRoute : name + candidateBase
}

function textBytesOf(fragment: Fragment): Uint8Array {
  const bytes = fragment[fragmentHeader.textBytes]!
  return new Uint8Array(fragment.buffer, fragment.byteOffset + fragment.byteLength - Math.ceil(bytes / 4) * 4, bytes)
}

const decoder = new TextDecoder()

/** Over the units that the matcher meets, not over bytes: values need not be ASCII. */
function hashUnits(bytes: Uint8Array, from: number, length: number, seed: number): number {
  let hash = seed
  for (let at = from; at < from + length; at++) {
    if (bytes[at]! >= 0x80) return hashUnitsOf(decoder.decode(bytes.subarray(from, from + length)), seed)
    hash = addToHash(hash, bytes[at]!)
  }
  return hash
}

function hashUnitsOf(text: string, seed: number): number {
  let hash = seed
  for (let at = 0; at < text.length; at++) hash = addToHash(hash, text.charCodeAt(at))
  return hash
}

/** The rows of texts in a section, each once: their places in the pool. */
class SharedTexts {
  readonly words: number[] = []
  /** By their offset in the pool, where equal texts are one. */
  readonly #rows = new Map<number, number>()
  #emptyRow: number = none

  rowOf(offset: number, bytes: number): number {
    const known = bytes === 0 ? this.#emptyRow : (this.#rows.get(offset) ?? none)
    if (known !== none) return known
    const row = this.words.length / blob.words
    if (bytes === 0) this.#emptyRow = row
    else this.#rows.set(offset, row)
    this.words.push(offset, bytes)
    return row
  }
}

/** The section `conditions`: equal lists are one. */
class SharedConditions {
  readonly #words: Int32Array
  /** A hash table of the lists: their offset and one more; 0 where a slot is free. */
  readonly #slots: Int32Array
  #list = 0
  #used = 0

  /** @param words of all lists, before equal ones are one */
  constructor(words: number) {
    this.#words = new Int32Array(words)
    this.#slots = new Int32Array((words / conditionFields.words) * 2)
  }

  push(test: number, value: number, valueBytes: number): void {
    this.#words[this.#used + conditionFields.test] = test
    this.#words[this.#used + conditionFields.value] = value
    this.#words[this.#used + conditionFields.valueBytes] = valueBytes
    this.#used += conditionFields.words
  }

  /** Ends the list of what was pushed since the last one; returns its offset. */
  endList(): number {
    const length = this.#used - this.#list
    let hash = seedHash(length)
    for (let at = this.#list; at < this.#used; at++) hash = addToHash(hash, this.#words[at]!)
    let slot = homeSlot(hash, this.#slots.length)
    for (; this.#slots[slot] !== 0; slot = slot + 1 === this.#slots.length ? 0 : slot + 1) {
      const known = this.#slots[slot]! - 1
      if (!this.#isAt(known, length)) continue
      this.#used = this.#list
      return known
    }
    this.#slots[slot] = this.#list + 1
    const list = this.#list
    this.#list = this.#used
    return list
  }

  section(): Int32Array {
    return this.#words.slice(0, this.#used)
  }

  /** Whether the list at an offset is the one that ends. */
  #isAt(offset: number, length: number): boolean {
    for (let at = 0; at < length; at++) if (this.#words[offset + at] !== this.#words[this.#list + at]) return false
    return true
  }
}
