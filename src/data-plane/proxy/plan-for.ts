import { fetchWouldResolve } from '../../fib/normalize.ts'
import type { TableView } from '../../fib/view.ts'
import { planRequest } from '../plan/plan-request.ts'
import { loopDetected, malformedHead, noRoute, unknownTransferCoding } from '../plan/refusals.ts'
import type { RequestPlan } from '../plan/request-plan.ts'
import type { DownstreamRequest, HeaderFields, Platform } from '../platform.ts'
import { hopsBefore, maxHops } from './hops.ts'
import type { ArrivedRequest } from './read-head.ts'

/**
 * What is done with a request: what the table says, unless it cannot be carried out. A rewrite can join the rest of a
 * path to a `..` segment (`/a` → `/b/` on `/a../x`), and a path need not be normalised before it is matched: where the
 * runtime would resolve it, the endpoint would be asked for a path that no rule has matched.
 */
export function planFor(
  { head, isPathless }: ArrivedRequest,
  { headers, body }: Pick<DownstreamRequest, 'headers' | 'body'>,
  table: TableView,
  { keepsTarget, random }: Pick<Platform, 'keepsTarget' | 'random'>,
): RequestPlan {
  if (!head) return isPathless ? noRoute : malformedHead
  if (body !== undefined && !isPlainOrChunked(headers)) return unknownTransferCoding
  if (hopsBefore(headers) >= maxHops) return loopDetected
  const plan = planRequest(table, head, random)
  if (plan.kind !== 'forward' || keepsTarget || !fetchWouldResolve(plan.target)) return plan
  const { routeName, destination, cluster, responseHeaders, corsHeaders } = plan
  return {
    ...malformedHead,
    routeName,
    ...(destination !== undefined && { destination }),
    clusterName: cluster.name,
    ...(responseHeaders && { responseHeaders }),
    ...(corsHeaders && { corsHeaders }),
    details: 'path_has_dot_segments',
  }
}

/** Other codings end at this hop, and the endpoint would get a body without the name of what it is encoded by. */
function isPlainOrChunked(headers: Pick<HeaderFields, 'get'>): boolean {
  const codings = headers.get('transfer-encoding')
  return codings === null || codings.toLowerCase() === 'chunked'
}
