import { once } from 'node:events'
import { Agent, createServer, type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { host } from './routes.ts'

/** An origin that answers with the path and the edition that it was asked for. */
export async function startOrigin(): Promise<{ readonly port: number; stop(): void }> {
  const server = createServer(({ url, headers }, response) => {
    const body = `${url} ${headers['x-edition']}`
    response.writeHead(200, { 'content-length': body.length }).end(body)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    stop() {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** What became of many requests. */
export interface LoadReport {
  /** How many were served whole by an edition, of each edition. */
  readonly served: ReadonlyMap<number, number>
  /** How many had no answer, or not the one of an edition. */
  readonly failed: number
  /** How many were served by two editions. */
  readonly mixed: number
  /** Of the first that failed, or was mixed. */
  readonly example: string | undefined
  /** Milliseconds, of the slowest. */
  readonly slowestMs: number
}

export interface LoadOptions {
  readonly port: number
  /** How many are made; more, as long as `isOver` says no. */
  readonly count: number
  readonly atOnce: number
  readonly isOver?: () => boolean
}

/** Makes many requests over connections that are kept, and judges each answer. */
export async function load({ port, count, atOnce, isOver = () => true }: LoadOptions): Promise<LoadReport> {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce })
  const served = new Map<number, number>()
  const report = { failed: 0, mixed: 0, example: undefined as string | undefined, slowestMs: 0 }
  let begun = 0
  const client = async () => {
    while (begun < count || !isOver()) {
      begun++
      const startedMs = performance.now()
      const told = await ask(port, agent, `/api/${begun}`).catch((error: Error) => error.message)
      report.slowestMs = Math.max(report.slowestMs, performance.now() - startedMs)
      const edition = editionIn(told)
      if (edition === undefined) report.failed++
      else if (edition === 'mixed') report.mixed++
      else {
        served.set(edition, (served.get(edition) ?? 0) + 1)
        continue
      }
      report.example ??= JSON.stringify(told)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, client))
  agent.destroy()
  return { served, ...report }
}

interface Told {
  readonly status: number
  readonly edition: string | undefined
  readonly body: string
}

/** One request. */
export async function ask(port: number, agent: Agent | false, path: string): Promise<Told> {
  const outgoing = request({ host: '127.0.0.1', port, path, agent, headers: { host }, timeout: 20_000 })
  outgoing.on('timeout', () => outgoing.destroy(new Error('no answer within 20 s')))
  outgoing.end()
  const [response]: IncomingMessage[] = (await once(outgoing, 'response')) as [IncomingMessage]
  const body = await text(response!)
  return { status: response!.statusCode!, edition: response!.headers['x-edition'] as string | undefined, body }
}

/** The one edition that served a request; undefined where none did. */
export function editionIn(told: Told | string): number | 'mixed' | undefined {
  if (typeof told === 'string' || told.status !== 200) return undefined
  const [, path, header] = /^\/edition-(\d+)\/\d+ (\d+)$/.exec(told.body) ?? []
  if (path === undefined || told.edition === undefined) return undefined
  return path === header && header === told.edition ? Number(path) : 'mixed'
}
