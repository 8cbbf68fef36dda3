import { visible } from '../../diagnostics/visible.ts'
import { handedOnSettings } from '../../runtimes/settings.ts'
import { type DevWorker, PortTakenError, startDevWorker } from '../dev/dev-worker.ts'
import { echoOrigin } from '../dev/echo-origin.ts'
import { createReloader } from '../dev/reload.ts'
import { formatRequestLine, parseAccessLog } from '../dev/request-line.ts'
import { answerWithTable } from '../dev/serve-table.ts'
import { lookAt, pauseUntil, watch } from '../dev/watch.ts'
import { welcome } from '../dev/welcome.ts'
import type { Pipeline } from '../folders/pipeline.ts'
import { type PortRefusal, probePort } from '../gateway/probe-port.ts'
import { type ExitStatus, exitStatus } from '../terminal/exit-status.ts'
import { fail } from '../terminal/report.ts'
import type { Terminal } from '../terminal/terminal.ts'

export interface DevOptions {
  /** The folders of routes, or single files. */
  readonly targets: readonly string[]
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
  /** `echo`: every endpoint is played by this process. `real`: the endpoints are fetched. */
  readonly origins: 'echo' | 'real'
}

/**
 * Serves the routes through workerd on this machine and swaps the table whenever they are edited, until `ending` is
 * aborted. Ends everything that it started.
 */
export async function dev(
  options: DevOptions,
  terminal: Terminal,
  pipeline: Pipeline,
  ending: AbortSignal,
  env: Readonly<Record<string, string | undefined>>,
): Promise<ExitStatus> {
  const { targets, host, port, origins } = options
  const first = await lookAt(targets)
  const reloader = createReloader({ targets, terminal, pipeline, now: () => new Date() })
  const started = await reloader.start()
  if (started !== exitStatus.ok) return started

  const refused = await probePort(host, port)
  if (refused !== undefined) return refuse(options, refused, terminal)
  let worker: DevWorker
  try {
    worker = await startDevWorker({
      host,
      port,
      serveTable: (request, response) => answerWithTable(reloader.current(), request, response),
      ...(origins === 'echo' ? { origin: echoOrigin } : {}),
      settings: handedOnSettings(env),
      onLog: (level, message) => printLog(level, message, terminal),
    })
  } catch (error) {
    // Ctrl-C in a terminal reaches workerd and the bundler as well; half started, they fail in many ways.
    if (ending.aborted) return exitStatus.ok
    if (error instanceof PortTakenError) return refuse(options, portTaken, terminal)
    throw error
  }
  try {
    terminal.out.line(welcome({ targets, origins, url: worker.url, facts: reloader.current().facts }))
    await watch({
      first,
      look: () => lookAt(targets),
      pause: pauseUntil(ending),
      isOver: () => ending.aborted,
      onChange: reloader.reload,
    })
  } finally {
    await worker.stop()
  }
  return exitStatus.ok
}

const portTaken: PortRefusal = { reason: 'the address is already in use', culprit: 'port' }

function refuse({ host, port }: DevOptions, { reason, culprit }: PortRefusal, terminal: Terminal): ExitStatus {
  const hint =
    culprit === 'host' ? 'another address: --host 127.0.0.1' : `another port: --port ${port < 65535 ? port + 1 : 0}`
  return fail(terminal, `cannot listen on ${host}:${port}: ${reason}; try ${hint}`)
}

function printLog(level: string, message: string, { out, err }: Terminal): void {
  const entry = parseAccessLog(message)
  if (entry) {
    out.line(formatRequestLine(entry, out))
    return
  }
  // Further lines are indented, so that none can pass for a request of its own.
  err.line(`worker ${visible(level)}: ${message.split('\n').map(visible).join('\n  ')}`)
}
