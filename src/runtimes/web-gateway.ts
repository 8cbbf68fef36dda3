import type { DownstreamRequest, Platform, Reply } from '../data-plane/platform.ts'
import { createGateway } from '../data-plane/proxy/gateway.ts'
import { type AccessLog, accessLogObserver } from '../telemetry/access-log.ts'
import { answerHealth, type Health, isHealthCheck, mayKnow } from './health.ts'
import { problemLines, type Settings } from './settings.ts'
import type { TableSource } from './table-source.ts'

/** The gateway of a runtime with web requests. Never rejects; `Facts` is what the runtime tells beside a request. */
export type WebGateway<Facts> = (request: Request, facts: Facts) => Promise<Response>

export interface WebGatewayOptions<Facts> {
  readonly settings: Settings
  /** Where entries go, unless the settings switch the log off. */
  readonly accessLog: AccessLog
  readonly tables: TableSource
  /** How the runtime carries a request. */
  readonly transportOf: (request: Request, facts: Facts) => WebTransport
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

/** The gateway as one function from web request to web response: health, or what the table decides. */
export function createWebGateway<Facts>(options: WebGatewayOptions<Facts>): WebGateway<Facts> {
  const { settings, accessLog, tables, transportOf } = options
  for (const line of problemLines(settings)) console.error(line)
  const gateway = createGateway(settings.isLogged ? accessLogObserver(accessLog) : undefined, reportFault)
  const health: Health = { ...settings.health, status: () => tables.status }
  return async (webRequest, facts) => {
    try {
      const { request, platform, respond } = transportOf(webRequest, facts)
      const newest = () => tables.forRequest(work => platform.waitUntil(work))
      if (isHealthCheck(request, health)) {
        // A gateway without any other request follows its store all the same.
        if (mayKnow(health.token, request.headers.get('authorization'))) await newest()
        const { status, headers, body } = answerHealth(health, request)
        return new Response(body, { status, headers: headers.map(([name, value]) => [name, value]) })
      }
      const tableOrPromise = newest()
      const table = tableOrPromise instanceof Promise ? await tableOrPromise : tableOrPromise
      return respond(await gateway(request, table, platform))
    } catch (error) {
      reportFault(error)
      return new Response(null, { status: 500 })
    }
  }
}

/** Our own faults: the client gets 500 and learns nothing of them. */
function reportFault(error: unknown): void {
  console.error('gateway fault', error)
}
