import type { Guard } from '../../fib/guard.ts'
import { none, type RouteRow } from '../../fib/layout.ts'
import type { ListenerMatch } from '../../fib/listener-match.ts'
import type { RequestHead } from '../../fib/request-head.ts'
import type { TableView } from '../../fib/view.ts'
import { findRoute } from './find-route.ts'
import { matchListener } from './find-virtual-host.ts'
import { refusingGuard } from './refusing-guard.ts'

/** What a request meets in a table, as far as it gets. */
export interface LookUp {
  /** Undefined where no listener has a virtual host for it. */
  readonly entered: ListenerMatch | undefined
  /** The guard of that listener that does not admit the client: then no route is looked at. */
  readonly refusedBy: Guard | undefined
  /** `none` where no route matches, or none was looked at. */
  readonly route: RouteRow | typeof none
}

const nowhere: LookUp = { entered: undefined, refusedBy: undefined, route: none }

/**
 * Looks a request up: the listener that it enters, whether its guards admit the client, its virtual host, its route.
 * Who is not admitted does not learn which hosts there are.
 */
export function lookUp(table: TableView, head: RequestHead): LookUp {
  const entered = matchListener(table, head)
  if (entered === undefined) return nowhere
  const refusedBy = refusingGuard(table, entered.listener, head)
  if (refusedBy !== undefined) return { entered, refusedBy, route: none }
  const { virtualHost } = entered
  return { entered, refusedBy, route: virtualHost === none ? none : findRoute(table, virtualHost, head) }
}
