import { addToHash, seedHash } from '../../fib/key-hash.ts'
import { hostShape, none, pathOwner, pathSlot, rarePaths, valueSlot } from '../../fib/layout.ts'
import { foldCase } from '../../fib/normalize.ts'
import type { Route } from '../ir/rib.ts'
import { appendCandidate, type Candidate, CandidateLists } from './candidate-lists.ts'
import type { ConditionLists } from './condition-lists.ts'
import { layOutHashTable, type Slot } from './hash-table.ts'
import type { Pool } from './pool.ts'
import { layOutPrefixTree, type PrefixEntry } from './prefix-tree.ts'

/** The routes of one virtual host, sorted by how their paths are looked up; each list holds ascending rows. */
interface RoutesByPath {
  readonly exact: Map<string, Candidate[]>
  readonly foldedExact: Map<string, Candidate[]>
  readonly prefixes: Map<string, Candidate[]>
  readonly foldedPrefixes: Map<string, Candidate[]>
  readonly regexes: number[]
  readonly anyPath: Candidate[]
}

/** What the row of a virtual host says of its paths, as the layout has it. */
export interface PathFields {
  readonly prefixes: number
  readonly anyPath: number
  readonly rare: number
  /** The bits of `hostShape`. */
  readonly keys: number
}

/** Collects the paths of all virtual hosts into the sections that the matcher searches. */
export class PathIndex {
  readonly #pool: Pool
  readonly #exactSlots: Slot[] = []
  readonly #prefixNodes: number[] = []
  readonly #candidates: CandidateLists

  constructor(pool: Pool, conditions: ConditionLists) {
    this.#pool = pool
    this.#candidates = new CandidateLists(pool, conditions, this.#prefixNodes)
  }

  /** Adds a virtual host; returns what its row says of its paths. */
  add(row: number, firstRoute: number, routes: readonly Route[]): PathFields {
    const sorted = sortByPath(firstRoute, routes)
    this.#addExact(row, 0, sorted.exact)
    this.#addExact(row, 1, sorted.foldedExact)
    const prefixes = this.#addPrefixes(sorted.prefixes)
    const rare = new Array<number>(rarePaths.words)
    rare[rarePaths.foldedPrefixes] = this.#addPrefixes(sorted.foldedPrefixes)
    rare[rarePaths.regexes] = this.#candidates.addList(sorted.regexes)
    return {
      prefixes,
      anyPath: this.#candidates.add(sorted.anyPath),
      rare: rare.every(each => each === none) ? none : this.#candidates.addWords(rare),
      keys:
        (sorted.exact.size > 0 ? hostShape.hasExact : 0) | (sorted.foldedExact.size > 0 ? hostShape.hasFoldedExact : 0),
    }
  }

  sections(): Record<'exactPaths' | 'prefixNodes' | 'candidates' | 'exactValues', Int32Array> {
    const { candidates, values } = this.#candidates.sections()
    return {
      exactPaths: layOutHashTable(this.#exactSlots, pathSlot.words),
      prefixNodes: Int32Array.from(this.#prefixNodes),
      candidates,
      exactValues: layOutHashTable(values, valueSlot.words),
    }
  }

  #addExact(virtualHostRow: number, isFolded: 0 | 1, rowsByPath: ReadonlyMap<string, readonly Candidate[]>): void {
    for (const [path, rows] of rowsByPath) {
      const key = this.#pool.add(path)
      let hash = seedHash(pathOwner(virtualHostRow, isFolded))
      for (const byte of this.#pool.read(key)) hash = addToHash(hash, byte)
      const words = new Array<number>(pathSlot.words)
      words[pathSlot.candidates] = this.#candidates.add(rows)
      words[pathSlot.owner] = pathOwner(virtualHostRow, isFolded)
      words[pathSlot.key] = key.offset
      words[pathSlot.keyBytes] = key.bytes
      this.#exactSlots.push({ hash, words })
    }
  }

  #addPrefixes(rowsByPrefix: ReadonlyMap<string, readonly Candidate[]>): number {
    if (rowsByPrefix.size === 0) return none
    const entries: PrefixEntry[] = []
    for (const [prefix, rows] of rowsByPrefix) {
      entries.push({ prefix: this.#pool.add(prefix), candidates: this.#candidates.add(rows) })
    }
    return layOutPrefixTree(entries, this.#pool, this.#prefixNodes)
  }
}

function sortByPath(firstRoute: number, routes: readonly Route[]): RoutesByPath {
  const sorted: RoutesByPath = {
    exact: new Map(),
    foldedExact: new Map(),
    prefixes: new Map(),
    foldedPrefixes: new Map(),
    regexes: [],
    anyPath: [],
  }
  for (const [index, { match }] of routes.entries()) {
    const row = firstRoute + index
    const { path } = match
    const candidate = { row, conditions: match.conditions }
    if (!path) {
      sorted.anyPath.push(candidate)
    } else if (path.kind === 'regex') {
      sorted.regexes.push(row)
    } else {
      const [exact, prefixes] = path.ignoresCase
        ? [sorted.foldedExact, sorted.foldedPrefixes]
        : [sorted.exact, sorted.prefixes]
      const key = path.ignoresCase ? foldCase(path.value) : path.value
      appendCandidate(path.kind === 'exact' ? exact : prefixes, key, candidate)
    }
  }
  return sorted
}
