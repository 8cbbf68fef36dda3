import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { patienceMs } from '../../patience.ts'
import { listenerAmong } from './process-facts.ts'
import type { RuntimeName } from './runtimes.ts'

const entry = fileURLToPath(new URL('../../../src/cli/signalbox.mjs', import.meta.url))

/** A `signalbox serve` that stays until it is stopped, for suites that ask one gateway many things. */
export interface RunningGateway {
  /** Of the default listener. */
  readonly port: number
  /** The process that forwards: the one that holds the port. */
  readonly pid: number
  /** The process of the command line, which may be another one: it hands the access log on. */
  readonly cliPid: number
  /** What it wrote to stderr so far. */
  readonly errors: string
  /** Lines of the access log so far. */
  readonly logLines: number
  /** Whether it is still up. */
  readonly isAlive: boolean
  /** Ends it; resolves with its exit status. */
  stop(): Promise<number | null>
}

export interface GatewayOptions {
  readonly runtime: RuntimeName
  /** YAML of routes, in one file or several. */
  readonly routes: string | readonly string[]
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>
  /** Is given each piece of the access log. */
  readonly onLog?: (chunk: Buffer) => void
  /** Where the access log goes instead: a new file. */
  readonly logFile?: string
}

/** Starts the real command line on a free port of this machine. @throws Error with what it said where it does not start */
export async function startGateway({
  runtime,
  routes,
  env = {},
  onLog,
  logFile,
}: GatewayOptions): Promise<RunningGateway> {
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-gateway-'))
  for (const [index, text] of [routes].flat().entries()) await writeFile(join(folder, `routes-${index}.yaml`), text)
  const log = logFile === undefined ? undefined : await open(logFile, 'a')
  const child = spawn(process.execPath, [entry, 'serve', folder, '--port', '0', '--runtime', runtime], {
    stdio: ['ignore', log ? log.fd : 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  })
  await log?.close()
  // SIGKILL would leave the process of its runtime behind.
  const end = () => void child.kill('SIGTERM')
  process.once('exit', end)
  const closed = once(child, 'close')
  let errors = ''
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-1_000_000)
  })
  const stop = async () => {
    end()
    const timer = setTimeout(() => child.kill('SIGKILL'), patienceMs)
    const [status] = await closed
    clearTimeout(timer)
    process.off('exit', end)
    await rm(folder, { recursive: true, force: true })
    return status as number | null
  }
  let logLines = 0
  const ready = await Promise.race([
    logFile === undefined ? readyLine(child.stdout!) : readyLineIn(logFile),
    closed,
    late(),
  ])
  const port = typeof ready === 'string' ? Number(/ default=\S+:(\d+)/.exec(ready)?.[1]) : 0
  const pid = port > 0 ? listenerAmong(child.pid!, port) : undefined
  if (pid === undefined) {
    await stop()
    throw new Error(`signalbox serve did not start: ${ready}\n${errors}`)
  }
  child.stdout?.on('data', (chunk: Buffer) => {
    for (const byte of chunk) if (byte === 10) logLines++
    onLog?.(chunk)
  })
  return {
    port,
    pid,
    cliPid: child.pid!,
    get errors() {
      return errors
    },
    get logLines() {
      return logLines
    },
    get isAlive() {
      return child.exitCode === null && child.signalCode === null
    },
    stop,
  }
}

function readyLine(stdout: Readable): Promise<string> {
  return new Promise(resolve => {
    let text = ''
    const look = (chunk: Buffer) => {
      text += chunk
      const line = /^ready .*$/m.exec(text)?.[0]
      if (line === undefined || !text.includes('\n')) return
      stdout.off('data', look)
      resolve(line)
    }
    stdout.on('data', look)
  })
}

async function readyLineIn(file: string): Promise<string> {
  for (const endMs = performance.now() + patienceMs; performance.now() < endMs; await pause(50)) {
    const line = /^ready .*$/m.exec(await readFile(file, 'utf8'))?.[0]
    if (line !== undefined) return line
  }
  return 'late'
}

function late(): Promise<'late'> {
  return new Promise(resolve => setTimeout(resolve, patienceMs, 'late').unref())
}
