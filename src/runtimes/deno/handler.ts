import { readFileSync } from 'node:fs'
import process from 'node:process'
import type { ClientContext } from '../../fib/request-head.ts'
import { transports } from '../../fib/runtime.ts'
import { ActiveTable } from '../../store/active-table.ts'
import { formatAccessLog } from '../../telemetry/access-log.ts'
import { FolderReader } from '../node-http/folder-reader.ts'
import { HttpPlatform } from '../node-http/http-platform.ts'
import { upstreamPools } from '../node-http/upstream/connection-pool.ts'
import { readFollowSettings, readLimits, readSettings } from '../settings.ts'
import { followedTable, onlyTable, type TableSource } from '../table-source.ts'
import { createWebGateway } from '../web-gateway.ts'
import { fetchRequest } from './fetch-request.ts'
import { fetchResponse } from './fetch-response.ts'

// Read once, before the first request: `signalbox compile -o dist/table.fib` writes it.
const tableFile = process.env.SIGNALBOX_TABLE ?? new URL('../../../dist/table.fib', import.meta.url)
const table = new ActiveTable(readFileSync(tableFile))
const limits = readLimits(process.env)
const parts = { pools: upstreamPools(limits), limits, pending: new Set<Promise<unknown>>() }

class FetchPlatform extends HttpPlatform {
  override readonly keepsTrailers = transports['fetch-to-sockets'].keepsTrailers
}

function clientOf({ remoteAddr: { hostname } }: Deno.ServeHandlerInfo): ClientContext {
  return hostname === undefined ? {} : { address: hostname }
}

/** The end of the client: the other one is ours, and the same for all. */
function connectionOf({ remoteAddr: { hostname, port } }: Deno.ServeHandlerInfo): string | undefined {
  return hostname === undefined || port === undefined ? undefined : `${hostname}:${port}`
}

const gateway = createWebGateway<Deno.ServeHandlerInfo>({
  settings: readSettings(process.env),
  accessLog: entry => console.log(formatAccessLog(entry)),
  tables: tableSource(process.env.SIGNALBOX_STORE),
  transportOf: (request, info) => ({
    request: fetchRequest(request, connectionOf(info)),
    platform: new FetchPlatform(undefined, clientOf(info), parts),
    respond: reply => fetchResponse(reply, request),
  }),
})

/** By the versions in a folder, where one is named. Requests set its following going: a platform may stop all else. */
function tableSource(folder: string | undefined): TableSource {
  if (folder === undefined || folder === '') return onlyTable(table)
  return followedTable(table, new FolderReader(folder), readFollowSettings(process.env), (_, line) =>
    console.error(line),
  )
}

/**
 * The handler that `deno serve` and Deno Deploy run. Requests come in as the platform has read them; endpoints are
 * asked over `node:http`, which keeps Host, target and coded bodies as they are.
 */
export default { fetch: gateway }
