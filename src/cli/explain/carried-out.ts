import { Balancers } from '../../data-plane/balance/balancers.ts'
import type { ForwardPlan, RequestPlan } from '../../data-plane/plan/request-plan.ts'
import type { DownstreamRequest } from '../../data-plane/platform.ts'
import type { ArrivedRequest } from '../../data-plane/proxy/read-head.ts'
import { replyHere } from '../../data-plane/proxy/reply-here.ts'
import { requestKey } from '../../data-plane/proxy/request-key.ts'
import { clusterOf } from '../../data-plane/proxy/template-values.ts'
import { type UpstreamContext, upstreamHeaders } from '../../data-plane/proxy/upstream-headers.ts'
import type { TableView } from '../../fib/view.ts'
import type { Decision, DecisionOutcome } from './decision.ts'
import { headerFacts } from './header-facts.ts'
import { endpointFacts, subsetOf } from './route-facts.ts'

type CarriedOut = Pick<Decision, 'outcome' | 'requestHeaders' | 'responseHeaders'>

/** What a plan is carried out in. */
interface Circumstances {
  readonly request: DownstreamRequest
  readonly arrived: ArrivedRequest
  readonly table: TableView
  /** Whether an endpoint is sent the Host that is meant. */
  readonly keepsHost: boolean
  readonly random: () => number
  readonly nowMs: number
}

/** Every request gets a new one. */
const freshId = '(a new UUID)'

/** The outcome of a plan, as far as that is known before a request is sent. */
export function carriedOut(
  plan: RequestPlan,
  way: Pick<DecisionOutcome, 'listener' | 'virtualHost'>,
  { request, arrived: { head }, table, keepsHost, random, nowMs }: Circumstances,
): CarriedOut {
  const context = { request, head, platform: { newHeaders: () => new Headers() }, startMs: nowMs }
  const decided = { ...decidedFacts(plan), ...way }
  if (plan.kind === 'forward') {
    const { trustedHops } = table
    // Only what has a head is ever forwarded.
    const known = { head: head!, requestId: freshId, trustedHops, keepsHost }
    return forwarded(plan, decided, { ...context, ...known }, random)
  }
  const response = replyHere(plan, context)
  const responseHeaders = headerFacts(plan.responseHeaders, plan.corsHeaders, response.headers as Headers)
  const answered = { ...decided, status: response.status, details: plan.details }
  if (plan.kind === 'refuse') return { outcome: answered, ...(responseHeaders && { responseHeaders }) }
  const { location, body } = plan
  return {
    outcome: { ...answered, ...(location !== undefined && { location }), ...(body && { body }) },
    ...(responseHeaders && { responseHeaders }),
  }
}

function decidedFacts(plan: RequestPlan): DecisionOutcome {
  const { kind, routeName, delayMs } = plan
  const flags = [delayMs === undefined ? undefined : 'DI', kind === 'refuse' ? plan.flag : undefined]
  const flag = flags.filter(each => each !== undefined).join(',')
  const cluster = clusterOf(plan)
  const subset = cluster === undefined ? undefined : subsetOf(cluster)
  return {
    kind,
    ...(flag !== '' && { flag }),
    ...(routeName !== undefined && { route: routeName }),
    ...(cluster !== undefined && { cluster }),
    ...(subset !== undefined && { subset }),
    ...(delayMs !== undefined && { delayMs }),
  }
}

function forwarded(
  plan: ForwardPlan,
  decided: DecisionOutcome,
  context: UpstreamContext,
  random: () => number,
): CarriedOut {
  const sent = upstreamHeaders(plan, context) as Headers
  const { hash } = requestKey(plan, { ...context, platform: { uuid: () => freshId } }, sent)
  const circumstances = { random, nowMs: context.startMs }
  // As a gateway begins, with nothing under way. A plan to forward has endpoints.
  const { endpoint } = new Balancers().of(plan.cluster, circumstances).pick({ ...circumstances, hash })!
  // Otherwise the runtime sets it by the endpoint's address.
  if (context.keepsHost) sent.set('host', plan.authority)
  const requestHeaders = headerFacts(plan.requestHeaders, [], sent)
  const responseHeaders = headerFacts(plan.responseHeaders, plan.corsHeaders)
  return {
    outcome: {
      ...decided,
      endpoints: endpointFacts(plan.cluster, endpoint),
      target: plan.target,
      authority: plan.authority,
    },
    ...(requestHeaders && { requestHeaders }),
    ...(responseHeaders && { responseHeaders }),
  }
}
