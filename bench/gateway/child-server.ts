import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { listenerAmong } from '../../test/runtimes/hostile/process-facts.ts'

/** A process that listens on a port of this machine. */
export interface ChildServer {
  readonly port: number
  /** The process that holds the port, which may be a child of the one that was started. */
  readonly pid: number
  stop(): Promise<void>
}

const startMs = 60_000
const endMs = 5_000

/** Starts a process that prints `ready PORT`. @throws Error with what it said where it does not */
export async function startServer(command: string, args: readonly string[]): Promise<ChildServer> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  return serverOf(child, /^ready (\d+)$/m)
}

/**
 * Waits until a process has printed its port, or a line where the port is known. @throws Error with what it said where
 * it does not
 */
export async function serverOf(child: ChildProcess, readyLine: RegExp, known?: number): Promise<ChildServer> {
  const closed = once(child, 'close')
  const end = () => void child.kill('SIGTERM')
  process.once('exit', end)
  let text = ''
  const streams = child.stdio.filter(stream => stream instanceof Readable)
  const ready = new Promise<number>(resolve => {
    const look = (chunk: Buffer) => {
      text += chunk
      const line = readyLine.exec(text)
      if (!line) return
      resolve(known ?? Number(line[1]))
      // Whatever else it says is read, so that it can go on, and thrown away: to look at it would take CPU time.
      for (const stream of streams) stream.off('data', look).resume()
    }
    for (const stream of streams) stream.on('data', look)
  })
  const late = new Promise<undefined>(resolve => setTimeout(resolve, startMs, undefined).unref())
  const port = await Promise.race([ready, late, closed.then(() => undefined)])
  const pid = port === undefined ? undefined : listenerAmong(child.pid!, port)
  const stop = async () => {
    end()
    const timer = setTimeout(() => child.kill('SIGKILL'), endMs)
    await closed
    clearTimeout(timer)
    process.off('exit', end)
  }
  if (port === undefined || pid === undefined) {
    await stop()
    throw new Error(`${child.spawnargs.join(' ')} does not listen:\n${text}`)
  }
  return { port, pid, stop }
}

/** A server with a folder of its own, which is removed when it ends, or does not begin. */
export async function serverIn(folder: string, starting: Promise<ChildServer>): Promise<ChildServer> {
  const remove = () => rm(folder, { recursive: true, force: true })
  const server = await starting.catch(async error => {
    await remove()
    throw error
  })
  return {
    ...server,
    async stop() {
      await server.stop()
      await remove()
    },
  }
}
