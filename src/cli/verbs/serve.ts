import { once } from 'node:events'
import { mkdir, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Identity } from '../../control-plane/compile-routes.ts'
import { isProcessRuntime, type ServeRuntime } from '../../fib/runtime.ts'
import { handedOnSettings, readFollowSettings, readLimits } from '../../runtimes/settings.ts'
import { judgeFolders } from '../folders/judge-folders.ts'
import type { Pipeline } from '../folders/pipeline.ts'
import { printBeforeServing } from '../folders/print-findings.ts'
import { compatibilityDate } from '../gateway/compatibility-date.ts'
import { type CredentialSource, findCredentials } from '../gateway/find-credentials.ts'
import { type GatewayProcess, GatewayStartError } from '../gateway/gateway-process.ts'
import { startHttpGateway } from '../gateway/http-process.ts'
import { authorityOf, findSockets, type ListenSockets, refusalOf } from '../gateway/listen-sockets.ts'
import { directDescriptor, relayLog } from '../gateway/relay-log.ts'
import { startWorkerd } from '../gateway/workerd-process.ts'
import { type ExitStatus, exitStatus } from '../terminal/exit-status.ts'
import { fail, printErrors, printWarning } from '../terminal/report.ts'
import { describeSystemError, systemErrorCode } from '../terminal/system-error.ts'
import type { Terminal } from '../terminal/terminal.ts'

export interface ServeOptions {
  /** Of routes; or single files. */
  readonly folders: readonly string[]
  readonly host: string
  /** Of the default listener; 0 takes any free one. Gateways say their ports themselves. */
  readonly port: number
  /** Who the edge is to rules that name their clients. */
  readonly identity: Identity
  readonly runtime: ServeRuntime
  readonly credentials: CredentialSource
  /** The folder whose published versions are followed; absent: the routes are served for ever. */
  readonly storeFolder?: string
}

/** How long requests in flight may take to end once the gateway shuts down. Less than what `docker stop` waits. */
const drainMs = 9_500

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Serves the routes as a gateway of its own, in a process of its own, until `ending` is aborted; then lets requests in
 * flight end. Istio's answer is served, also where the routes have errors, as long as they can be read.
 */
export async function serve(
  options: ServeOptions,
  terminal: Terminal,
  pipeline: Pipeline,
  ending: AbortSignal,
  env: Environment,
): Promise<ExitStatus> {
  const { out, err } = terminal
  const { identity, runtime } = options
  const judgement = await judgeFolders(options.folders, pipeline, { identity, target: runtime })
  if (judgement.kind === 'unusable') return fail(terminal, ...judgement.reasons)
  const { table, tls = [] } = judgement
  printBeforeServing(err, judgement)
  if (!table) {
    err.line('nothing served')
    return exitStatus.findings
  }

  const found = await findCredentials(tls, options.credentials, runtime)
  const wrong = wrongSetting(options, env)
  const problems = [...found.problems, ...(wrong === undefined ? [] : [wrong])]
  if (problems.length > 0) return fail(terminal, ...problems)
  for (const { settings, reason } of found.closed) {
    printWarning(terminal, `port ${settings.port} stays closed (listener ${settings.listener}): ${reason}`)
  }
  for (const warning of found.warnings) printWarning(terminal, warning)

  const unusable = options.storeFolder === undefined ? undefined : await prepareStore(options.storeFolder, terminal)
  if (unusable !== undefined) return fail(terminal, unusable)
  const listening = await findSockets(options, pipeline.readListeners(table), found.terms)
  if (listening.kind === 'refused') return fail(terminal, listening.reason)
  let gateway: GatewayProcess
  try {
    gateway = await startOn(options, listening, table, env, directDescriptor(terminal))
  } catch (error) {
    // Ctrl-C in a terminal reaches the bundler as well; interrupted, it fails in many ways.
    if (ending.aborted) return exitStatus.ok
    if (!(error instanceof GatewayStartError)) throw error
    const refusal = await refusalOf(listening)
    if (refusal !== undefined) return fail(terminal, refusal)
    printErrors(terminal, `${runtime} did not start: ${error.message}`)
    return exitStatus.internalError
  }
  if (!ending.aborted) out.line(readyLine(listening))
  const output = Promise.all([gateway.stdout && relayLog(gateway.stdout, terminal), err.passOn(gateway.stderr)])
  return untilTheEnd(runtime, gateway, output, terminal, ending)
}

/** Makes a store's folder where there is none, and says so: its name may be a slip. @returns why it is of no use */
async function prepareStore(folder: string, terminal: Terminal): Promise<string | undefined> {
  try {
    await mkdir(folder)
    printWarning(terminal, `${folder} did not exist, and nothing is published in it: the routes are served`)
    return undefined
  } catch (error) {
    // Not asked before: another gateway that starts at this moment may make it in between.
    if ((await stat(folder).catch(() => undefined))?.isDirectory()) return undefined
    if (systemErrorCode(error) === 'EEXIST') return `${folder}: is a file, not a folder`
    const meaning = describeSystemError(error)
    if (meaning === undefined) throw error
    return `${folder}: ${meaning}`
  }
}

/** What is wrong with a setting of the environment. */
function wrongSetting({ runtime, storeFolder }: ServeOptions, env: Environment): string | undefined {
  const [problem] = storeFolder === undefined ? [] : readFollowSettings(env).problems
  if (problem !== undefined) return problem
  if (!isProcessRuntime(runtime)) return undefined
  try {
    readLimits(env)
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

function startOn(
  { runtime, storeFolder }: ServeOptions,
  { address, sockets }: ListenSockets,
  table: Uint8Array,
  env: Environment,
  logDescriptor: number | undefined,
): Promise<GatewayProcess> {
  const store = storeFolder === undefined ? {} : { storeFolder: resolve(storeFolder) }
  if (isProcessRuntime(runtime)) return startHttpGateway(runtime, { address, sockets, ...store }, table, env)
  return startWorkerd(
    { address, sockets, settings: handedOnSettings(env), compatibilityDate, ...store },
    table,
    logDescriptor,
  )
}

async function untilTheEnd(
  runtime: ServeRuntime,
  gateway: GatewayProcess,
  output: Promise<unknown>,
  terminal: Terminal,
  ending: AbortSignal,
): Promise<ExitStatus> {
  const end = await Promise.race([gateway.ended, ending.aborted || once(ending, 'abort')])
  if (typeof end === 'string' && !ending.aborted) {
    await output
    printErrors(terminal, `${runtime} ended unexpectedly (${end}); nothing is served any more`)
    return exitStatus.internalError
  }
  const outcome = await gateway.drain(drainMs)
  await output
  if (outcome === 'killed') {
    printWarning(terminal, `requests in flight did not end within ${drainMs / 1000} s and were cut`)
  }
  return exitStatus.ok
}

/** `ready http.18080=127.0.0.1:18080 default=127.0.0.1:8080`: every listener and where it is reached. */
function readyLine({ address, sockets }: ListenSockets): string {
  return ['ready', ...sockets.map(({ listener, port }) => `${listener}=${authorityOf(address, port)}`)].join(' ')
}
