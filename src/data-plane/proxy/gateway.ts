import { type Cluster, endpointAuthority } from '../../fib/cluster.ts'
import type { RequestHead } from '../../fib/request-head.ts'
import type { TableView } from '../../fib/view.ts'
import type { Observer, RequestEnd } from '../../telemetry/observer.ts'
import { Balancers } from '../balance/balancers.ts'
import { ConcurrencyLimit } from '../limit/concurrency-limit.ts'
import { Lease } from '../limit/lease.ts'
import { malformedHead } from '../plan/refusals.ts'
import type { ForwardPlan, RequestPlan } from '../plan/request-plan.ts'
import type { BodyEnd, DownstreamRequest, Platform, Reply } from '../platform.ts'
import { type ChosenBalancers, forward } from './forward.ts'
import { planFor } from './plan-for.ts'
import { readHead } from './read-head.ts'
import { replyHere } from './reply-here.ts'
import type { RequestContext, RequestOutcome } from './request-context.ts'
import { clusterOf } from './template-values.ts'

/** Serves one request by one table, whole. It always answers: what goes wrong upstream becomes a reply, too. */
export type Gateway = (request: DownstreamRequest, table: TableView, platform: Platform) => Promise<Reply>

/** What bounds a gateway, whatever the routes say. */
export interface GatewayLimits {
  /** Maximum concurrent upstream requests, mirrors included; beyond it 503 (`UO`). */
  readonly maxUpstreamRequests: number
}

export const defaultLimits: GatewayLimits = { maxUpstreamRequests: 10_000 }

/**
 * A gateway that reports every request to `observer`: its end once its response is over as far as the runtime can see that,
 * and its own faults to `reportFault`: a client that meets one gets 500 and learns nothing of it.
 */
export function createGateway(
  observer: Observer | undefined,
  reportFault: (error: unknown) => void,
  limits: GatewayLimits = defaultLimits,
): Gateway {
  const limit = new ConcurrencyLimit(limits.maxUpstreamRequests)
  const balancers = new Balancers()
  return async (request, table, platform) => {
    const startMs = platform.now()
    const arrived = readHead(request, table, platform)
    const lease = new Lease(platform)
    const { head, authority, target } = arrived
    const context = { request, head, authority, target, observer, table, platform, startMs, lease, limit }
    observer?.requestStarted?.(context)
    const report = observer?.requestEnded && reportOnce(context, observer)
    let plan: RequestPlan = malformedHead
    let outcome: RequestOutcome | undefined
    // At once: some runtimes end a request's code as soon as its client has disconnected.
    request.onDisconnect(() => {
      lease.release()
      if (outcome === undefined) report?.(plan, unanswered)
    })
    try {
      plan = planFor(arrived, request, table, platform)
      outcome = await execute(plan, context, balancers)
    } catch (error) {
      reportFault(error)
      const reply = { kind: 'local', status: 500, headers: platform.newHeaders(), body: undefined } as const
      outcome = { reply, flags: [], details: 'gateway_fault' }
    }
    const { reply } = outcome
    const end = (how: BodyEnd) => {
      lease.release()
      report?.(plan, ended(outcome, how))
    }
    if (reply.kind === 'upstream') reply.response.whenClosed(end)
    else end('whole')
    return reply
  }
}

/** What is said of a request whose client disconnected before its response. */
const unanswered = { flags: ['DC'], details: 'downstream_remote_disconnect', isUnanswered: true } as const

/** What became of a response whose head was handed on already. */
function ended(outcome: RequestOutcome, end: BodyEnd): RequestOutcome {
  switch (outcome.cutter?.cutBy) {
    case 'timeout':
      return { ...outcome, flags: [...outcome.flags, 'UT'], details: 'response_timeout' }
    case 'downstream-disconnect':
      return { ...outcome, flags: [...outcome.flags, 'DC'], details: 'downstream_remote_disconnect' }
  }
  if (end === 'whole' || end === 'cut') return outcome
  const details = end === 'idle' ? 'stream_idle_timeout' : 'upstream_reset_after_response_started'
  return { ...outcome, flags: [...outcome.flags, end === 'idle' ? 'SI' : 'UC'], details }
}

/** Reports the end of a request once; what more there would be to say comes too late. */
function reportOnce(context: RequestContext, observer: Observer): (plan: RequestPlan, outcome: Reported) => void {
  let isReported = false
  return (plan, outcome) => {
    if (isReported) return
    isReported = true
    observer.requestEnded?.(context, endOf(context, plan, outcome))
  }
}

async function execute(plan: RequestPlan, context: RequestContext, balancers: Balancers): Promise<RequestOutcome> {
  // Before any delay: after it, another table may be the active one, and this one must not be taken for the newer.
  const chosen = plan.kind === 'forward' ? balancersOf(plan, context, balancers) : undefined
  if (plan.delayMs !== undefined) await context.lease.sleep(plan.delayMs)
  // Only what has a head is ever forwarded.
  if (plan.kind === 'forward') return forward(plan, context as RequestContext<RequestHead>, chosen!)
  // Answers and refusals never leave the gateway.
  return { reply: replyHere(plan, context), flags: plan.kind === 'refuse' ? [plan.flag] : [], details: plan.details }
}

function balancersOf(plan: ForwardPlan, { platform, startMs }: RequestContext, balancers: Balancers): ChosenBalancers {
  const of = (cluster: Cluster) => balancers.of(cluster, { random: platform.random, nowMs: startMs })
  return { own: of(plan.cluster), mirrors: plan.mirrors.map(of) }
}

type Reported = Omit<RequestOutcome, 'reply'> & { readonly reply?: Reply }

function endOf(
  { platform, startMs }: RequestContext,
  plan: RequestPlan,
  { reply, flags, details, endpoint, attempts = 0, isUnanswered }: Reported,
): RequestEnd {
  return {
    durationMs: platform.now() - startMs,
    status: reply === undefined || isUnanswered ? 0 : statusOf(reply),
    flags: plan.delayMs === undefined ? flags : ['DI', ...flags],
    details,
    routeName: plan.routeName,
    clusterName: clusterOf(plan),
    upstreamHost: endpoint && endpointAuthority(endpoint),
    upstreamTarget: plan.kind === 'forward' ? plan.target : undefined,
    attempts,
  }
}

function statusOf(reply: Reply): number {
  return reply.kind === 'upstream' ? reply.response.status : reply.status
}
