import { endpointAuthority } from '../../fib/cluster.ts'
import type { RequestHead } from '../../fib/request-head.ts'
import type { TableView } from '../../fib/view.ts'
import type { AccessLog, AccessLogEntry } from '../../telemetry/access-log.ts'
import { pickEndpoint } from '../balance/pick-endpoint.ts'
import { malformedHead, noRoute, planRequest } from '../plan/plan-request.ts'
import type { ForwardPlan, RequestPlan, ResponseFlag } from '../plan/request-plan.ts'
import type { Platform } from '../platform.ts'
import { finishLocalReply, finishResponse } from './finish-response.ts'
import { type AttemptOutcome, forward } from './forward.ts'
import { isGrpcRequest, refuse } from './local-reply.ts'
import { type ArrivedRequest, readHead } from './read-head.ts'
import { replyHere } from './reply-here.ts'
import { clusterOf, templateValues } from './template-values.ts'
import { upstreamHeaders } from './upstream-headers.ts'

/** Serves one request by one table, whole. It always answers: what goes wrong upstream is a response, too. */
export type Gateway = (request: Request, table: TableView, platform: Platform) => Promise<Response>

/**
 * A gateway that reports every request to `accessLog`, once its response head is known, and its own faults to
 * `reportFault`: a client that meets one gets 500 and learns nothing of it.
 */
export function createGateway(accessLog: AccessLog, reportFault: (error: unknown) => void): Gateway {
  return async (request, table, platform) => {
    const startMs = platform.now()
    const arrived = readHead(request, table.pathNormalization, platform)
    // `OPTIONS *` asks for no path, so no route can serve it.
    let plan: RequestPlan = arrived.target === '*' ? noRoute : malformedHead
    let served: Served
    try {
      if (arrived.head) plan = planRequest(table, arrived.head, platform.random)
      served = await carryOut(plan, { request, head: arrived.head, platform, startMs })
    } catch (error) {
      reportFault(error)
      served = { response: new Response(null, { status: 500 }), flag: '-', details: 'gateway_fault' }
    }
    accessLog(entryOf(request, table, arrived, plan, served, startMs, platform.now()))
    return served.response
  }
}

async function carryOut(plan: RequestPlan, passage: Passage<RequestHead | undefined>): Promise<Served> {
  if (plan.delayMs !== undefined) await passage.platform.sleep(plan.delayMs)
  // Only what has a head is ever forwarded.
  return plan.kind === 'forward' ? carryForward(plan, passage as Passage<RequestHead>) : answerHere(plan, passage)
}

/** A request on its way through the gateway. */
interface Passage<Head extends RequestHead | undefined> {
  readonly request: Request
  readonly head: Head
  readonly platform: Platform
  readonly startMs: number
}

interface Served {
  readonly response: Response
  readonly flag: ResponseFlag
  readonly details: string
  /** The endpoint's `address:port`, where one was tried. */
  readonly upstreamHost?: string
}

/** Answers and refusals never leave the gateway. */
function answerHere(plan: Exclude<RequestPlan, ForwardPlan>, passage: Passage<RequestHead | undefined>): Served {
  const flag = plan.kind === 'refuse' ? plan.flag : '-'
  return { response: replyHere(plan, passage), flag, details: plan.details }
}

async function carryForward(plan: ForwardPlan, passage: Passage<RequestHead>): Promise<Served> {
  const { request, platform } = passage
  const endpoint = pickEndpoint(plan.cluster, platform.random)
  const upstreamHost = endpointAuthority(endpoint)
  const headers = upstreamHeaders(plan, passage, upstreamHost)
  const outcome = await forward({ endpoint, target: plan.target, headers, request }, platform)
  const moment = { upstreamHost, requestHeaders: headers }
  if (outcome.kind === 'failed') {
    const { flag, details } = upstreamFault(outcome)
    const response = refuse({ status: 503, flag }, isGrpcRequest(request))
    const values = templateValues(plan, passage, { ...moment, responseCode: 0, responseFlags: flag })
    return { response: finishLocalReply(response, plan, values), flag, details, upstreamHost }
  }
  const { response } = outcome
  const values = templateValues(plan, passage, {
    ...moment,
    responseCode: response.status,
    responseHeaders: response.headers,
  })
  return { response: finishResponse(response, plan, values), flag: '-', details: 'via_upstream', upstreamHost }
}

function upstreamFault({ fault, reason }: AttemptOutcome & { kind: 'failed' }): {
  flag: ResponseFlag
  details: string
} {
  return fault === 'connect'
    ? { flag: 'UF', details: `upstream_reset_before_response_started{${reason}}` }
    : { flag: 'UPE', details: `upstream_protocol_error{${reason}}` }
}

function entryOf(
  request: Request,
  table: TableView,
  { authority, target }: ArrivedRequest,
  plan: RequestPlan,
  { response, flag, details, upstreamHost }: Served,
  startMs: number,
  endMs: number,
): AccessLogEntry {
  const flags = [plan.delayMs === undefined ? '-' : 'DI', flag].filter(each => each !== '-')
  return {
    start_time: new Date(startMs).toISOString(),
    method: request.method,
    authority,
    path: target,
    response_code: response.status,
    response_flags: flags.length === 0 ? '-' : flags.join(','),
    response_code_details: details,
    duration: endMs - startMs,
    route_name: plan.routeName ?? null,
    upstream_cluster: clusterOf(plan) ?? null,
    upstream_host: upstreamHost ?? null,
    upstream_path: plan.kind === 'forward' ? plan.target : null,
    table_version: table.version.slice(0, 12),
  }
}
