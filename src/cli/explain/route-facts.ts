import { drawByWeight } from '../../data-plane/balance/draw-by-weight.ts'
import { isDrawn } from '../../data-plane/plan/draw-percent.ts'
import { drawFault } from '../../data-plane/plan/fault.ts'
import type { RequestPlan } from '../../data-plane/plan/request-plan.ts'
import { matchedBytes } from '../../data-plane/plan/rewrite.ts'
import type { Action, ForwardAction } from '../../fib/action.ts'
import type { Cluster } from '../../fib/cluster.ts'
import type { ClusterRow, RouteRow } from '../../fib/layout.ts'
import type { Mirror } from '../../fib/mirror.ts'
import { defaultRetries } from '../../fib/retry.ts'
import type { TableView } from '../../fib/view.ts'
import type { EndpointShare, MirrorShare, RetryFacts, RouteAction, RoutePolicy, SplitShare } from './decision.ts'

/** What a route of a table does with a path. */
export function actionFacts(table: TableView, row: RouteRow, action: Action<ClusterRow>, path: string): RouteAction {
  if (action.kind !== 'forward') return { kind: action.kind, status: action.status }
  const { rewrite, authority } = action
  return {
    kind: 'forward',
    ...(rewrite?.kind === 'prefix' && {
      rewrite: { kind: 'prefix', from: path.slice(0, matchedBytes(table, row, path)), to: rewrite.path },
    }),
    ...(rewrite?.kind === 'regex' && {
      rewrite: { kind: 'regex', from: rewrite.regex, to: rewrite.substitution },
    }),
    ...(authority !== undefined && { authority }),
  }
}

/** All destinations of a route with their shares, and the one that is drawn. */
export function splitFacts(
  table: TableView,
  { destinations }: ForwardAction<ClusterRow>,
  random: () => number,
): SplitShare[] {
  const drawn = drawByWeight(destinations, random)
  const percent = percentOf(destinations)
  return destinations.map(each => {
    const { name } = table.clusterAt(each.cluster)
    const subset = subsetOf(name)
    return {
      cluster: name,
      ...(subset !== undefined && { subset }),
      weight: each.weight,
      percent: percent(each),
      isDrawn: each === drawn,
    }
  })
}

/** The endpoints of a cluster with their shares, and the one that is drawn for the first attempt. */
export function endpointFacts({ endpoints, balancing }: Cluster, drawn: Cluster['endpoints'][number]): EndpointShare[] {
  // At random, weights do not count.
  const counts = balancing?.kind === 'random' ? endpoints.map(() => ({ weight: 1 })) : endpoints
  const percent = percentOf(counts)
  return endpoints.map((each, index) => ({ ...each, percent: percent(counts[index]!), isDrawn: each === drawn }))
}

/**
 * What a route does beside its action, and whether it does that to this request.
 *
 * @param retriesFrom who says how it is retried; the table does not keep it
 */
export function policyFacts(
  table: TableView,
  { timeoutMs, retries, mirrors, fault, cors }: ForwardAction<ClusterRow>,
  plan: RequestPlan,
  retriesFrom: Exclude<RetryFacts['source'], 'default'> | undefined,
  random: () => number,
): RoutePolicy {
  const drawn = drawFault(fault, random)
  const isAnswered = plan.kind === 'answer' && plan.details === 'cors_response'
  const effect = isAnswered ? 'preflight-answered' : plan.corsHeaders ? 'headers' : 'none'
  return {
    ...(timeoutMs !== undefined && { timeoutMs }),
    retries: { source: retriesFrom ?? 'default', ...(retries ?? defaultRetries) },
    ...balancingFacts(plan),
    ...(mirrors && { mirrors: mirrors.map(mirror => mirrorShare(table, mirror, plan, random)) }),
    ...(fault && {
      fault: {
        ...(fault.delay && { delay: { ...fault.delay, isDrawn: drawn.delayMs !== undefined } }),
        ...(fault.abort && { abort: { ...fault.abort, isDrawn: drawn.abort !== undefined } }),
      },
    }),
    ...(cors && { cors: { ...cors, effect } }),
  }
}

function balancingFacts(
  plan: RequestPlan,
): Pick<RoutePolicy, 'balancing' | 'outlierDetection' | 'limits' | 'connectTimeoutMs'> {
  if (plan.kind !== 'forward') return {}
  const { balancing, outlierDetection, limits, connectTimeoutMs } = plan.cluster
  return {
    ...(balancing && { balancing: { ...balancing, ...(plan.hashKeys && { keys: plan.hashKeys }) } }),
    ...(outlierDetection && { outlierDetection }),
    ...(limits && { limits }),
    ...(connectTimeoutMs !== undefined && { connectTimeoutMs }),
  }
}

function mirrorShare(
  table: TableView,
  { cluster: row, percent }: Mirror<ClusterRow>,
  plan: RequestPlan,
  random: () => number,
): MirrorShare {
  const { name, isKnown, endpoints } = table.clusterAt(row)
  const subset = subsetOf(name)
  const missing = !isKnown ? 'cluster' : endpoints.length === 0 ? 'endpoint' : undefined
  return {
    cluster: name,
    ...(subset !== undefined && { subset }),
    percent,
    isDrawn: plan.kind === 'forward' && missing === undefined && isDrawn(percent, random),
    ...(missing && { missing }),
  }
}

/** The subset in the name of a cluster; undefined where the whole host is meant. */
export function subsetOf(clusterName: string): string | undefined {
  return clusterName.split('|')[2] || undefined
}

/** The share of each of several weights, in percent with at most two decimals. One alone gets everything. */
function percentOf(choices: readonly { readonly weight: number }[]) {
  const total = choices.reduce((sum, { weight }) => sum + weight, 0)
  return ({ weight }: { readonly weight: number }) => {
    if (choices.length === 1) return 100
    return total === 0 ? 0 : Math.round((weight / total) * 10_000) / 100
  }
}
