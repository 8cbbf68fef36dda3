import { endpointAuthority } from '../../fib/cluster.ts'
import { headerValues, type RequestHead } from '../../fib/request-head.ts'
import type { TableView } from '../../fib/view.ts'
import type { AccessLog, AccessLogEntry } from '../../telemetry/access-log.ts'
import { pickEndpoint } from '../balance/pick-endpoint.ts'
import { changeHeaders, type TemplateValues } from '../plan/header-changes.ts'
import { planRequest } from '../plan/plan-request.ts'
import type { ForwardPlan, RefusePlan, RequestPlan, ResponseFlag } from '../plan/request-plan.ts'
import type { Platform } from '../platform.ts'
import { finishResponse } from './finish-response.ts'
import { type AttemptOutcome, forward } from './forward.ts'
import { requestHeaders } from './forwarded-headers.ts'
import { answer, isGrpcRequest, refuse } from './local-reply.ts'
import { type ArrivedRequest, readHead } from './read-head.ts'

/** Serves one request by one table, whole. It always answers: what goes wrong upstream is a response, too. */
export type Gateway = (request: Request, table: TableView, platform: Platform) => Promise<Response>

const malformed: RefusePlan = { kind: 'refuse', status: 400, flag: 'DPE', details: 'malformed_request_head' }

/**
 * A gateway that reports every request to `accessLog`, once its response head is known, and its own faults to
 * `reportFault`: a client that meets one gets 500 and learns nothing of it.
 */
export function createGateway(accessLog: AccessLog, reportFault: (error: unknown) => void): Gateway {
  return async (request, table, platform) => {
    const startMs = platform.now()
    const arrived = readHead(request, table.pathNormalization, platform.entrance)
    let plan: RequestPlan = malformed
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
  const response = plan.kind === 'refuse' ? refuse(plan, isGrpcRequest(passage.request)) : answer(plan)
  const values = templateValues(plan, passage, { responseCode: 0, responseFlags: flag })
  return { response: finishResponse(response, plan, values), flag, details: plan.details }
}

async function carryForward(plan: ForwardPlan, passage: Passage<RequestHead>): Promise<Served> {
  const { request, head, platform } = passage
  const endpoint = pickEndpoint(plan.cluster, platform.random)
  const upstreamHost = endpointAuthority(endpoint)
  const headers = requestHeaders(request, head, plan.authority)
  if (plan.requestHeaders.length > 0) {
    changeHeaders(
      headers,
      plan.requestHeaders,
      templateValues(plan, passage, { upstreamHost, requestHeaders: headers }),
    )
  }
  const outcome = await forward({ endpoint, target: plan.target, headers, request }, platform)
  const moment = { upstreamHost, requestHeaders: headers }
  if (outcome.kind === 'failed') {
    const { flag, details } = upstreamFault(outcome)
    const response = refuse({ status: 503, flag }, isGrpcRequest(request))
    const values = templateValues(plan, passage, { ...moment, responseCode: 0, responseFlags: flag })
    return { response: finishResponse(response, plan, values), flag, details, upstreamHost }
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

/** What is known when headers are changed; the rest of a template's values has no value yet. */
interface Moment {
  readonly requestHeaders?: Headers
  readonly responseHeaders?: Headers
  readonly responseCode?: number
  readonly responseFlags?: string
  readonly upstreamHost?: string
}

function templateValues(
  plan: RequestPlan,
  { request, head, platform, startMs }: Passage<RequestHead | undefined>,
  moment: Moment,
): TemplateValues {
  const sent = moment.requestHeaders ?? request.headers
  return {
    request: name =>
      // Pseudo headers and the gateway's own are not among the lines that are sent.
      head && (name.startsWith(':') || name === 'host') ? headerValues(head, name)[0] : (sent.get(name) ?? undefined),
    response: name => moment.responseHeaders?.get(name) ?? undefined,
    clientAddress: platform.client?.address,
    protocol: platform.client?.protocol ?? 'HTTP/1.1',
    responseCode: moment.responseCode,
    responseFlags: moment.responseFlags ?? '-',
    routeName: plan.routeName,
    startMs,
    clusterName: clusterOf(plan),
    upstreamHost: moment.upstreamHost,
  }
}

function clusterOf(plan: RequestPlan): string | undefined {
  if (plan.kind === 'forward') return plan.cluster.name
  return plan.kind === 'refuse' ? plan.clusterName : undefined
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
