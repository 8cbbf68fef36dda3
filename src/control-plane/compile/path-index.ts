import { addToHash, seedHash } from '../../fib/key-hash.ts'
import { none, pathSlot } from '../../fib/layout.ts'
import { foldCase } from '../../fib/normalize.ts'
import type { Route } from '../ir/rib.ts'
import { layOutHashTable, type Slot } from './hash-table.ts'
import type { Pool } from './pool.ts'
import { layOutPrefixTree, type PrefixEntry } from './prefix-tree.ts'

/** The routes of one virtual host, sorted by how their paths are looked up; each list holds ascending rows. */
interface RoutesByPath {
  readonly exact: Map<string, number[]>
  readonly foldedExact: Map<string, number[]>
  readonly prefixes: Map<string, number[]>
  readonly foldedPrefixes: Map<string, number[]>
  readonly regexes: number[]
  readonly anyPath: number[]
}

/** Collects the paths of all virtual hosts into the sections that the matcher searches. */
export class PathIndex {
  readonly #pool: Pool
  readonly #exactSlots: Slot[] = []
  readonly #prefixNodes: number[] = []
  readonly #candidates: number[] = []

  constructor(pool: Pool) {
    this.#pool = pool
  }

  /** Adds a virtual host; returns the path fields of its row, in the order of `virtualHost` in the layout. */
  add(row: number, firstRoute: number, routes: readonly Route[]): number[] {
    const sorted = sortByPath(firstRoute, routes)
    this.#addExact(row, 0, sorted.exact)
    this.#addExact(row, 1, sorted.foldedExact)
    return [
      this.#addPrefixes(sorted.prefixes),
      this.#addPrefixes(sorted.foldedPrefixes),
      this.#addCandidates(sorted.regexes),
      this.#addCandidates(sorted.anyPath),
      sorted.exact.size > 0 ? 1 : 0,
      sorted.foldedExact.size > 0 ? 1 : 0,
    ]
  }

  sections(): { exactPaths: Int32Array; prefixNodes: Int32Array; candidates: Int32Array } {
    return {
      exactPaths: layOutHashTable(this.#exactSlots, pathSlot.words),
      prefixNodes: Int32Array.from(this.#prefixNodes),
      candidates: Int32Array.from(this.#candidates),
    }
  }

  #addExact(virtualHostRow: number, isFolded: 0 | 1, rowsByPath: ReadonlyMap<string, readonly number[]>): void {
    for (const [path, rows] of rowsByPath) {
      const key = this.#pool.add(path)
      let hash = seedHash(virtualHostRow * 2 + isFolded)
      for (const byte of this.#pool.read(key)) hash = addToHash(hash, byte)
      const words = new Array<number>(pathSlot.words)
      words[pathSlot.candidates] = this.#addCandidates(rows)
      words[pathSlot.virtualHost] = virtualHostRow
      words[pathSlot.isFolded] = isFolded
      words[pathSlot.key] = key.offset
      words[pathSlot.keyBytes] = key.bytes
      this.#exactSlots.push({ hash, words })
    }
  }

  #addPrefixes(rowsByPrefix: ReadonlyMap<string, readonly number[]>): number {
    if (rowsByPrefix.size === 0) return none
    const entries: PrefixEntry[] = []
    for (const [prefix, rows] of rowsByPrefix) {
      entries.push({ prefix: this.#pool.add(prefix), candidates: this.#addCandidates(rows) })
    }
    return layOutPrefixTree(entries, this.#pool, this.#prefixNodes)
  }

  #addCandidates(rows: readonly number[]): number {
    if (rows.length === 0) return none
    const offset = this.#candidates.length
    this.#candidates.push(rows.length)
    for (const row of rows) this.#candidates.push(row)
    return offset
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
    if (!path) {
      sorted.anyPath.push(row)
    } else if (path.kind === 'regex') {
      sorted.regexes.push(row)
    } else {
      const [exact, prefixes] = path.ignoresCase
        ? [sorted.foldedExact, sorted.foldedPrefixes]
        : [sorted.exact, sorted.prefixes]
      appendRow(path.kind === 'exact' ? exact : prefixes, path.ignoresCase ? foldCase(path.value) : path.value, row)
    }
  }
  return sorted
}

function appendRow(rowsByKey: Map<string, number[]>, key: string, row: number): void {
  const rows = rowsByKey.get(key)
  if (rows) rows.push(row)
  else rowsByKey.set(key, [row])
}
