import { decide } from '../../src/cli/explain/decide.ts'
import type { Decision } from '../../src/cli/explain/decision.ts'
import { addHeaderLine, type CommandLineRequest } from '../../src/cli/explain/parse-request.ts'
import { compileRoutes } from '../../src/control-plane/compile-routes.ts'
import type { Rib } from '../../src/control-plane/ir/rib.ts'
import { openTable, type TableView } from '../../src/fib/view.ts'
import { identity } from './gateway-process.ts'
import type { Mismatch } from './mismatch.ts'
import type { Observation } from './play-case.ts'
import type { Bundle, RecordedCase } from './recording.ts'
import type { Runtime } from './runtime.ts'

/** What `explain` decides by: the bundle's routes, compiled as the gateway compiles them. */
export interface Explained {
  readonly table: TableView
  readonly rib: Rib
}

/** Compiles a bundle for `explain`; undefined where its routes cannot be read. */
export function explainedBy({ config, mesh }: Bundle): Explained | undefined {
  const encoder = new TextEncoder()
  const files = [{ path: 'config.yaml', bytes: encoder.encode(config) }]
  const settings = mesh === undefined ? [] : [{ path: 'mesh.yaml', bytes: encoder.encode(mesh), isMesh: true }]
  const { table, rib } = compileRoutes([...files, ...settings], { identity })
  return table && rib && { table: openTable(table), rib }
}

// What workerd answers by itself, before the gateway sees the request: `explain` cannot know of it.
const ofRuntime = new Set([400, 431, 501])

/**
 * Where `explain` names another outcome than the running gateway had. Only cases without a draw can be compared: one
 * plain HTTP request, no split, no fault.
 */
export function compareExplanation(
  { listenerPort }: Bundle,
  { request, kind = 'http', repeat }: RecordedCase,
  { exchanges, hits }: Observation,
  explained: Explained,
  { name: runtime }: Pick<Runtime, 'name'>,
): Mismatch[] {
  const [exchange] = exchanges
  const { method = 'GET', target = '/', host } = request
  const isPlain = kind === 'http' && repeat === undefined && target.startsWith('/') && typeof host === 'string'
  if (!isPlain || exchange?.kind !== 'answered') return []
  const port = request.listenerPort ?? listenerPort
  const namedListener = { listener: `http.${port}`, port }
  const asked = { method, url: `http://${host}${target}`, ...headersOf(request), body: null }
  const { decision, difference } = decide({
    request: asked,
    namedListener,
    ...explained,
    runtime,
    random: 0.5,
    nowMs: 0,
  })
  if (difference !== undefined) return [{ what: 'explain', expected: 'table and reference agree', got: difference }]
  if (isDrawn(decision)) return []
  const { outcome } = decision
  if (outcome.kind !== 'forward') {
    const isSame = hits.length === 0 && exchange.status === outcome.status
    return isSame ? [] : [{ what: 'explain', expected: outcome, got: { status: exchange.status, hits: hits.length } }]
  }
  const [hit] = hits
  // A dead endpoint answers nothing; what the runtime refuses never gets to the gateway.
  if (!hit)
    return exchange.status >= 503 || ofRuntime.has(exchange.status)
      ? []
      : [{ what: 'explain', expected: outcome, got: exchange.status }]
  // A mirror may have been asked before the endpoint was.
  const isSame = hits.some(
    ({ port, target }) => target === outcome.target && outcome.endpoints?.some(endpoint => endpoint.port === port),
  )
  return isSame ? [] : [{ what: 'explain', expected: outcome, got: { port: hit.port, target: hit.target } }]
}

function isDrawn({ split = [], policy }: Decision): boolean {
  return split.filter(({ weight }) => weight > 0).length > 1 || policy?.fault !== undefined
}

function headersOf({ host, headers = {} }: RecordedCase['request']): Pick<CommandLineRequest, 'headers' | 'lines'> {
  const sent = Object.entries(headers).flatMap(([name, value]) => [value].flat().map(line => [name, line] as const))
  const lines = [['host', host!] as const, ...sent]
  const joined = new Headers()
  for (const [name, value] of lines) addHeaderLine(joined, name, value)
  return { headers: joined, lines }
}
