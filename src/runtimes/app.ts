import { type Context, Hono } from 'hono'
import type { DownstreamRequest, Platform, Reply } from '../data-plane/platform.ts'
import { createGateway } from '../data-plane/proxy/gateway.ts'
import type { AccessLog } from '../telemetry/access-log.ts'
import { answerHealth, type Health, mayKnow } from './health.ts'
import type { TableSource } from './table-source.ts'

export interface AppOptions {
  readonly health: Omit<Health, 'status'>
  readonly accessLog: AccessLog
  readonly tables: TableSource
  /** How the runtime carries a request, in the runtime's context. */
  readonly transportOf: (request: Request, context: ExecutionContextLike | undefined) => WebTransport
  /** Our own faults: the client gets 500 and learns nothing of them. */
  readonly reportFault: (error: unknown) => void
}

/** A request as a runtime with web requests carries it. */
export interface WebTransport {
  readonly platform: Platform
  readonly request: DownstreamRequest
  /** The web response that a reply becomes. */
  respond(reply: Reply): Response
}

/** The part of a runtime's execution context that the gateway needs. */
export interface ExecutionContextLike {
  waitUntil(work: Promise<unknown>): void
}

/**
 * The Hono app in front of the gateway. Routes and middleware of your own go here, before the last line: what they
 * do not answer is forwarded by the table.
 */
export function createApp(options: AppOptions): Hono {
  const gateway = createGateway(options.accessLog, options.reportFault)
  const health: Health = { ...options.health, status: () => options.tables.status }
  const app = new Hono()
  app.onError((error, context) => {
    options.reportFault(error)
    return context.body(null, 500)
  })
  app.all('*', async context => {
    // Compared as text: a pattern in a setting could take a whole site for the health path.
    const isHealth = context.req.path === health.path && context.req.method === 'GET'
    const execution = executionContextOf(context)
    const newest = () => options.tables.forRequest(work => execution?.waitUntil(work))
    if (isHealth) {
      // A gateway that nobody asks for anything else follows its store all the same.
      if (mayKnow(health.token, context.req.header('authorization'))) await newest()
      return healthResponse(context.req.raw, health)
    }
    const tableOrPromise = newest()
    const table = tableOrPromise instanceof Promise ? await tableOrPromise : tableOrPromise
    const { request, platform, respond } = options.transportOf(context.req.raw, execution)
    return respond(await gateway(request, table, platform))
  })
  return app
}

function healthResponse(request: Request, health: Health): Response {
  const query = new URL(request.url).search.slice(1)
  const { status, contentType, body } = answerHealth(health, request.headers.get('authorization'), query)
  return new Response(body, { status, headers: { 'content-type': contentType, 'cache-control': 'no-store' } })
}

/** Hono throws where a runtime gives no context. */
function executionContextOf(context: Context): ExecutionContextLike | undefined {
  try {
    return context.executionCtx
  } catch {
    return undefined
  }
}
