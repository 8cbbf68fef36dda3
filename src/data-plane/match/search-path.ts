import { subjects } from '../../fib/condition.ts'
import {
  candidateList,
  hostShape,
  node,
  none,
  type RouteRow,
  rarePaths,
  route,
  rowOfLone,
  split,
  splitGroup,
  splitMark,
  type VirtualHostRow,
  virtualHost,
} from '../../fib/layout.ts'
import { foldCase } from '../../fib/normalize.ts'
import { isTestedAsSet } from '../../fib/pattern.ts'
import type { RequestHead } from '../../fib/request-head.ts'
import type { TableView } from '../../fib/view.ts'
import { conditionsHold } from './conditions-hold.ts'
import { behind, behindLabel, findChild, findExact, findValue } from './find-route.ts'

/** One look at the table, in the order of the search. */
export interface SearchStep {
  /** How many splits it lies below. */
  readonly depth: number
  /** Where it looks: `exact path`, `prefix`, `any path`, `regex`; below a split `value`, `value prefix`, `group`, `rest`. */
  readonly place: string
  /** What it looks for there, where that is a text. */
  readonly text?: string
  readonly found: SearchResult
}

/** What names candidates. Rows are those of the section `routes`; the smallest that matches wins. */
export type SearchResult =
  | { readonly kind: 'nothing' }
  /** What stands there cannot be smaller than what was found before. */
  | { readonly kind: 'too late'; readonly firstRow: number }
  | { readonly kind: 'rows'; readonly count: number; readonly tested: readonly number[]; readonly match?: number }
  /** The candidates are split by a value of the request; absent where only groups split them. */
  | { readonly kind: 'split'; readonly firstRow: number; readonly by?: string; readonly values: readonly string[] }
  /** The condition that a group shares. */
  | { readonly kind: 'condition not met' }

export interface SearchPath {
  readonly steps: readonly SearchStep[]
  readonly match: RouteRow | typeof none
}

/**
 * The way of a search through a virtual host: what `findRoute` looks at, in its order, and what it finds there. It is
 * for people; `findRoute` is what serves.
 */
export function searchPath(table: TableView, row: VirtualHostRow, head: RequestHead): SearchPath {
  const search = new Search(table, head)
  search.virtualHost(row)
  return { steps: search.steps, match: search.best === noRoute ? none : (search.best as RouteRow) }
}

const noRoute = 0x7fffffff

class Search {
  readonly steps: SearchStep[] = []
  best = noRoute
  readonly #table: TableView
  readonly #head: RequestHead
  #depth = 0
  /** As in `findRoute`: what bounds a search in a damaged table. */
  #splitsLeft: number

  constructor(table: TableView, head: RequestHead) {
    this.#table = table
    this.#head = head
    this.#splitsLeft = table.candidates.length / split.words
  }

  virtualHost(row: VirtualHostRow): void {
    const { virtualHosts } = this.#table
    const at = row * virtualHost.words
    const { path } = this.#head
    const shape = virtualHosts[at + virtualHost.shape]!
    if (shape & hostShape.hasExact) this.#look('exact path', findExact(this.#table, row, 0, path), path)
    this.#walk('prefix', virtualHosts[at + virtualHost.prefixes]!, path)
    const folded = foldCase(path)
    if (shape & hostShape.hasFoldedExact) {
      this.#look('exact path, any case', findExact(this.#table, row, 1, folded), folded)
    }
    this.#look('any path', virtualHosts[at + virtualHost.anyPath]!)
    const rare = virtualHosts[at + virtualHost.rare]!
    if (rare === none) return
    this.#walk('prefix, any case', this.#table.candidates[rare + rarePaths.foldedPrefixes]!, folded)
    const regexes = this.#table.candidates[rare + rarePaths.regexes]!
    this.#alongTree(regexes, path, (list, beginning) => this.#regexes(list, beginning))
  }

  #step(place: string, text: string | undefined, found: SearchResult): void {
    this.steps.push({ depth: this.#depth, place, ...(text !== undefined && { text }), found })
  }

  /** Looks at what names candidates. */
  #look(place: string, candidates: number, text?: string): void {
    const words = this.#table.candidates
    if (candidates === none) this.#step(place, text, { kind: 'nothing' })
    else if (candidates < none) this.#rows(place, text, [rowOfLone(candidates)])
    else if (words[candidates + candidateList.count] === splitMark) this.#split(place, text, candidates)
    else {
      const first = candidates + candidateList.rows
      this.#rows(place, text, [...words.subarray(first, first + words[candidates + candidateList.count]!)])
    }
  }

  #rows(place: string, text: string | undefined, rows: readonly number[]): void {
    const [firstRow = noRoute] = rows
    if (firstRow >= this.best) {
      this.#step(place, text, { kind: 'too late', firstRow })
      return
    }
    const { routes } = this.#table
    const tested: number[] = []
    let match: number | undefined
    for (const row of rows) {
      if (row >= this.best) break
      tested.push(row)
      if (!conditionsHold(this.#table, routes[row * route.words + route.conditions]!, this.#head)) continue
      match = row
      this.best = row
      break
    }
    this.#step(place, text, { kind: 'rows', count: rows.length, tested, ...(match !== undefined && { match }) })
  }

  #split(place: string, text: string | undefined, at: number): void {
    const { candidates } = this.#table
    const firstRow = candidates[at + split.firstRow]!
    if (firstRow >= this.best || --this.#splitsLeft < 0) {
      this.#step(place, text, { kind: 'too late', firstRow })
      return
    }
    const { by, values } = this.#valuesFor(at)
    this.#step(place, text, { kind: 'split', firstRow, values, ...(by !== undefined && { by }) })
    this.#depth++
    for (const value of values) {
      this.#look('value', behind(at, findValue(this.#table, at, value)), value)
      this.#walk('value prefix', candidates[at + split.prefixes]!, value, at)
    }
    this.#groups(at)
    this.#look('rest', behind(at, candidates[at + split.rest]!))
    this.#depth--
  }

  /** What splits the candidates, and what the request has there. */
  #valuesFor(at: number): { readonly by?: string; readonly values: readonly string[] } {
    const { candidates } = this.#table
    const subject = Object.values(subjects).find(({ number }) => number === candidates[at + split.subject])
    if (subject === undefined) return { values: [] }
    const name = subject.isNamed ? this.#table.nameAt(candidates[at + split.name]!) : ''
    const by = subject.isNamed ? `${subject.title} ${name}` : subject.title
    return { by, values: subject.valuesIn(this.#head, name) }
  }

  #groups(at: number): void {
    const { candidates } = this.#table
    const groups = candidates[at + split.groups]!
    if (groups === none) return
    const end = Math.min(groups + 1 + candidates[groups]! * splitGroup.words, candidates.length)
    for (let group = groups + 1; group < end; group += splitGroup.words) {
      if (conditionsHold(this.#table, candidates[group + splitGroup.condition]!, this.#head)) {
        this.#look('group', behind(at, candidates[group + splitGroup.candidates]!))
      } else this.#step('group', undefined, { kind: 'condition not met' })
    }
  }

  /** Goes down a tree along `text`; of the nodes, those that hold rules are steps. */
  #walk(place: string, root: number, text: string, parent: number = none): void {
    this.#alongTree(root, text, (candidates, beginning) => {
      const own = behind(parent, candidates)
      if (own !== none) this.#look(place, own, beginning)
    })
  }

  /** Calls `look` with what names the candidates of each node on the way, where it has some. */
  #alongTree(root: number, text: string, look: (candidates: number, beginning: string) => void): void {
    const { prefixNodes } = this.#table
    let consumed = 0
    for (let at = root; at !== none; at = findChild(prefixNodes, at, text.charCodeAt(consumed))) {
      consumed = behindLabel(this.#table, at, root, text, consumed)
      if (consumed === none) break
      const candidates = prefixNodes[at + node.candidates]!
      if (candidates !== none) look(candidates, text.slice(0, consumed))
      if (consumed === text.length) break
    }
  }

  #regexes(list: number, beginning: string): void {
    const rows = this.#rowsIn(list)
    const count = rows.length
    const how = isTestedAsSet(count) ? 'regexes, as a set' : count === 1 ? 'regex' : 'regexes, one by one'
    const matching = rows.filter(row => row < this.best && this.#table.patternOf(row).matches(this.#head.path))
    if (rows[0]! >= this.best) this.#step(how, beginning, { kind: 'too late', firstRow: rows[0]! })
    else if (matching.length === 0) this.#step(how, beginning, { kind: 'rows', count, tested: [] })
    else this.#rows(how, beginning, matching)
  }

  #rowsIn(list: number): readonly RouteRow[] {
    if (list < none) return [rowOfLone(list) as RouteRow]
    const { candidates } = this.#table
    const first = list + candidateList.rows
    return [...candidates.subarray(first, first + candidates[list + candidateList.count]!)] as RouteRow[]
  }
}
