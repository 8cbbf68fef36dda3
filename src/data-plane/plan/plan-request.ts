import type { Action, ForwardAction, RedirectAction, RespondAction } from '../../fib/action.ts'
import { isByKey } from '../../fib/balancing.ts'
import { type ActionRow, type ClusterRow, none, type RouteRow, route } from '../../fib/layout.ts'
import type { RequestHead } from '../../fib/request-head.ts'
import { defaultRetries } from '../../fib/retry.ts'
import { routeName, type TableView } from '../../fib/view.ts'
import { drawByWeight } from '../balance/draw-by-weight.ts'
import { lookUp } from '../match/look-up.ts'
import { decideCors } from './cors.ts'
import { drawFault } from './fault.ts'
import { drawMirrors } from './mirror.ts'
import { redirectLocation } from './redirect.ts'
import { guardRefusals, noRoute } from './refusals.ts'
import type { AnswerPlan, RequestPlan } from './request-plan.ts'
import { matchedBytes, rewritePath, withQuery } from './rewrite.ts'

/**
 * Everything that is decided about a request: its listener, virtual host, route, action and cluster. The endpoint is
 * chosen later, for each attempt.
 *
 * @param random uniform in [0, 1); draws the destination of a weighted route, then a fault's delay, then its abort,
 *   then each mirror, if the request is forwarded
 */
export function planRequest(table: TableView, head: RequestHead, random: () => number): RequestPlan {
  const { refusedBy, route: row } = lookUp(table, head)
  if (refusedBy) return guardRefusals[refusedBy.kind]
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
      const location = redirectLocation(action, head, matchedBytes(table, row, head.path))
      return { ...planAnswer(name, action), location }
    }
    case 'respond':
      return { ...planAnswer(name, action), ...(action.body && { body: action.body }) }
    default:
      return action satisfies never
  }
}

function planAnswer(name: string, { status, responseHeaders }: RedirectAction | RespondAction): AnswerPlan {
  const changes = responseHeaders && { responseHeaders }
  return { kind: 'answer', routeName: name, status, ...changes, details: 'direct_response' }
}

/** In the order of Envoy's filters: weighted cluster, fault, CORS, then the cluster and the path. */
function planForward(
  table: TableView,
  row: RouteRow,
  name: string,
  action: ForwardAction<ClusterRow>,
  head: RequestHead,
  random: () => number,
): RequestPlan {
  // Source: Istio HTTPRouteDestination.weight.
  const destination = drawByWeight(action.destinations, random)
  const { delayMs, abort } = drawFault(action.fault, random)
  const drawn = action.destinations.length > 1 && { destination: action.destinations.indexOf(destination) }
  const decision = {
    routeName: name,
    ...drawn,
    ...(delayMs !== undefined && { delayMs }),
    ...(destination.headers && { responseHeaders: destination.headers.response }),
  }
  if (abort) {
    const grpc = abort.grpcStatus !== undefined && { grpcStatus: abort.grpcStatus }
    return { ...decision, kind: 'refuse', status: abort.status, ...grpc, flag: 'FI', details: 'fault_filter_abort' }
  }

  const cors = decideCors(action.cors, head, table)
  if (cors.kind === 'answer') {
    // The preflight is answered before the route's own header changes would be made.
    const delay = delayMs !== undefined && { delayMs }
    return {
      kind: 'answer',
      routeName: name,
      ...drawn,
      status: 200,
      ...delay,
      corsHeaders: cors.headers,
      details: 'cors_response',
    }
  }
  const decided = { ...decision, ...(cors.headers.length > 0 && { corsHeaders: cors.headers }) }

  const cluster = table.clusterAt(destination.cluster)
  const refusal = { ...decided, kind: 'refuse', clusterName: cluster.name } as const
  if (!cluster.isKnown) return { ...refusal, status: 503, flag: 'NC', details: 'cluster_not_found' }
  if (cluster.endpoints.length === 0) return { ...refusal, status: 503, flag: 'UH', details: 'no_healthy_upstream' }
  const path = rewritePath(table, row, action.rewrite, head.path)
  return {
    ...decided,
    kind: 'forward',
    cluster,
    ...(action.hashKeys && cluster.balancing && isByKey(cluster.balancing) && { hashKeys: action.hashKeys }),
    target: withQuery(path, head.query),
    authority: action.authority ?? destination.authority ?? head.authority,
    requestHeaders: destination.headers?.request ?? [],
    ...(action.timeoutMs !== undefined && { timeoutMs: action.timeoutMs }),
    retries: action.retries ?? defaultRetries,
    mirrors: drawMirrors(table, action.mirrors, random),
  }
}
