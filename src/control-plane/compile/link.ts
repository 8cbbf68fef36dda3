import { addToHash, seedHash } from '../../fib/key-hash.ts'
import {
  action as actionFields,
  condition as conditionFields,
  conditionTest,
  movedLoneName,
  nameRow,
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
import { type Fragment, fragmentAction, fragmentHeader, fragmentPath, fragmentText, fragmentValue } from './fragment.ts'
import { HashTable } from './hash-table.ts'
import type { Pool } from './pool.ts'
import { refersTo } from './refers-to.ts'
import { SharedLists } from './shared-lists.ts'

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
  | 'exactPaths'
  | 'prefixNodes'
  | 'candidates'
  | 'exactValues'
  | 'conditions'
  | 'names'
  | 'routes'
  | 'actions'
  | 'actionClusters',
  Int32Array
>

/**
 * Puts fragments behind each other into the sections of a table: what counts from the start of a fragment counts from
 * the start of its section then, clusters are named by their rows, and texts, actions, names and lists of conditions that
 * several of them have become one.
 */
export class Linker {
  readonly #pool: Pool
  readonly #routes: Int32Array
  readonly #prefixNodes: Int32Array
  readonly #candidates: Int32Array
  readonly #exactPaths: HashTable
  readonly #exactValues: HashTable
  readonly #conditions: SharedLists
  readonly #actions: SharedLists
  readonly #actionClusters: SharedLists
  readonly #clusterRows: ReadonlyMap<string, number>
  readonly #names = new SharedTexts()
  /** How many words of each section are filled. */
  #filled = { routes: 0, prefixNodes: 0, candidates: 0 }

  // What the parts of the fragment at hand have become, by where they lie in it.
  #movedBy = new Int32Array(0)
  #offsetOfCondition = new Int32Array(0)
  #actionRows: number[] = []
  #nameRows: number[] = []

  /**
   * @param fragments all that will be added
   * @param clusterNames in the order of their rows
   */
  constructor(fragments: readonly Fragment[], clusterNames: readonly string[], pool: Pool) {
    this.#pool = pool
    this.#clusterRows = new Map(clusterNames.map((name, row) => [name, row]))
    const sum = (field: number) => fragments.reduce((words, fragment) => words + fragment[field]!, 0)
    this.#routes = new Int32Array(sum(fragmentHeader.routes))
    this.#prefixNodes = new Int32Array(sum(fragmentHeader.prefixNodes))
    this.#candidates = new Int32Array(sum(fragmentHeader.candidates))
    this.#exactPaths = new HashTable(sum(fragmentHeader.exactPaths) / fragmentPath.words, pathSlot.words)
    this.#exactValues = new HashTable(sum(fragmentHeader.exactValues) / fragmentValue.words, valueSlot.words)
    const conditions = sum(fragmentHeader.conditions)
    this.#conditions = new SharedLists(conditions / conditionFields.words, conditions)
    const actions = sum(fragmentHeader.actions)
    this.#actions = new SharedLists(actions / fragmentAction.clusters, actions)
    this.#actionClusters = new SharedLists(actions / fragmentAction.clusters, actions)
    // What has no name has this one.
    this.#names.rowOf(0, 0)
  }

  /** Adds the next fragment, which the routes of a virtual host have become. */
  add(fragment: Fragment, virtualHostRow: number): LinkedRow {
    const { routes: routeWords, prefixNodes: nodeBase, candidates: candidateBase } = this.#filled
    const firstRoute = routeWords / routeFields.words
    const base = { fragment, firstRoute, nodeBase, candidateBase }
    const clusterRows = this.#clusterRowsOf(fragment)
    this.#addTexts(fragment)
    let at: number = fragmentHeader.words + fragment[fragmentHeader.texts]! + fragment[fragmentHeader.clusterNames]!
    const next = (field: number) => {
      const from = at
      at += fragment[field]!
      return [from, at] as const
    }
    this.#actionRows = this.#addActions(fragment, clusterRows, ...next(fragmentHeader.actions))
    this.#nameRows = this.#addNames(fragment, ...next(fragmentHeader.names))
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
      actions: this.#actions.section(),
      actionClusters: this.#actionClusters.section(),
    }
  }

  /** The rows of the clusters that a fragment names. */
  #clusterRowsOf(fragment: Fragment): number[] {
    const rows: number[] = []
    const bytes = bytesOf(fragment)
    let from = fragment[fragmentHeader.textBytes]!
    const start = fragmentHeader.words + fragment[fragmentHeader.texts]!
    const end = start + fragment[fragmentHeader.clusterNames]!
    for (let at = start; at < end; at += fragmentText.words) {
      const length = fragment[at + fragmentText.bytes]!
      const name = decoder.decode(bytes.subarray(from, from + length))
      const row = this.#clusterRows.get(name)
      if (row === undefined) throw new Error(`a route names the cluster ${name}, which the RIB does not have`)
      rows.push(row)
      from += length
    }
    return rows
  }

  /** Adds the texts to the pool, and notes where each of their bytes lies there. */
  #addTexts(fragment: Fragment): void {
    const bytes = bytesOf(fragment)
    const textBytes = fragment[fragmentHeader.textBytes]!
    if (this.#movedBy.length < textBytes) this.#movedBy = new Int32Array(textBytes * 2)
    const end = fragmentHeader.words + fragment[fragmentHeader.texts]!
    let from = 0
    for (let at: number = fragmentHeader.words; at < end; at += fragmentText.words) {
      const length = fragment[at + fragmentText.bytes]!
      const offset = this.#pool.addBytes(bytes, from, length, fragment[at + fragmentText.hash]!)
      // What is built in is fast from its first call on.
      this.#movedBy.fill(offset - from, from, from + length)
      from += length
    }
  }

  #textAt(offset: number, bytes: number): number {
    return bytes === 0 ? 0 : offset + this.#movedBy[offset]!
  }

  #addActions(fragment: Fragment, clusterRows: readonly number[], from: number, end: number): number[] {
    const rows: number[] = []
    for (let at = from; at < end; ) {
      const blobBytes = fragment[at + fragmentAction.blobBytes]!
      const blob = this.#textAt(fragment[at + fragmentAction.blob]!, blobBytes)
      const clusters = at + fragmentAction.clusters
      at = clusters + fragment[at + fragmentAction.clusterCount]!
      for (let each = clusters; each < at; each++) this.#actionClusters.push(clusterRows[fragment[each]!]!)
      const list = clusters === at ? none : this.#actionClusters.endList()
      this.#actions.push(blob)
      this.#actions.push(blobBytes)
      this.#actions.push(list)
      rows.push(this.#actions.endList() / actionFields.words)
    }
    return rows
  }

  #addNames(fragment: Fragment, from: number, end: number): number[] {
    const rows: number[] = []
    for (let at = from; at < end; at += nameRow.words) {
      const bytes = fragment[at + nameRow.textBytes]!
      rows.push(this.#names.rowOf(this.#textAt(fragment[at + nameRow.text]!, bytes), bytes))
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
      this.#conditions.push((test & ((1 << conditionTest.nameShift) - 1)) | (name << conditionTest.nameShift))
      this.#conditions.push(isPort ? value : this.#textAt(value, bytes))
      this.#conditions.push(bytes)
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
    const bytes = bytesOf(fragment)
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
    const bytes = bytesOf(fragment)
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
  return name < none ? movedLoneName(name, firstRoute) : name + candidateBase
}

/** The bytes of its texts, and behind them those of the names of its clusters. */
function bytesOf(fragment: Fragment): Uint8Array {
  const bytes = fragment[fragmentHeader.textBytes]! + fragment[fragmentHeader.clusterNameBytes]!
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
    const row = this.words.length / nameRow.words
    if (bytes === 0) this.#emptyRow = row
    else this.#rows.set(offset, row)
    this.words.push(offset, bytes)
    return row
  }
}
