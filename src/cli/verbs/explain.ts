import type { Identity } from '../../control-plane/compile-routes.ts'
import type { Rib } from '../../control-plane/ir/rib.ts'
import type { NamedListener } from '../../data-plane/platform.ts'
import { hasErrors } from '../../diagnostics/diagnostic.ts'
import { renderSummary, renderText } from '../../diagnostics/render.ts'
import { nearest } from '../../diagnostics/suggest.ts'
import { visible } from '../../diagnostics/visible.ts'
import type { ClientContext } from '../../fib/request-head.ts'
import type { ServeRuntime } from '../../fib/runtime.ts'
import { openTable } from '../../fib/view.ts'
import { webRequest } from '../../runtimes/web-request.ts'
import { decide } from '../explain/decide.ts'
import { type CommandLineRequest, parseRequest } from '../explain/parse-request.ts'
import { renderDecision } from '../explain/render-decision.ts'
import { judgeFolders } from '../folders/judge-folders.ts'
import type { Pipeline } from '../folders/pipeline.ts'
import { type ExitStatus, exitStatus } from '../terminal/exit-status.ts'
import { fail } from '../terminal/report.ts'
import type { Terminal } from '../terminal/terminal.ts'

export interface ExplainOptions {
  readonly method: string
  readonly url: string
  /** The folders of routes, or single files. */
  readonly folders: readonly string[]
  /** As `name: value`. */
  readonly headers: readonly string[]
  /** The listener that the request enters; without it, the port and the host of its URL decide. */
  readonly listener?: string
  /** What the runtime would know of the client. */
  readonly client: ClientContext
  /** What would carry the decision out. */
  readonly runtime: ServeRuntime
  /** What every draw gives, from 0 to below 1. */
  readonly random: number
  readonly identity: Identity
  readonly isJson: boolean
}

/**
 * Tells what would be done with one request, and why. A request that the gateway refuses counts as a finding; where
 * the table and the reference differ about it, the fault is ours.
 */
export async function explain(options: ExplainOptions, terminal: Terminal, pipeline: Pipeline): Promise<ExitStatus> {
  const { out, err } = terminal
  const parsed = parseRequest(options.method, options.url, options.headers)
  if (parsed.kind === 'unusable') return fail(terminal, parsed.reason)
  const judgement = await judgeFolders(options.folders, pipeline, { identity: options.identity })
  if (judgement.kind === 'unusable') return fail(terminal, ...judgement.reasons)
  const { diagnostics, texts, paths, table: bytes, rib } = judgement
  if (!bytes || !rib) {
    err.line(renderText(diagnostics, texts, { color: err.color }))
    return fail(terminal, 'the routes cannot be read, so nothing can be explained')
  }
  if (hasErrors(diagnostics)) err.line(`note: ${renderSummary(diagnostics, paths.length)}; signalbox check shows them`)

  const namedListener = namedListenerOf(options.listener, rib, parsed.request)
  if (typeof namedListener === 'string') return fail(terminal, namedListener)
  const { decision, difference } = decide({
    request: parsed.request,
    ...(namedListener && { namedListener }),
    ...(Object.keys(options.client).length > 0 && { client: options.client }),
    table: openTable(bytes),
    rib,
    runtime: options.runtime,
    random: options.random,
    nowMs: Date.now(),
  })
  out.line(options.isJson ? JSON.stringify(decision, null, 2) : renderDecision(decision, { color: out.color }))
  if (difference !== undefined) {
    err.line(`signalbox: internal error: the compiled table and its reference differ: ${visible(difference)}`)
    return exitStatus.internalError
  }
  return decision.outcome.kind === 'refuse' ? exitStatus.findings : exitStatus.ok
}

/** Where a request comes in by the listener of this name; a text says why there is no such place. */
function namedListenerOf(
  name: string | undefined,
  { listeners }: Rib,
  request: CommandLineRequest,
): NamedListener | string | undefined {
  if (name === undefined) return undefined
  const listener = listeners.find(each => each.name === name)
  if (!listener) {
    const names = listeners.map(each => each.name)
    const near = nearest(name, names)
    return `no listener is called "${name}"${near === undefined ? `: there is ${names.join(', ')}` : `; did you mean ${near}?`}`
  }
  // The default listener serves whatever port a request comes in by.
  return { listener: name, port: listener.port ?? webRequest(request, undefined).port }
}
