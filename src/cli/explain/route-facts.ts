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

/** All destinations of a route with their shares, and the one that the plan has drawn. */
export function splitFacts(
  table: TableView,
  { destinations }: ForwardAction<ClusterRow>,
  { destination: drawn = 0 }: RequestPlan,
): SplitShare[] {
  const percent = percentOf(destinations)
  return destinations.map((each, index) => {
    const { name } = table.clusterAt(each.cluster)
    const subset = subsetOf(name)
    return {
      cluster: name,
      ...(subset !== undefined && { subset }),
      weight: each.weight,
      percent: percent(each),
      isDrawn: index === drawn,
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
): RoutePolicy {
  const isAborted = plan.kind === 'refuse' && plan.flag === 'FI'
  const isAnswered = plan.kind === 'answer' && plan.details === 'cors_response'
  const effect = isAnswered ? 'preflight-answered' : plan.corsHeaders ? 'headers' : 'none'
  return {
    ...(timeoutMs !== undefined && { timeoutMs }),
    retries: { source: retriesFrom ?? 'default', ...(retries ?? defaultRetries) },
    ...balancingFacts(plan),
    ...(mirrors && { mirrors: mirrorFacts(table, mirrors, plan) }),
    ...(fault && {
      fault: {
        ...(fault.delay && { delay: { ...fault.delay, isDrawn: plan.delayMs !== undefined } }),
        ...(fault.abort && { abort: { ...fault.abort, isDrawn: isAborted } }),
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

/** A plan names the clusters that get a copy; of two mirrors to one cluster, the greater share had it first. */
function mirrorFacts(
  table: TableView,
  mirrors: readonly Mirror<ClusterRow>[],
  plan: RequestPlan,
): readonly MirrorShare[] {
  const copies = plan.kind === 'forward' ? plan.mirrors.map(({ name }) => name) : []
  const drawn = new Set<Mirror<ClusterRow>>()
  for (const mirror of mirrors.toSorted((a, b) => b.percent - a.percent)) {
    const at = copies.indexOf(table.clusterAt(mirror.cluster).name)
    if (at < 0) continue
    copies.splice(at, 1)
    drawn.add(mirror)
  }
  return mirrors.map(mirror => mirrorShare(table, mirror, drawn.has(mirror)))
}

function mirrorShare(table: TableView, { cluster: row, percent }: Mirror<ClusterRow>, isDrawn: boolean): MirrorShare {
  const { name, isKnown, endpoints } = table.clusterAt(row)
  const subset = subsetOf(name)
  const missing = !isKnown ? 'cluster' : endpoints.length === 0 ? 'endpoint' : undefined
  return {
    cluster: name,
    ...(subset !== undefined && { subset }),
    percent,
    isDrawn,
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
