import type { NamedListener } from '../../data-plane/platform.ts'
import { formatAccessLog } from '../../telemetry/access-log.ts'
import { readSettings, type SettingTexts } from '../settings.ts'
import type { TableSource } from '../table-source.ts'
import { createWebGateway, type ExecutionContextLike, type WebGateway } from '../web-gateway.ts'
import { workersTransport } from './platform.ts'

/** Settings of the Worker: `[vars]`, secrets and bindings of wrangler.toml. */
export interface WorkerSettings extends SettingTexts {
  /** The KV namespace that versions are published to; without it, the table in the bundle serves. */
  readonly SIGNALBOX_TABLES?: KVNamespace
}

/** The context of a request; `props` is what the socket that it came in by was configured with. */
type WorkerContext = (ExecutionContextLike & { readonly props?: unknown }) | undefined

/** What a Worker exports as `fetch`. */
export type WorkerFetch<Texts> = (request: Request, settings: Texts, context: WorkerContext) => Promise<Response>

/**
 * The gateway as a Worker calls it. Its settings come with the first request, and hold for the isolate.
 *
 * @param tablesOf where its tables come from
 * @param namedListenerOf the listener that a request came in by, where there is a socket for each
 */
export function workerFetch<Texts extends WorkerSettings>(
  tablesOf: (settings: Texts) => TableSource,
  namedListenerOf?: (context: WorkerContext) => NamedListener,
): WorkerFetch<Texts> {
  let gateway: WebGateway<WorkerContext> | undefined
  return (request, settings, context) => {
    gateway ??= createWebGateway({
      settings: readSettings(settings),
      // Workers Logs, Logpush and `wrangler tail` pick up what the console gets.
      accessLog: entry => console.log(formatAccessLog(entry)),
      tables: tablesOf(settings),
      transportOf: (request, context) => workersTransport(request, context, namedListenerOf?.(context)),
    })
    return gateway(request, context)
  }
}
