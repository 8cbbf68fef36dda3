import type { RouteRow, VirtualHostRow } from '../../fib/layout.ts'
import { routesOf } from '../../fib/view.ts'
import { matchWords } from '../words/match-words.ts'
import { actionDifferences } from './action-differences.ts'
import { actionWords } from './action-words.ts'
import { type Aspect, type Difference, linesDifference } from './difference.ts'
import { pairRoutes, type RouteKey, settledName } from './pair-routes.ts'
import type { TableContent } from './table-content.ts'

/** What became of a route: moved ones are tried in another order, renamed ones do what they did. */
export type RouteChangeKind = 'added' | 'removed' | 'moved' | 'renamed' | 'changed'

export interface RouteChange {
  readonly kind: RouteChangeKind
  readonly name: string
  /** All that it asks for, in words; of a removed one, what it asked for. */
  readonly match: string
  /** What it does, or of a removed one did, in one line. */
  readonly action: string
  /** Its place among the routes of its host, from 1; absent where it is not there. */
  readonly from?: number
  readonly to?: number
  /** In what it differs; none of those that were added, removed or only moved. */
  readonly differences: readonly Difference[]
}

/** The routes of one host before and after. */
export interface RouteChanges {
  readonly routesBefore: number
  readonly routesAfter: number
  readonly counts: Readonly<Record<RouteChangeKind, number>>
  /** In how many changed routes each aspect differs. */
  readonly aspects: Readonly<Partial<Record<Aspect, number>>>
  /** In the order of the routes, removed ones first. */
  readonly routes: readonly RouteChange[]
  /** How many further changes are counted above, and not listed. */
  readonly leftOut: number
}

/** A table with one of its virtual hosts. */
export interface HostContent {
  readonly content: TableContent
  readonly virtualHost: VirtualHostRow
}

/**
 * What differs between the routes of two virtual hosts; undefined where nothing does. What is equal at both ends of
 * the lists is read once and not kept.
 *
 * @param most how many changes are listed; all are counted
 */
export function routeChanges(before: HostContent, after: HostContent, most: number): RouteChanges | undefined {
  const olds = routesIn(before)
  const news = routesIn(after)
  const shorter = Math.min(olds.count, news.count)
  let start = 0
  while (start < shorter && isSame(olds.keyAt(start), news.keyAt(start))) start++
  let end = 0
  while (end < shorter - start && isSame(olds.keyAt(olds.count - 1 - end), news.keyAt(news.count - 1 - end))) end++
  if (start + end === olds.count && start + end === news.count) return undefined

  const { pairs, removed, added } = pairRoutes(olds.keys(start, olds.count - end), news.keys(start, news.count - end))
  const tally = new ChangeTally(most)
  for (const place of removed) tally.add('removed', () => olds.told(start + place, 'from'))
  // Added ones among those that stayed, in the order in which they are tried now.
  const inOrder = [...pairs, ...added.map(to => ({ from: undefined, to, isMoved: false }))].sort((a, b) => a.to - b.to)
  for (const { from, to, isMoved } of inOrder) {
    const told = () => news.told(start + to, 'to')
    if (from === undefined) {
      tally.add('added', told)
      continue
    }
    const differences = differencesOf(olds, start + from, news, start + to)
    const isOtherwise = differences.some(({ aspect }) => aspect !== 'name')
    const kind = isOtherwise ? 'changed' : isMoved ? 'moved' : differences.length > 0 ? 'renamed' : undefined
    if (!kind) continue
    const order = isOtherwise && isMoved ? orderDifference(start + from, start + to) : []
    tally.add(kind, () => ({ ...told(), from: start + from + 1 }), [...differences, ...order])
  }
  const found = tally.found()
  return found && { routesBefore: olds.count, routesAfter: news.count, ...found }
}

/** The routes of a virtual host by their places in it, from 0. */
function routesIn({ content, virtualHost }: HostContent) {
  const { first, count } = routesOf(content.table, virtualHost)
  const rowAt = (place: number) => (first + place) as RouteRow
  const keyAt = (place: number) => content.keyOf(rowAt(place))
  return {
    count,
    keyAt,
    keys: (start: number, end: number) => Array.from({ length: end - start }, (_, index) => keyAt(start + index)),
    matchAt: (place: number) => matchWords(content.matchOf(rowAt(place))),
    actionAt: (place: number) => content.actionOf(rowAt(place)),
    told: (place: number, side: 'from' | 'to') => ({
      name: keyAt(place).name,
      match: matchWords(content.matchOf(rowAt(place))),
      action: actionWords(content.actionOf(rowAt(place))),
      [side]: place + 1,
    }),
  }
}
type HostRoutes = ReturnType<typeof routesIn>

/** Numbers in names that were made up count for nothing: any rule above shifts them. */
function isSame(a: RouteKey, b: RouteKey): boolean {
  if (a.match !== b.match || a.action !== b.action) return false
  return a.name === b.name || settledName(a.name) === settledName(b.name)
}

function differencesOf(olds: HostRoutes, from: number, news: HostRoutes, to: number): Difference[] {
  const a = olds.keyAt(from)
  const b = news.keyAt(to)
  if (isSame(a, b)) return []
  return [
    ...(settledName(a.name) === settledName(b.name) ? [] : linesDifference('name', [a.name], [b.name])),
    ...(a.match === b.match ? [] : linesDifference('match', [olds.matchAt(from)], [news.matchAt(to)])),
    ...(a.action === b.action ? [] : actionDifferences(olds.actionAt(from), news.actionAt(to))),
  ]
}

/** A route that others have passed may have its place all the same, where some came or went. */
function orderDifference(from: number, to: number): Difference[] {
  return [
    { aspect: 'order', from: [`place ${from + 1}`], to: [`place ${to + 1}${from === to ? ', among others' : ''}`] },
  ]
}

/** Counts changes, and keeps the first ones. */
class ChangeTally {
  readonly #most: number
  readonly #counts = { added: 0, removed: 0, moved: 0, renamed: 0, changed: 0 }
  readonly #aspects: Partial<Record<Aspect, number>> = {}
  readonly #routes: RouteChange[] = []
  #leftOut = 0

  constructor(most: number) {
    this.#most = most
  }

  add(
    kind: RouteChangeKind,
    told: () => Omit<RouteChange, 'kind' | 'differences'>,
    differences: readonly Difference[] = [],
  ): void {
    this.#counts[kind]++
    if (kind === 'changed') {
      for (const aspect of new Set(differences.map(each => each.aspect))) {
        this.#aspects[aspect] = (this.#aspects[aspect] ?? 0) + 1
      }
    }
    if (this.#routes.length < this.#most) this.#routes.push({ kind, ...told(), differences })
    else this.#leftOut++
  }

  /** Undefined where there is nothing to tell. */
  found(): Pick<RouteChanges, 'counts' | 'aspects' | 'routes' | 'leftOut'> | undefined {
    if (this.#routes.length + this.#leftOut === 0) return undefined
    return { counts: this.#counts, aspects: this.#aspects, routes: this.#routes, leftOut: this.#leftOut }
  }
}
