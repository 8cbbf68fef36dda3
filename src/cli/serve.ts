import { once } from 'node:events'
import type { Identity } from '../control-plane/compile-routes.ts'
import { renderSummary, renderText } from '../diagnostics/render.ts'
import { visible } from '../diagnostics/visible.ts'
import { compatibilityDate } from './compatibility-date.ts'
import { type ExitStatus, exitStatus } from './exit-status.ts'
import { judgeFolders } from './judge-folders.ts'
import type { Pipeline } from './pipeline.ts'
import { authorityOf, findPlaces, refusalOf, type SocketPlaces } from './socket-places.ts'
import type { Terminal } from './terminal.ts'
import { settingsFrom } from './worker-settings.ts'
import { startWorkerd, type WorkerdProcess, WorkerdStartError } from './workerd-process.ts'

export interface ServeOptions {
  /** The folders of routes, or single files. */
  readonly targets: readonly string[]
  readonly host: string
  /** Of the default listener; 0 takes any free one. Gateways say their ports themselves. */
  readonly port: number
  /** Who the edge is to rules that name their clients. */
  readonly identity: Identity
}

/** How long requests in flight may take to end once the gateway is told to. Less than what `docker stop` waits. */
const drainMs = 9_500

/**
 * Serves the routes as a gateway of its own, on bare workerd, until `ending` is aborted; then lets requests in flight
 * end. Istio's answer is served, also where the routes have errors, as long as they can be read.
 */
export async function serve(
  options: ServeOptions,
  terminal: Terminal,
  pipeline: Pipeline,
  ending: AbortSignal,
  env: Readonly<Record<string, string | undefined>>,
): Promise<ExitStatus> {
  const { out, err } = terminal
  const complain = (message: string) => err.line(`error: ${visible(message)}`)
  const judgement = await judgeFolders(options.targets, pipeline, { identity: options.identity })
  if (judgement.kind === 'unusable') {
    for (const reason of judgement.reasons) complain(reason)
    return exitStatus.usage
  }
  const { diagnostics, texts, table, paths } = judgement
  if (diagnostics.length > 0) {
    err.line(renderText(diagnostics, texts, { color: err.color }))
    err.line(`\n${renderSummary(diagnostics, paths.length)}`)
  }
  if (!table) {
    err.line('nothing served')
    return exitStatus.findings
  }

  const places = await findPlaces(options, pipeline.readListeners(table))
  if (places.kind === 'refused') {
    complain(places.reason)
    return exitStatus.usage
  }
  for (const { port, name } of places.unserved) {
    err.line(`warning: TLS is not served yet: port ${port} stays closed (listener ${visible(name)})`)
  }
  let workerd: WorkerdProcess
  try {
    workerd = await startWorkerd({ ...places, settings: settingsFrom(env), compatibilityDate }, table)
  } catch (error) {
    // Ctrl-C in a terminal reaches the bundler as well; interrupted, it fails in many ways.
    if (ending.aborted) return exitStatus.ok
    if (!(error instanceof WorkerdStartError)) throw error
    const refusal = await refusalOf(places)
    complain(refusal ?? `workerd did not start: ${error.message}`)
    return refusal === undefined ? exitStatus.ourFault : exitStatus.usage
  }
  if (!ending.aborted) out.line(readyLine(places))
  const output = Promise.all([out.passOn(workerd.stdout), err.passOn(workerd.stderr)])
  return untilTheEnd(workerd, output, terminal, ending)
}

async function untilTheEnd(
  workerd: WorkerdProcess,
  output: Promise<unknown>,
  { err }: Terminal,
  ending: AbortSignal,
): Promise<ExitStatus> {
  const end = await Promise.race([workerd.ended, ending.aborted || once(ending, 'abort')])
  if (typeof end === 'string' && !ending.aborted) {
    await output
    err.line(`error: workerd has ended by itself (${end}); nothing is served any more`)
    return exitStatus.ourFault
  }
  const outcome = await workerd.drain(drainMs)
  await output
  if (outcome === 'killed') err.line(`warning: requests in flight did not end within ${drainMs / 1000} s and were cut`)
  return exitStatus.ok
}

/** `ready http.18080=127.0.0.1:18080 default=127.0.0.1:8080`: every listener and where it is reached. */
function readyLine({ address, sockets }: SocketPlaces): string {
  return ['ready', ...sockets.map(({ listener, port }) => `${listener}=${authorityOf(address, port)}`)].join(' ')
}
