import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { bundleWorker } from './bundle-worker.ts'
import { configName, moduleFiles, type WorkerdConfig, workerdConfig } from './workerd-config.ts'

/** workerd, serving. */
export interface WorkerdProcess {
  readonly stdout: Readable
  readonly stderr: Readable
  /** Resolves when the process is gone, with how it ended: `exit status 1`, `signal SIGKILL`. */
  readonly ended: Promise<string>
  /**
   * Lets requests in flight end, at most for `graceMs`, then ends the process. New connections are not answered from
   * now on: workerd itself closes the idle ones and keeps the others until their request is served.
   */
  drain(graceMs: number): Promise<'drained' | 'killed'>
}

/** workerd ended before it listened on every socket. The message is what it said. */
export class WorkerdStartError extends Error {}

/**
 * Starts a bare workerd with the gateway in it. Resolves when all sockets accept connections.
 *
 * @throws WorkerdStartError
 */
export async function startWorkerd(config: WorkerdConfig, table: Uint8Array): Promise<WorkerdProcess> {
  const worker = await bundleWorker('serve')
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-serve-'))
  try {
    await writeFile(join(folder, moduleFiles.worker), worker)
    await writeFile(join(folder, moduleFiles.table), table)
    await writeFile(join(folder, 'config.capnp'), workerdConfig(config))
    return await start(join(folder, 'config.capnp'), config.sockets.length)
  } finally {
    // A workerd that listens has read all of it, so that nothing is left behind even where this process is killed.
    await rm(folder, { recursive: true, force: true })
  }
}

/** The executable that the package has for this platform; what stands in the PATH may be another version. */
function binary(): string {
  const { default: path } = createRequire(import.meta.url)('workerd') as { default: string }
  return path
}

async function start(configFile: string, socketCount: number): Promise<WorkerdProcess> {
  const child = spawn(binary(), ['serve', configFile, configName, '--control-fd=3'], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    // In a group of its own: Ctrl-C in a terminal goes to the whole group, and workerd ends at once on SIGINT.
    detached: true,
  })
  const kill = () => void child.kill('SIGKILL')
  process.on('exit', kill)
  const ended = endOf(child).finally(() => process.off('exit', kill))

  const early: Buffer[] = []
  const keep = (chunk: Buffer) => void early.push(chunk)
  child.stderr!.on('data', keep)
  const earlyEnd = await Promise.race([listening(child, socketCount), ended])
  if (earlyEnd !== undefined) {
    await finished(child.stderr!).catch(() => undefined)
    throw new WorkerdStartError(`${Buffer.concat(early).toString().trim()} (${earlyEnd})`)
  }
  child.stderr!.off('data', keep).pause()
  if (early.length > 0) child.stderr!.unshift(Buffer.concat(early))

  return {
    stdout: child.stdout!,
    stderr: child.stderr!,
    ended,
    async drain(graceMs) {
      child.kill('SIGTERM')
      let isKilled = false
      const timer = setTimeout(() => {
        isKilled = true
        kill()
      }, graceMs)
      await ended
      clearTimeout(timer)
      return isKilled ? 'killed' : 'drained'
    },
  }
}

async function endOf(child: ChildProcess): Promise<string> {
  const [status, signal] = await once(child, 'exit')
  return signal === null ? `exit status ${status}` : `signal ${signal}`
}

/** Waits until every socket listens. workerd tells each with a line of JSON on the file descriptor 3. */
async function listening(child: ChildProcess, socketCount: number): Promise<undefined> {
  const control = child.stdio[3]
  if (!(control instanceof Readable)) throw new Error('no stream to hear of sockets by')
  let count = 0
  for await (const line of createInterface({ input: control })) {
    if (JSON.parse(line).event === 'listen') count++
    if (count === socketCount) return
  }
  // workerd is about to end, and `ended` says how.
  await new Promise(() => {})
}
