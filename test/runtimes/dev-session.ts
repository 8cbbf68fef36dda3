import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'
import type { Echo } from '../../src/cli/dev/echo-origin.ts'
import { startCli } from '../cli/run-cli.ts'
import { patienceMs } from '../patience.ts'

// Far more than anything here takes, on a busy machine too.

/** A running `signalbox dev` in a process group of its own, as a terminal would start it. */
export interface DevSession {
  readonly port: number
  readonly process: ChildProcess
  /** All that it wrote so far, both streams. */
  said(): string
  /** Resolves once it wrote something that `pattern` matches, after the first `from` characters. */
  hears(pattern: RegExp, from?: number): Promise<void>
  get(host: string, path: string): Promise<Answer>
  /** Sends the signal to the whole group, as Ctrl-C does; resolves with the exit status. */
  end(signal: 'SIGINT' | 'SIGTERM'): Promise<number | null>
}

export interface Answer {
  readonly status: number
  /** What the echo origin said; absent where the answer is the gateway's own. */
  readonly echo?: Echo
}

/** Starts `signalbox dev` with `args` on a free port and waits until it serves; ends it after the test. */
export async function startDev(...args: string[]): Promise<DevSession> {
  const { child, said: saidBy } = startCli(['dev', '--port', '0', ...args])
  const said = () => saidBy().all
  const agent = new Agent({ keepAlive: true })
  onTestFinished(() => {
    agent.destroy()
    if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid!, 'SIGKILL')
  })

  function hears(pattern: RegExp, from = 0): Promise<void> {
    return new Promise((resolve, reject) => {
      const giveUp = (reason: string) => settle(() => reject(new Error(`${reason} ${pattern}:\n${said().slice(from)}`)))
      const timer = setTimeout(() => giveUp('did not hear'), patienceMs)
      const onEnd = () => giveUp('dev ended without')
      const onData = () => {
        if (pattern.test(said().slice(from))) settle(resolve)
      }
      function settle(conclude: () => void) {
        clearTimeout(timer)
        for (const stream of [child.stdout, child.stderr]) stream.off('data', onData)
        child.off('close', onEnd)
        conclude()
      }
      for (const stream of [child.stdout, child.stderr]) stream.on('data', onData)
      child.on('close', onEnd)
      onData()
    })
  }

  await hears(/Ctrl-C ends/)
  const port = Number(/ at http:\/\/127\.0\.0\.1:(\d+)/.exec(said())![1])
  return {
    port,
    process: child,
    said,
    hears,
    get: (host, path) => get(port, agent, host, path),
    async end(signal) {
      const ended = once(child, 'exit')
      process.kill(-child.pid!, signal)
      return (await ended)[0]
    },
  }
}

async function get(port: number, agent: Agent, host: string, path: string): Promise<Answer> {
  const outgoing = request({ host: '127.0.0.1', port, agent, path, headers: { host } })
  outgoing.end()
  const [response] = await once(outgoing, 'response')
  const body = await text(response)
  const isEcho = response.headers['content-type'] === 'application/json'
  return { status: response.statusCode, ...(isEcho ? { echo: JSON.parse(body) } : {}) }
}
