import { readFileSync } from 'node:fs'
import process from 'node:process'
import type { ClientContext } from '../../fib/request-head.ts'
import { transports } from '../../fib/runtime.ts'
import { ActiveTable } from '../../store/active-table.ts'
import { formatAccessLog } from '../../telemetry/access-log.ts'
import { createApp, type ExecutionContextLike } from '../app.ts'
import { followSettings } from '../follow-settings.ts'
import { healthPathOf, healthTokenOf } from '../health.ts'
import { FolderReader } from '../node-http/folder-reader.ts'
import { limitsFrom } from '../node-http/limits.ts'
import { NodePlatform } from '../node-http/node-platform.ts'
import { upstreamPools } from '../node-http/upstream/connection-pool.ts'
import { followedTable, onlyTable, type TableSource } from '../table-source.ts'
import { fetchRequest } from './fetch-request.ts'
import { fetchResponse } from './fetch-response.ts'

// Read once, before the first request: `signalbox compile -o dist/table.fib` writes it.
const tableFile = process.env.SIGNALBOX_TABLE ?? new URL('../../../dist/table.fib', import.meta.url)
const table = new ActiveTable(readFileSync(tableFile))
const limits = limitsFrom(process.env)
const parts = { pools: upstreamPools(limits), limits, pending: new Set<Promise<unknown>>() }
const isLogged = process.env.SIGNALBOX_ACCESS_LOG !== 'off'

class FetchPlatform extends NodePlatform {
  override readonly keepsTrailers = transports['fetch-to-sockets'].keepsTrailers
}

/** What Deno tells of a request beside itself. */
interface DenoContext extends ExecutionContextLike {
  readonly info: Deno.ServeHandlerInfo
}

function clientOf({ info }: DenoContext): ClientContext {
  const { hostname } = info.remoteAddr
  return hostname === undefined ? {} : { address: hostname }
}

/** The end of the client: the other one is ours, and the same for all. */
function connectionOf({ info }: DenoContext): string | undefined {
  const { hostname, port } = info.remoteAddr
  return hostname === undefined || port === undefined ? undefined : `${hostname}:${port}`
}

const app = createApp({
  health: {
    path: healthPathOf(process.env.SIGNALBOX_HEALTH_PATH),
    token: healthTokenOf(process.env.SIGNALBOX_HEALTH_TOKEN),
  },
  accessLog: entry => {
    if (isLogged) console.log(formatAccessLog(entry))
  },
  tables: tableSource(process.env.SIGNALBOX_STORE),
  transportOf: (request, context) => ({
    request: fetchRequest(request, connectionOf(context as DenoContext)),
    platform: new FetchPlatform(undefined, clientOf(context as DenoContext), parts),
    respond: reply => fetchResponse(reply, request),
  }),
  reportFault: error => console.error('gateway fault', error),
})

/** By the versions in a folder, where one is named. Requests set its following going: a platform may stop all else. */
function tableSource(folder: string | undefined): TableSource {
  if (folder === undefined || folder === '') return onlyTable(table)
  return followedTable(table, new FolderReader(folder), followSettings(process.env), (_, line) => console.error(line))
}

/**
 * The handler that `deno serve` and Deno Deploy run. Requests come in as the platform has read them; endpoints are
 * asked over `node:http`, which keeps Host, target and coded bodies as they are.
 */
export default {
  fetch(request: Request, info: Deno.ServeHandlerInfo): Response | Promise<Response> {
    const context: DenoContext & { passThroughOnException(): void; props: unknown } = {
      info,
      props: undefined,
      // The process goes on by itself.
      waitUntil: () => {},
      passThroughOnException: () => {},
    }
    return app.fetch(request, undefined, context)
  },
}
