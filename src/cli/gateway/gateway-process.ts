import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { Readable } from 'node:stream'
import { finished } from 'node:stream/promises'

/** A gateway, serving, in a process of its own. */
export interface GatewayProcess {
  /** Undefined where the process writes to a descriptor that it was given. */
  readonly stdout: Readable | undefined
  readonly stderr: Readable
  /** Resolves when the process is gone, with how it ended: `exit status 1`, `signal SIGKILL`. */
  readonly ended: Promise<string>
  /**
   * Lets requests in flight end, at most for `graceMs`, then ends the process. New connections are not answered from
   * now on: the process itself closes the idle ones and keeps the others until their request is served.
   */
  drain(graceMs: number): Promise<'drained' | 'killed'>
}

/** The process ended before it listened on every socket. The message is what it said. */
export class GatewayStartError extends Error {}

/** A command that becomes a gateway, and how it tells that it is one. */
export interface GatewayCommand {
  readonly file: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string | undefined>>
  /** The descriptor that it writes its log to by itself; absent: `GatewayProcess.stdout`. */
  readonly logDescriptor?: number | undefined
  /** Resolves once every socket accepts connections; never, where the process is about to end. */
  readonly listening: (child: ChildProcess) => Promise<void>
}

/**
 * Starts a gateway. Resolves when all its sockets accept connections.
 *
 * @throws GatewayStartError
 */
export async function startGatewayProcess({
  file,
  args,
  env,
  logDescriptor,
  listening,
}: GatewayCommand): Promise<GatewayProcess> {
  const child = spawn(file, args, {
    stdio: ['ignore', logDescriptor ?? 'pipe', 'pipe', 'pipe'],
    // In a group of its own: Ctrl-C in a terminal goes to the whole group, and would end requests in flight.
    detached: true,
    ...(env && { env }),
  })
  const kill = () => void child.kill('SIGKILL')
  process.on('exit', kill)
  const ended = endOf(child).finally(() => process.off('exit', kill))

  const early: Buffer[] = []
  const keep = (chunk: Buffer) => void early.push(chunk)
  const stderr = readable(child.stderr)
  stderr.on('data', keep)
  const earlyEnd = await Promise.race([listening(child), ended])
  if (earlyEnd !== undefined) {
    await finished(stderr).catch(() => undefined)
    throw new GatewayStartError(`${Buffer.concat(early).toString().trim()} (${earlyEnd})`)
  }
  stderr.off('data', keep).pause()
  if (early.length > 0) stderr.unshift(Buffer.concat(early))

  return {
    stdout: child.stdout ?? undefined,
    stderr,
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
  try {
    const [status, signal] = await once(child, 'exit')
    return signal === null ? `exit status ${status}` : `signal ${signal}`
  } catch (error) {
    // There is no such file, say, or it is for another kind of machine.
    return String(error)
  }
}

/** A stream of a process that was started with it. */
export function readable(stream: unknown): Readable {
  if (!(stream instanceof Readable)) throw new Error('no stream to read from')
  return stream
}
