import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { lookUp } from '../../data-plane/match/look-up.ts'
import { type SearchPath, searchPath } from '../../data-plane/match/search-path.ts'
import { readHead } from '../../data-plane/proxy/read-head.ts'
import { type Paint, painter } from '../../diagnostics/paint.ts'
import { visible } from '../../diagnostics/visible.ts'
import type { Guard } from '../../fib/guard.ts'
import { contentHash, toHex } from '../../fib/hash.ts'
import { formatVersion, none } from '../../fib/layout.ts'
import type { RequestHead } from '../../fib/request-head.ts'
import {
  listenerName,
  openTable,
  RefusedTableError,
  routeName,
  routesOf,
  type TableView,
  virtualHostName,
} from '../../fib/view.ts'
import { webRequest } from '../../runtimes/web-request.ts'
import { parseRequest } from '../explain/parse-request.ts'
import { searchLines } from '../table/render-search.ts'
import { type SectionSize, sectionSizes } from '../table/section-sizes.ts'
import { type ExitStatus, exitStatus } from '../terminal/exit-status.ts'
import { fail } from '../terminal/report.ts'
import { describeSystemError } from '../terminal/system-error.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { count } from '../words/count.ts'
import { refusedByGuard } from '../words/guard-words.ts'
import { shortVersion } from '../words/short-version.ts'

export interface TableOptions {
  /** The table. */
  readonly file: string
  /** A request whose way through the table is printed. */
  readonly request?: { readonly method: string; readonly url: string; readonly headers: readonly string[] }
  readonly isJson: boolean
}

/** Where a request is looked for, and what is found on the way. */
interface Search {
  readonly listener?: string
  /** Whether that listener does not admit the client. */
  readonly isRefused?: true
  /** The guard by which it does not. */
  readonly refusedBy?: Guard['kind']
  readonly virtualHost?: string
  /** Its first route and how many it has. */
  readonly firstRoute?: number
  readonly routeCount?: number
  readonly steps: SearchPath['steps']
  readonly route?: { readonly row: number; readonly name: string }
}

/** Tells what a compiled table is made of and, given a request, how it is looked up. Serves nothing. */
export async function table(options: TableOptions, terminal: Terminal): Promise<ExitStatus> {
  const { out } = terminal
  const { request } = options
  const parsed = request && parseRequest(request.method, request.url, request.headers)
  if (parsed?.kind === 'unusable') return fail(terminal, parsed.reason)
  const bytes = await readFile(options.file).catch((error: unknown) => error)
  if (!Buffer.isBuffer(bytes)) {
    const meaning = describeSystemError(bytes)
    if (meaning === undefined) throw bytes
    return fail(terminal, `${options.file}: ${meaning}`)
  }
  const view = opened(bytes)
  if (typeof view === 'string') return fail(terminal, `${options.file}: ${view}`)
  const head = parsed && readHead(webRequest(parsed.request, undefined), view).head
  if (parsed && !head) return fail(terminal, 'the request is malformed: the table is not consulted')
  const facts = {
    table: view.version,
    formatVersion,
    bytes: bytes.byteLength,
    listeners: view.listenerCount,
    virtualHosts: view.virtualHostCount,
    routes: view.routeCount,
    sections: sectionSizes(view),
  }
  const search = head && searchIn(view, head)
  if (options.isJson) out.line(JSON.stringify({ ...facts, ...(search && { search }) }, null, 2))
  else {
    const paint = painter(out.color)
    for (const line of [...factLines(options.file, facts), '', ...sectionLines(facts.sections, bytes.byteLength)]) {
      out.line(line)
    }
    if (head && search) for (const line of ['', ...requestLines(head, search, paint)]) out.line(line)
  }
  return exitStatus.ok
}

/** The table in these bytes, or why they are none. The whole of it is hashed, as where a table comes from elsewhere. */
function opened(bytes: Buffer): TableView | string {
  try {
    const view = openTable(bytes)
    const hash = toHex(contentHash(bytes, content => createHash('sha256').update(content).digest()))
    if (hash !== view.version)
      return `damaged: its content is ${shortVersion(hash)}, and it is named ${shortVersion(view.version)}`
    return view
  } catch (error) {
    if (error instanceof RefusedTableError) return error.message
    throw error
  }
}

function searchIn(view: TableView, head: RequestHead): Search {
  const { entered, refusedBy, route } = lookUp(view, head)
  if (!entered) return { steps: [] }
  const listener = listenerName(view, entered.listener)
  if (refusedBy) return { listener, isRefused: true, refusedBy: refusedBy.kind, steps: [] }
  if (entered.virtualHost === none) return { listener, steps: [] }
  const { steps } = searchPath(view, entered.virtualHost, head)
  const { first, count: routeCount } = routesOf(view, entered.virtualHost)
  return {
    listener,
    virtualHost: virtualHostName(view, entered.virtualHost),
    firstRoute: first,
    routeCount,
    steps,
    ...(route !== none && { route: { row: route, name: routeName(view, route) } }),
  }
}

interface Facts {
  readonly table: string
  readonly bytes: number
  readonly listeners: number
  readonly virtualHosts: number
  readonly routes: number
}

function factLines(file: string, { table: name, bytes, listeners, virtualHosts, routes }: Facts): string[] {
  const each = routes === 0 ? '' : `, ${Math.round(bytes / routes)} a route`
  return [
    `${visible(file)}   table ${shortVersion(name)}, format ${formatVersion}, ${count(bytes, 'byte')}${each}`,
    `${count(listeners, 'listener')}, ${count(virtualHosts, 'virtual host')}, ${count(routes, 'route')}`,
  ]
}

function sectionLines(sections: readonly SectionSize[], total: number): string[] {
  const digits = String(total).length
  return sections.map(({ section, bytes, rows, taken }) => {
    const share = `${((bytes / total) * 100).toFixed(1)} %`.padStart(7)
    const slots =
      rows === undefined ? '' : taken === undefined ? count(rows, 'row') : `${taken} of ${count(rows, 'slot')}`
    return `${section.padEnd(14)}${String(bytes).padStart(digits)}${share}   ${slots}`.trimEnd()
  })
}

function requestLines({ method, scheme, authority, path }: RequestHead, search: Search, paint: Paint): string[] {
  const lines = [`request   ${visible(`${method} ${scheme} ${authority} ${path}`)}`]
  if (search.listener === undefined) return [...lines, 'listener  none has a virtual host for it']
  lines.push(`listener  ${visible(search.listener)}`)
  if (search.refusedBy) return [...lines, `          ${refusedByGuard[search.refusedBy]}`]
  if (search.virtualHost === undefined) return [...lines, 'vhost     none']
  const { firstRoute = 0, routeCount = 0 } = search
  const routes = routeCount === 0 ? 'no routes' : `routes ${firstRoute} to ${firstRoute + routeCount - 1}`
  lines.push(`vhost     ${visible(search.virtualHost)}   ${routes}`)
  for (const [index, line] of searchLines({ steps: search.steps, match: none }, paint).entries()) {
    lines.push(`${index === 0 ? 'search' : ''}`.padEnd(10) + line)
  }
  lines.push(
    search.route
      ? `result    ${paint('strong', `route ${search.route.row}`)}   ${visible(search.route.name)}`
      : 'result    no route matches',
  )
  return lines
}
