import { matchOf, type Trace, trace } from '../../control-plane/interpret/trace.ts'
import type { Rib } from '../../control-plane/ir/rib.ts'
import { loopDetected } from '../../data-plane/plan/refusals.ts'
import type { RequestPlan } from '../../data-plane/plan/request-plan.ts'
import type { DownstreamRequest, NamedListener } from '../../data-plane/platform.ts'
import { planFor } from '../../data-plane/proxy/plan-for.ts'
import { type ArrivedRequest, readHead } from '../../data-plane/proxy/read-head.ts'
import { type ClientContext, headerLinesOf, type RequestHead } from '../../fib/request-head.ts'
import { runtimes, type ServeRuntime, transports } from '../../fib/runtime.ts'
import type { TableView } from '../../fib/view.ts'
import { webRequest } from '../../runtimes/web-request.ts'
import { carriedOut } from './carried-out.ts'
import type { DecidedRequest, Decision } from './decision.ts'
import { type FoundRoute, findInTable } from './find-in-table.ts'
import { nearestMisses } from './nearest-misses.ts'
import type { CommandLineRequest } from './parse-request.ts'
import { actionFacts, policyFacts, splitFacts } from './route-facts.ts'
import { traceFacts } from './trace-facts.ts'

/** One request, and the table with what it was compiled from. */
export interface Question {
  readonly request: CommandLineRequest
  /** The listener that it comes in by, where one is named. */
  readonly namedListener?: NamedListener
  /** What carries the decision out; `workerd` where it is not said. */
  readonly runtime?: ServeRuntime
  /** What the runtime would know of the client. */
  readonly client?: ClientContext
  readonly table: TableView
  readonly rib: Rib
  /** Every draw gives this number, from 0 to below 1. */
  readonly random: number
  readonly nowMs: number
}

/** A decision, and how the table and the reference differ about it, if they do: that is a bug of ours. */
export interface Explanation {
  readonly decision: Decision
  readonly difference?: string
}

/**
 * Decides about one request as the gateway would, and tells why. The answer comes from the compiled table; the reasons
 * come from the reference matcher, which walks the same rules in plain order.
 */
export function decide({
  request: asked,
  namedListener,
  client,
  table,
  rib,
  random: drawn,
  nowMs,
  runtime = 'workerd',
}: Question): Explanation {
  const { keepsTarget, keepsHost, keepsLines } = transports[runtimes[runtime].transport]
  const random = () => drawn
  const request = { ...webRequest(asked, undefined), ...(keepsLines && { lines: headerLinesOf(asked.lines) }) }
  const arrived = readHead(request, table, { ...(namedListener && { namedListener }), ...(client && { client }) })
  const facts = {
    version: 'decision.v1',
    table: table.version,
    runtime,
    random: drawn,
    request: requestFacts(request, arrived),
  } as const
  const { head } = arrived
  const plan = planFor(arrived, request, table, { keepsTarget, random })
  const circumstances = { request, arrived, table, keepsHost, random, nowMs }
  if (!head || plan === loopDetected) {
    const carried = carriedOut(plan, {}, circumstances)
    return { decision: { ...facts, considered: [], tried: [], ...carried } }
  }

  const found = findInTable(table, head)
  const { route, isRefused, ...way } = found
  const walked = trace(rib, head)
  const difference = differenceOf(found, walked, plan)
  const { outcome, ...headers } = carriedOut(plan, way, circumstances)
  const decision = {
    ...facts,
    outcome,
    ...traceFacts(walked),
    ...(route && routeFacts(table, route, plan, head, walked)),
    ...(!route && !isRefused && { nearest: nearestMisses(rib, walked, head) }),
    ...headers,
  }
  return { decision, ...(difference !== undefined && { difference }) }
}

function requestFacts(
  { method, scheme }: DownstreamRequest,
  { head, authority, target }: ArrivedRequest,
): DecidedRequest {
  if (!head) return { method, scheme, authority, target }
  const { host, port, path, query, client } = head
  const known = { ...(query !== undefined && { query }), ...(client && { client }) }
  return { method, scheme, authority, target, host, port, path, ...known }
}

function routeFacts(
  table: TableView,
  { row, action }: NonNullable<FoundRoute['route']>,
  plan: RequestPlan,
  { path }: RequestHead,
  walked: Trace,
): Pick<Decision, 'action' | 'split' | 'policy'> {
  const told = { action: actionFacts(table, row, action, path) }
  if (action.kind !== 'forward') return told
  const policy = policyFacts(table, action, plan, matchOf(walked)?.route.retriesFrom)
  return { ...told, split: splitFacts(table, action, plan), policy }
}

/** How the table's way differs from the reference's: undefined where it does not. */
function differenceOf(found: FoundRoute, walked: Trace, plan: RequestPlan): string | undefined {
  const chosen = walked.virtualHosts[0]?.virtualHost.domains.join(' ')
  const match = matchOf(walked)
  const byTable = found.isRefused ? refusedAt(found.listener) : wayOf(found.listener, found.virtualHost, found.route)
  const entered = walked.entered?.listener.name
  const byReference = walked.refusal
    ? refusedAt(entered)
    : wayOf(entered, chosen, match && { index: match.index, name: match.route.name })
  if (byTable !== byReference) return `the table gives ${byTable}; the reference gives ${byReference}`
  if (plan.routeName === found.route?.name) return undefined
  return `the table finds ${found.route?.name ?? 'no route'}, but plans ${plan.routeName ?? 'no route'}`
}

function refusedAt(listener: string | undefined): string {
  return `listener ${listener} rejects the client`
}

function wayOf(
  listener: string | undefined,
  virtualHost: string | undefined,
  found: { readonly index: number; readonly name: string } | undefined,
): string {
  // Without a virtual host it does not matter which listener has none.
  if (listener === undefined || virtualHost === undefined) return 'no virtual host'
  const route = found ? `route ${found.index + 1} (${found.name})` : 'no route'
  return `listener ${listener}, virtual host ${virtualHost}, ${route}`
}
