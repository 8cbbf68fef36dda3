import { endpointAuthority } from '../../fib/cluster.ts'
import type { TableView } from '../../fib/view.ts'
import type { AccessLog, AccessLogEntry } from '../../telemetry/access-log.ts'
import { pickEndpoint } from '../balance/pick-endpoint.ts'
import { planRequest } from '../plan/plan-request.ts'
import type { ForwardPlan, RefusePlan, RequestPlan, ResponseFlag } from '../plan/request-plan.ts'
import type { Platform } from '../platform.ts'
import { forward } from './forward.ts'
import { answer, refuse } from './local-reply.ts'
import { type ArrivedRequest, readHead } from './read-head.ts'

/** Serves one request by one table, whole. It always answers: what goes wrong upstream is a response, too. */
export type Gateway = (request: Request, table: TableView, platform: Platform) => Promise<Response>

const malformed: RefusePlan = { kind: 'refuse', status: 400, flag: 'DPE', details: 'malformed_request_head' }

/** A gateway that reports every request to `accessLog`, once its response head is known. */
export function createGateway(accessLog: AccessLog): Gateway {
  return async (request, table, platform) => {
    const startMs = platform.now()
    const arrived = readHead(request)
    const plan = arrived.head ? planRequest(table, arrived.head, platform.random) : malformed
    const served = await carryOut(plan, request, arrived, platform)
    accessLog(entryOf(request, table, arrived, plan, served, startMs, platform.now()))
    return served.response
  }
}

interface Served {
  readonly response: Response
  readonly flag: ResponseFlag
  readonly details: string
  /** The endpoint's `address:port`, where one was tried. */
  readonly upstreamHost?: string
}

async function carryOut(
  plan: RequestPlan,
  request: Request,
  arrived: ArrivedRequest,
  platform: Platform,
): Promise<Served> {
  switch (plan.kind) {
    case 'answer':
      return { response: answer(plan), flag: '-', details: plan.details }
    case 'refuse':
      return { response: refuse(plan), flag: plan.flag, details: plan.details }
    case 'forward':
      return carryForward(plan, request, arrived, platform)
    default:
      return plan satisfies never
  }
}

async function carryForward(
  plan: ForwardPlan,
  request: Request,
  { head }: ArrivedRequest,
  platform: Platform,
): Promise<Served> {
  const endpoint = pickEndpoint(plan.cluster, platform.random)
  const upstreamHost = endpointAuthority(endpoint)
  const outcome = await forward(request, head!, endpoint, plan.target, platform)
  if (outcome.kind === 'responded') {
    return { response: outcome.response, flag: '-', details: 'via_upstream', upstreamHost }
  }
  const details = `upstream_reset_before_response_started{${outcome.reason}}`
  return { response: refuse({ status: 503 }), flag: 'UF', details, upstreamHost }
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
  return {
    start_time: new Date(startMs).toISOString(),
    method: request.method,
    authority,
    path: target,
    response_code: response.status,
    response_flags: flag,
    response_code_details: details,
    duration: endMs - startMs,
    route_name: plan.routeName ?? null,
    upstream_cluster:
      (plan.kind === 'forward' ? plan.cluster.name : plan.kind === 'refuse' ? plan.clusterName : null) ?? null,
    upstream_host: upstreamHost ?? null,
    upstream_path: plan.kind === 'forward' ? plan.target : null,
    table_version: table.version.slice(0, 12),
  }
}
