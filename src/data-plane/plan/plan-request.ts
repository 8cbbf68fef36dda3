import type { Action, ForwardAction, RespondAction } from '../../fib/action.ts'
import type { Cluster } from '../../fib/cluster.ts'
import { type ActionRow, type ClusterRow, none, type RouteRow, route } from '../../fib/layout.ts'
import type { RequestHead } from '../../fib/request-head.ts'
import { routeName, type TableView } from '../../fib/view.ts'
import { findRoute } from '../match/find-route.ts'
import { findDoor } from '../match/find-virtual-host.ts'
import { pickDestination } from './pick-destination.ts'
import { redirectLocation } from './redirect.ts'
import type { AnswerPlan, ForwardPlan, RefusePlan, RequestPlan } from './request-plan.ts'
import { rewritePath, withQuery } from './rewrite.ts'

const noRoute: RefusePlan = { kind: 'refuse', status: 404, flag: 'NR', details: 'route_not_found' }

/**
 * Everything that is decided about a request: its listener, virtual host, route, action and cluster. The endpoint is
 * chosen later, for each attempt.
 *
 * @param random uniform in [0, 1); draws the destination of a weighted route
 */
export function planRequest(table: TableView, head: RequestHead, random: () => number): RequestPlan {
  const door = findDoor(table, head)
  if (!door) return noRoute
  const row = findRoute(table, door.virtualHost, head)
  if (row === none) return noRoute
  const action = table.actionAt(table.routes[row * route.words + route.action]! as ActionRow)
  return planAction(table, row, action, head, random)
}

function planAction(
  table: TableView,
  row: RouteRow,
  action: Action<ClusterRow>,
  head: RequestHead,
  random: () => number,
): RequestPlan {
  const name = routeName(table, row)
  switch (action.kind) {
    case 'forward':
      return planForward(table, row, name, action, head, random)
    case 'redirect': {
      const location = redirectLocation(action, head, table.routes[row * route.words + route.matchedBytes]!)
      return { kind: 'answer', routeName: name, status: action.status, location, details: 'direct_response' }
    }
    case 'respond':
      return planRespond(name, action)
    default:
      return action satisfies never
  }
}

function planForward(
  table: TableView,
  row: RouteRow,
  name: string,
  action: ForwardAction<ClusterRow>,
  head: RequestHead,
  random: () => number,
): ForwardPlan | RefusePlan {
  const cluster = table.clusterAt(pickDestination(action.destinations, random))
  if (!cluster.isKnown) return refuseFor(name, cluster, 'NC', 'cluster_not_found')
  if (cluster.endpoints.length === 0) return refuseFor(name, cluster, 'UH', 'no_healthy_upstream')
  const path = rewritePath(table, row, action.rewrite, head.path)
  if (path === undefined) {
    return { kind: 'refuse', routeName: name, status: 400, flag: 'DPE', details: 'rewritten_path_has_dot_segments' }
  }
  return { kind: 'forward', routeName: name, cluster, target: withQuery(path, head.query) }
}

function refuseFor(name: string, cluster: Cluster, flag: 'NC' | 'UH', details: string): RefusePlan {
  return { kind: 'refuse', routeName: name, clusterName: cluster.name, status: 503, flag, details }
}

function planRespond(name: string, { status, body }: RespondAction): AnswerPlan {
  return { kind: 'answer', routeName: name, status, ...(body && { body }), details: 'direct_response' }
}
