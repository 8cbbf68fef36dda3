import { readFile } from 'node:fs/promises'
import { createGateway } from '../../data-plane/proxy/gateway.ts'
import { ActiveTable } from '../../store/active-table.ts'
import { type AccessLog, type AccessLogEntry, accessLogObserver, formatAccessLog } from '../../telemetry/access-log.ts'
import { problemLines, readLimits, readSettings } from '../settings.ts'
import { onlyTable, type TableSource } from '../table-source.ts'
import { type OpenSockets, openSockets } from './downstream/open-sockets.ts'
import { followFolder } from './follow-folder.ts'
import { droppedLines, LineWriter } from './line-writer.ts'
import { listeningLine, type ServeConfig } from './serve-config.ts'
import type { Service } from './service.ts'
import { upstreamPools } from './upstream/connection-pool.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** How often connections are looked at that could be closed, once the gateway shuts down. */
const drainLookMs = 50
/** How long the reader of the log may take for the last lines. */
const lastLinesMs = 1_000

/**
 * Is the gateway, in a process of its own, until SIGTERM: then requests in flight end, and the process with status 0.
 * Its settings are read from the environment.
 *
 * @param configFile JSON: `ServeConfig`
 * @throws Error where a setting is wrong or a socket cannot be had
 */
export async function startGateway(configFile: string, env: Environment): Promise<void> {
  const config = JSON.parse(await readFile(configFile, 'utf8')) as ServeConfig
  const table = new ActiveTable(await readFile(config.tableFile))
  const lines = new LineWriter(1, count => console.error(droppedLines(count)))
  const { storeFolder } = config
  const tables =
    storeFolder === undefined ? onlyTable(table) : await followFolder(table, { ...config, storeFolder }, env)
  const service = serviceOf(table, tables, env, lines)
  // A signal that comes before all of it listens is heeded once it does.
  const opening = openSockets(config, service)
  process.on('SIGTERM', () => void opening.then(sockets => drain(sockets, service, lines)))
  await opening
  // One request that meets a fault of ours must not end all others.
  process.on('uncaughtException', service.reportFault)
  process.on('unhandledRejection', service.reportFault)
  lines.line(listeningLine)
}

function serviceOf(table: ActiveTable, tables: TableSource, env: Environment, lines: LineWriter): Service {
  const limits = readLimits(env)
  const settings = readSettings(env)
  for (const line of problemLines(settings)) console.error(line)
  const accessLog: AccessLog | undefined = settings.isLogged
    ? entry => lines.lineLater(() => formatAccessLog(entry), sizeOfTargets(entry))
    : undefined
  const reportFault = (error: unknown) => console.error('gateway fault', error)
  return {
    gateway: createGateway(accessLog && accessLogObserver(accessLog), reportFault, {
      maxUpstreamRequests: limits.upstreamRequests,
    }),
    accessLog,
    activeTable: () => table.current,
    parts: { pools: upstreamPools(limits), limits, pending: new Set() },
    limits,
    health: { ...settings.health, status: () => tables.status },
    reportFault,
    isDraining: false,
  }
}

/** The part of an entry that a client can make large, in characters. */
function sizeOfTargets({ authority, path, upstream_path }: AccessLogEntry): number {
  return authority.length + path.length + (upstream_path?.length ?? 0)
}

async function drain({ ports, closeIdle }: OpenSockets, service: Service, lines: LineWriter): Promise<void> {
  if (service.isDraining) return
  service.isDraining = true
  const closed = ports.map(port => new Promise(resolve => port.close(resolve)))
  // A connection whose response had begun before stays open behind it.
  closeIdle()
  const timer = setInterval(closeIdle, drainLookMs)
  await Promise.all(closed)
  clearInterval(timer)
  await Promise.all(service.parts.pending)
  await lines.flush(lastLinesMs)
  process.exit(0)
}
