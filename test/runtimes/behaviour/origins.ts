import { once } from 'node:events'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { Body, framingOf, headBytes, type Line, onlyValueOf, readHead, valuesOf } from './message.ts'
import { Wire } from './wire.ts'

/**
 * The origins behind the gateway: the usual one, one beside it in a cluster of two, one that gets copies, and one that
 * ends idle connections without a word, which must not be those of other rules.
 */
export const originNames = ['main', 'second', 'mirror', 'fleeting'] as const
export type OriginName = (typeof originNames)[number]

/** Tells which rule a request belongs to. */
export const ruleHeader = 'x-rule'

/** A request at an origin, its head read. */
export interface Arrival {
  readonly method: string
  readonly target: string
  readonly lines: readonly Line[]
  readonly body: Body
  /** The connection: what is to be answered, and how. */
  readonly wire: Wire
  /** The only value of a header. */
  value(name: string): string | undefined
  values(name: string): readonly string[]
  /** Reads the body and answers with these lines and this body, its length announced, and keeps the connection. */
  answer(status: number, lines?: readonly string[], body?: string | Uint8Array): Promise<void>
}

/** What an origin does with a request. The connection takes the next one when it is done. */
export type Handler = (arrival: Arrival) => Promise<void> | void

export interface Origins {
  readonly ports: Readonly<Record<OriginName, number>>
  /** From now on requests of this rule are handled so. */
  handle(rule: string, name: OriginName, handler: Handler): void
  /** Requests of this rule are not awaited any more. */
  forget(rule: string): void
  /** How many connections there have been to an origin. */
  connectionCount(name: OriginName): number
  close(): Promise<void>
}

/** Starts all of them, each on a port of its own. */
export async function startOrigins(): Promise<Origins> {
  const handlers = new Map<string, Handler>()
  const wires = new Set<Wire>()
  const counts: Record<OriginName, number> = { main: 0, second: 0, mirror: 0, fleeting: 0 }
  const servers: Server[] = []
  const ports = {} as Record<OriginName, number>
  for (const name of originNames) {
    const server = createServer({ allowHalfOpen: true }, socket => {
      counts[name]++
      const wire = new Wire(socket)
      wires.add(wire)
      socket.on('close', () => wires.delete(wire))
      void serve(wire, rule => handlers.get(keyOf(rule, name)))
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    servers.push(server)
    ports[name] = (server.address() as AddressInfo).port
  }
  return {
    ports,
    handle: (rule, name, handler) => void handlers.set(keyOf(rule, name), handler),
    forget: rule => {
      for (const name of originNames) handlers.delete(keyOf(rule, name))
    },
    connectionCount: name => counts[name],
    async close() {
      for (const wire of wires) wire.socket.destroy()
      await Promise.all(servers.map(server => new Promise(resolve => server.close(resolve))))
    },
  }
}

function keyOf(rule: string, name: OriginName): string {
  return `${rule} ${name}`
}

async function serve(wire: Wire, handlerOf: (rule: string) => Handler | undefined): Promise<void> {
  for (;;) {
    const head = await readHead(wire)
    if (head === undefined) break
    const [method, target] = head.startLine.split(' ') as [string, string]
    const { lines } = head
    const handler = handlerOf(onlyValueOf(lines, ruleHeader) ?? '')
    if (!handler) break
    const body = new Body(wire, framingOf(lines, true))
    await handler({
      method,
      target,
      lines,
      body,
      wire,
      value: name => onlyValueOf(lines, name),
      values: name => valuesOf(lines, name),
      async answer(status, answerLines = [], content = '') {
        await body.all()
        wire.write(wholeAnswer(status, answerLines, content))
      },
    })
    if (!wire.socket.writable) break
  }
  wire.close()
}

/** An answer whose length is announced, unless its status allows none. */
function wholeAnswer(status: number, lines: readonly string[], content: string | Uint8Array): Buffer {
  const bytes = Buffer.from(content as string)
  const length = status === 204 || status === 304 ? [] : [`content-length: ${bytes.length}`]
  return Buffer.concat([headBytes(`HTTP/1.1 ${status} Told`, [...lines, ...length]), bytes])
}
