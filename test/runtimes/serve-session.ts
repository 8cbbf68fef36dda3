import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import { type CliProcess, startCli } from '../cli/run-cli.ts'
import { type Exchange, openConnection } from '../conformance/http-connection.ts'

/** A running `signalbox serve`. */
export interface ServeSession extends CliProcess {
  /** The ports of its `ready` line, by listener. */
  readonly ports: Readonly<Record<string, number>>
  /** Sends a signal to the process alone; resolves with the exit status. */
  end(signal: NodeJS.Signals): Promise<number | null>
}

/** Starts `signalbox serve` with its default listener on a free port and waits until it is ready; ends it after the test. */
export async function startServe(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<ServeSession> {
  const { ready, stop } = launchServe(args, env)
  onTestFinished(stop)
  return ready
}

/** A `signalbox serve` that somebody else has to stop. */
export interface Launch {
  /** Rejects with what it said where it ends before it is ready. */
  readonly ready: Promise<ServeSession>
  stop(): Promise<void>
}

/** As `startServe`, for more than one test. */
export function launchServe(args: readonly string[], env: Readonly<Record<string, string>> = {}): Launch {
  const cli = startCli(['serve', '--port', '0', ...args], { env })
  const { child, said } = cli
  const closed = once(child, 'close')
  const isReady = new Promise<void>(resolve => {
    const look = () => {
      if (!said().out.includes('\n')) return
      child.stdout.off('data', look)
      resolve()
    }
    child.stdout.on('data', look)
  })
  return {
    ready: Promise.race([isReady, closed]).then(() => {
      const ready = /^ready (.*)$/m.exec(said().out)
      if (!ready) throw new Error(`not ready:\n${said().all}`)
      const ports = Object.fromEntries(
        ready[1]!.split(' ').map(each => [each.split('=')[0], Number(/\d+$/.exec(each)?.[0])]),
      )
      return {
        ...cli,
        ports,
        async end(signal) {
          child.kill(signal)
          return (await closed)[0]
        },
      }
    }),
    async stop() {
      // SIGKILL would leave its workerd behind.
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
      await closed
    },
  }
}

/** What an origin was asked. */
export interface Seen {
  readonly port: number
  readonly target: string
  readonly headers: IncomingMessage['headers']
}

/** A server on a port of its own that answers 200 with its port, or as `listener` says; gone after the test. */
export async function startOrigin(listener?: RequestListener): Promise<{ port: number; seen: Seen[] }> {
  const seen: Seen[] = []
  const server = createServer((request, response) => {
    seen.push({ port, target: request.url!, headers: request.headers })
    if (listener) listener(request, response)
    else response.end(`origin ${port}`)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { port, seen }
}

/** Sends a GET as raw bytes, over a connection of its own. */
export async function get(port: number, target: string, host: string, headers = ''): Promise<Exchange> {
  const connection = openConnection({ port, timeoutMs: 15_000 })
  try {
    return await connection.exchange(Buffer.from(`GET ${target} HTTP/1.1\r\nhost: ${host}\r\n${headers}\r\n`), 'GET')
  } finally {
    connection.close()
  }
}

/** `200 origin 1234`, or how there was no answer. */
export function told(exchange: Exchange): string {
  return exchange.kind === 'answered' ? `${exchange.status} ${exchange.body}`.trim() : exchange.kind
}

/** A port that nothing listens on at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise(closed => server.close(closed))
  return port
}
