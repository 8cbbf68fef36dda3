import type { PathMatch, RouteMatch } from '../../control-plane/ir/rib.ts'
import { type Action, withClusters } from '../../fib/action.ts'
import {
  type ActionRow,
  action,
  type ClusterRow,
  none,
  pathKind,
  pathShape,
  type RouteRow,
  route,
} from '../../fib/layout.ts'
import { conditionsOf, readAction, routeName, type TableView } from '../../fib/view.ts'
import type { RouteKey } from './pair-routes.ts'

/** What both sides of a comparison number their actions by: what has one number is equal. */
export type ActionNumbers = Map<string, number>

/**
 * A table by content: what its rows mean, independent of their numbers. Two tables can be compared that were read
 * with the same `ActionNumbers`.
 */
export class TableContent {
  readonly table: TableView
  readonly #numbers: ActionNumbers
  readonly #clusterNames: string[] = []
  readonly #actionNumbers: Int32Array
  readonly #conditions = new Map<number, string>()

  constructor(table: TableView, numbers: ActionNumbers) {
    this.table = table
    this.#numbers = numbers
    this.#actionNumbers = new Int32Array(table.actions.length / action.words).fill(none)
  }

  /** A route in a form that equal routes of other tables have, too. */
  keyOf(row: RouteRow): RouteKey {
    const { routes } = this.table
    const at = row * route.words
    const path = `${routes[at + route.pathShape]! & (pathShape.kindMask | pathShape.folded)}${this.#path(at)}`
    const list = routes[at + route.conditions]!
    return {
      name: routeName(this.table, row),
      match: list === none ? path : `${path}\n${this.#conditionText(row, list)}`,
      action: this.#actionNumber(routes[at + route.action]! as ActionRow),
    }
  }

  matchOf(row: RouteRow): RouteMatch {
    const at = row * route.words
    const shape = this.table.routes[at + route.pathShape]!
    const conditions = conditionsOf(this.table, row)
    const path = pathOf(shape, this.#path(at))
    return path ? { path, conditions } : { conditions }
  }

  /** What a route does, with the names of its clusters. */
  actionOf(row: RouteRow): Action<string> {
    return this.#named(this.table.routes[row * route.words + route.action]! as ActionRow)
  }

  #path(at: number): string {
    const { routes } = this.table
    return this.table.text(routes[at + route.path]!, routes[at + route.pathShape]! >> pathShape.bytesShift)
  }

  /** Equal lists of one table share their place. */
  #conditionText(row: RouteRow, list: number): string {
    const known = this.#conditions.get(list)
    if (known !== undefined) return known
    const text = JSON.stringify(conditionsOf(this.table, row))
    this.#conditions.set(list, text)
    return text
  }

  #actionNumber(row: ActionRow): number {
    const known = this.#actionNumbers[row]!
    if (known !== none) return known
    const text = JSON.stringify(this.#named(row))
    const number = this.#numbers.get(text) ?? this.#numbers.size
    this.#numbers.set(text, number)
    this.#actionNumbers[row] = number
    return number
  }

  #named(row: ActionRow): Action<string> {
    // Past the cache of the view, which is made for a few busy rows: here each is read once, and it would only churn.
    return withClusters(readAction(this.table, row), cluster => this.#clusterName(cluster))
  }

  #clusterName(row: ClusterRow): string {
    this.#clusterNames[row] ??= this.table.clusterAt(row).name
    return this.#clusterNames[row]
  }
}

function pathOf(shape: number, text: string): PathMatch | undefined {
  const ignoresCase = (shape & pathShape.folded) !== 0
  switch (shape & pathShape.kindMask) {
    case pathKind.any:
      return undefined
    case pathKind.exact:
      return { kind: 'exact', value: text, ignoresCase }
    case pathKind.prefix:
      return { kind: 'prefix', value: text, ignoresCase }
    default:
      return { kind: 'regex', regex: text }
  }
}
