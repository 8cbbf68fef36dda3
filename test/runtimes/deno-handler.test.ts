import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, get, type IncomingMessage, request } from 'node:http'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer, text } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { denoBinary } from '../../src/cli/gateway/http-process.ts'
import { compileRoutes } from '../../src/control-plane/compile-routes.ts'
import { clientFrame, FrameReader, opcodes } from '../../src/runtimes/deno/frames.ts'
import { runCli } from '../cli/run-cli.ts'
import { freePort } from './serve-session.ts'

const host = 'shop.example.com'

const routes = (origin: number) => `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: shop}
spec:
  hosts: [${host}]
  http:
  - route: [{destination: {host: shop.internal}}]
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: shop}
spec:
  hosts: [shop.internal]
  resolution: STATIC
  ports: [{number: 80, name: http, protocol: HTTP}]
  endpoints: [{address: 127.0.0.1, ports: {http: ${origin}}}]
`

const zipped = gzipSync('hello '.repeat(1000))
const gone: string[] = []
const held = Promise.withResolvers<void>()
const origin = createServer(async (incoming, response) => {
  switch (incoming.url) {
    case '/zipped':
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': zipped.length }).end(zipped)
      return
    case '/cut':
      response.writeHead(200, { 'content-length': 100 }).write('half')
      setTimeout(() => response.destroy(), 50)
      return
    case '/held':
      held.resolve()
      response.on('close', () => gone.push('/held'))
      return
    default: {
      const body = await text(incoming)
      response.setHeader('set-cookie', ['a=1', 'b=2'])
      response.end(`${incoming.method} ${incoming.headers.host} ${incoming.url} ${body}`)
    }
  }
})

/** Switches to WebSocket and says everything again; a text `close 4001` closes with that code. */
const closedWith: number[] = []
origin.on('upgrade', ({ headers }: IncomingMessage, socket: Socket) => {
  const extensions = headers['sec-websocket-extensions'] ?? 'none'
  socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\n')
  socket.write('sec-websocket-accept: x\r\nsec-websocket-protocol: chat\r\n\r\n')
  socket.write(serverFrame(opcodes.text, Buffer.from(`hello ${extensions}`)))
  const reader = new FrameReader()
  socket.on('error', () => {})
  socket.on('data', chunk => {
    for (const { opcode, payload } of reader.read(chunk)) {
      const code = /^close (\d+)$/.exec(payload.toString())?.[1]
      if (opcode === opcodes.close) closedWith.push(payload.length >= 2 ? payload.readUInt16BE() : 1005)
      if (code === undefined) socket.write(serverFrame(opcode, payload))
      else {
        const closing = Buffer.alloc(2)
        closing.writeUInt16BE(Number(code))
        socket.write(serverFrame(opcodes.close, Buffer.concat([closing, Buffer.from('because')])))
      }
    }
  })
})

function serverFrame(opcode: number, payload: Buffer): Buffer {
  const { length } = payload
  const size = length < 126 ? [length] : [126, length >> 8, length & 255]
  return Buffer.concat([Buffer.from([128 | opcode, ...size]), payload])
}

let port: number
/** Where published versions lie; nothing at first. */
let store: string
let end: () => Promise<void>

beforeAll(async () => {
  origin.listen(0, '127.0.0.1')
  await once(origin, 'listening')
  const address = origin.address() as { port: number }
  const { table } = compileRoutes([{ path: 'shop.yaml', bytes: new TextEncoder().encode(routes(address.port)) }])
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-test-'))
  const tableFile = join(folder, 'table.fib')
  store = join(folder, 'tables')
  await writeFile(tableFile, table!)
  port = await freePort()
  const child = spawn(
    denoBinary(),
    [
      'serve',
      '--allow-all',
      '--no-lock',
      '--host',
      '127.0.0.1',
      '--port',
      String(port),
      'src/runtimes/deno/handler.ts',
    ],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {
        ...process.env,
        SIGNALBOX_TABLE: tableFile,
        SIGNALBOX_STORE: store,
        SIGNALBOX_POLL_INTERVAL_MS: '100',
        DENO_NO_UPDATE_CHECK: '1',
      },
    },
  )
  let said = ''
  const exited = once(child, 'exit')
  await new Promise<void>((resolve, reject) => {
    child.stderr.on('data', chunk => {
      said += chunk
      if (said.includes('Listening')) resolve()
    })
    child.on('exit', () => reject(new Error(said)))
  })
  end = async () => {
    child.kill('SIGKILL')
    await exited
    await rm(folder, { recursive: true })
  }
})

afterAll(async () => {
  await end()
  origin.closeAllConnections()
  origin.close()
})

async function ask(path: string, options: { method?: string; body?: string } = {}): Promise<IncomingMessage> {
  const { method = 'GET', body } = options
  const outgoing = request({ host: '127.0.0.1', port, path, method, headers: { host }, agent: false })
  outgoing.end(body)
  return (await once(outgoing, 'response'))[0]
}

test('Host, target and method reach the endpoint as they are; each cookie stays a line of its own', async () => {
  const response = await ask('/a%2Fb//c?x')
  expect(await text(response)).toBe(`GET ${host} /a%2Fb//c?x `)
  expect(response.headers['set-cookie']).toEqual(['a=1', 'b=2'])
})

test('bodies stream through', async () => {
  expect(await text(await ask('/', { method: 'POST', body: 'x'.repeat(300_000) }))).toMatch(/x{300000}$/)
})

test('a coded body is handed on untouched', async () => {
  const response = await ask('/zipped')
  expect(response.headers['content-encoding']).toBe('gzip')
  expect(await buffer(response)).toEqual(zipped)
})

test('a HEAD is told the length', async () => {
  const response = await ask('/zipped', { method: 'HEAD' })
  expect(response.headers['content-length']).toBe(String(zipped.length))
})

test('a host of nobody’s is 404, and health has its path', async () => {
  const [unknown] = await once(get({ host: '127.0.0.1', port, headers: { host: 'nope.test' } }), 'response')
  expect(unknown.statusCode).toBe(404)
  expect(await text(await ask('/.signalbox/health'))).toBe('ok')
})

test('an answer that breaks off is cut for its client, too', async () => {
  await expect(text(await ask('/cut'))).rejects.toThrow(/aborted|hang up/)
})

test('a client that goes away takes its upstream request along', async () => {
  const outgoing = request({ host: '127.0.0.1', port, path: '/held', headers: { host }, agent: false })
  outgoing.on('error', () => {})
  outgoing.end()
  await held.promise
  outgoing.destroy()
  await expect.poll(() => gone).toEqual(['/held'])
})

/** A WebSocket to the shop: Node's own client cannot say another Host. */
async function open(): Promise<{ socket: Socket; next: () => Promise<{ opcode: number; payload: Buffer }> }> {
  const headers = {
    host,
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    'sec-websocket-version': '13',
    'sec-websocket-protocol': 'chat',
    'sec-websocket-extensions': 'permessage-deflate',
  }
  const outgoing = request({ host: '127.0.0.1', port, path: '/chat', headers, agent: false })
  outgoing.end()
  const [response, socket, head] = (await once(outgoing, 'upgrade')) as [IncomingMessage, Socket, Buffer]
  expect(response.headers['sec-websocket-protocol']).toBe('chat')
  const reader = new FrameReader()
  const frames = reader.read(head)
  socket.on('data', chunk => frames.push(...reader.read(chunk)))
  return {
    socket,
    async next() {
      await expect.poll(() => frames.length).toBeGreaterThan(0)
      return frames.shift()!
    },
  }
}

const key = Buffer.from([1, 2, 3, 4])

test('messages of a WebSocket pass both ways, texts as texts and bytes as bytes', async () => {
  const { socket, next } = await open()
  expect((await next()).payload.toString()).toBe('hello none')
  for (const [opcode, payload] of [
    [opcodes.text, Buffer.from('zürich')],
    [opcodes.binary, Buffer.from([0, 255, 128])],
    [opcodes.text, Buffer.from('x'.repeat(60_000))],
  ] as const) {
    socket.write(clientFrame(opcode, payload, key))
    expect(await next()).toMatchObject({ opcode, payload })
  }
  socket.destroy()
})

test('a WebSocket closes with the code that either side says', async () => {
  const first = await open()
  await first.next()
  first.socket.write(clientFrame(opcodes.text, Buffer.from('close 4001'), key))
  const { opcode, payload } = await first.next()
  expect([opcode, payload.readUInt16BE(), payload.subarray(2).toString()]).toEqual([opcodes.close, 4001, 'because'])
  const second = await open()
  await second.next()
  const closing = Buffer.alloc(2)
  closing.writeUInt16BE(4002)
  closedWith.length = 0
  second.socket.write(clientFrame(opcodes.close, closing, key))
  await expect.poll(() => closedWith).toEqual([4002])
})

// The last one: from here on the published version serves.
test('a version that is published to its store is served', async () => {
  const file = join(store, '../published.yaml')
  const published = routes(1).replace(
    '- route: [{destination: {host: shop.internal}}]',
    '- directResponse: {status: 418}',
  )
  await writeFile(file, published)
  expect(await runCli('publish', file, '--store', store)).toMatchObject({ status: 0 })
  await expect.poll(async () => (await ask('/')).statusCode).toBe(418)
})
