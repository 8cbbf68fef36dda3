import { none, type RouteRow } from '../../fib/layout.ts'
import type { ListenerMatch } from '../../fib/listener-match.ts'
import type { RequestHead } from '../../fib/request-head.ts'
import type { TableView } from '../../fib/view.ts'
import { admitsClient } from './admits-client.ts'
import { findRoute } from './find-route.ts'
import { matchListener } from './find-virtual-host.ts'

/** What a request meets in a table, as far as it gets. */
export interface LookUp {
  /** Undefined where no listener has a virtual host for it. */
  readonly entered: ListenerMatch | undefined
  /** Whether the client is admitted by that listener; where it is not, no route is looked at. */
  readonly isAdmitted: boolean
  /** `none` where no route matches, or none was looked at. */
  readonly route: RouteRow | typeof none
}

const nowhere: LookUp = { entered: undefined, isAdmitted: true, route: none }

/**
 * Looks a request up: the listener that it enters, whether its client is admitted there, its virtual host, its route.
 * Who is not admitted does not learn which hosts there are.
 */
export function lookUp(table: TableView, head: RequestHead): LookUp {
  const entered = matchListener(table, head)
  if (entered === undefined) return nowhere
  if (!admitsClient(table, entered.listener, head)) return { entered, isAdmitted: false, route: none }
  const { virtualHost } = entered
  return { entered, isAdmitted: true, route: virtualHost === none ? none : findRoute(table, virtualHost, head) }
}
