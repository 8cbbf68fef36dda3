import { lookUp } from '../../data-plane/match/look-up.ts'
import type { Action } from '../../fib/action.ts'
import { type ActionRow, type ClusterRow, none, type RouteRow, route } from '../../fib/layout.ts'
import type { RequestHead } from '../../fib/request-head.ts'
import { listenerName, routeName, routesOf, type TableView, virtualHostName } from '../../fib/view.ts'

/** The way of a request through a table, as far as it goes. */
export interface FoundRoute {
  readonly listener?: string
  /** Whether that listener does not admit the client. */
  readonly isRefused?: boolean
  readonly virtualHost?: string
  readonly route?: {
    readonly row: RouteRow
    readonly name: string
    /** Its place in the virtual host, from 0. */
    readonly index: number
    readonly action: Action<ClusterRow>
  }
}

/** The names of what a request meets in a table, which a plan does not keep. */
export function findInTable(table: TableView, head: RequestHead): FoundRoute {
  const { entered, refusedBy, route: row } = lookUp(table, head)
  if (!entered) return {}
  const listener = listenerName(table, entered.listener)
  if (refusedBy) return { listener, isRefused: true }
  if (entered.virtualHost === none) return { listener }
  const names = { listener, virtualHost: virtualHostName(table, entered.virtualHost) }
  if (row === none) return names
  const { first } = routesOf(table, entered.virtualHost)
  const action = table.actionAt(table.routes[row * route.words + route.action]! as ActionRow)
  return { ...names, route: { row, name: routeName(table, row), index: row - first, action } }
}
