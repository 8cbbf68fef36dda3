import { connect } from 'node:net'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { AccessLogEntry } from '../../src/telemetry/access-log.ts'
import { folderOf } from '../cli/folder-of.ts'
import { patienceMs, testTimeoutMs } from '../patience.ts'
import { startOrigin, startServe } from './serve-session.ts'

// A small share of what was tried once: RAW_REQUESTS=200000 npx vitest run test/runtimes/raw-requests.test.ts
const requestCount = Number(process.env.RAW_REQUESTS ?? 1500)
const seed = Number(process.env.RAW_SEED ?? 20261121)
const connectionsAtOnce = 16

const routes = (inner: number, outer: number) => `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: raw }
spec:
  hosts: ["*.test", raw.example]
  http:
    - match: [{ uri: { prefix: /inner/ } }]
      route: [{ destination: { host: inner.internal } }]
    - match: [{ uri: { prefix: /moved } }]
      redirect: { authority: new.example }
    - match: [{ uri: { prefix: /strip } }]
      rewrite: { uri: /outer/ }
      route: [{ destination: { host: outer.internal } }]
    - route: [{ destination: { host: outer.internal } }]
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: inner }
spec:
  hosts: [inner.internal]
  resolution: STATIC
  ports: [{ number: 80, name: http, protocol: HTTP }]
  endpoints: [{ address: 127.0.0.1, ports: { http: ${inner} } }]
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: outer }
spec:
  hosts: [outer.internal]
  resolution: STATIC
  ports: [{ number: 80, name: http, protocol: HTTP }]
  endpoints: [{ address: 127.0.0.1, ports: { http: ${outer} } }]
`

// Mostly what gets past the parser, so that the gateway itself is tried; some of everything else.
const piece = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.constantFrom('/', '/inner', '/inner/', '/strip', '/moved', '..', '.', 'x', ';', '//', '..;'),
  },
  {
    weight: 6,
    arbitrary: fc.constantFrom('%2e', '%2E%2e', '\\', '%', '%2', '65', '%2f', '%5c', '@', ':', '*', '|', '?', '#'),
  },
  { weight: 1, arbitrary: fc.constantFrom('%00', '%0d%0a', '\t', '\x01', '\x7f', '\xe9', '"', '<', 'http://a.test') },
)
const target = fc
  .tuple(
    fc.oneof(
      { weight: 20, arbitrary: fc.constantFrom('/', '/inner/', '/strip') },
      { weight: 1, arbitrary: fc.constantFrom('', '*', 'http://a.test') },
    ),
    fc.array(piece, { maxLength: 6 }),
  )
  .map(([start, pieces]) => start + pieces.join(''))
const host = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom('raw.example', 'a.test', 'A.TEST:81', 'a.test:') },
  {
    weight: 1,
    arbitrary: fc.constantFrom('a.test:x', '[::1]', 'a.test, b.test', 'a.test/x', '@', '', 'u@a.test', 'é.test'),
  },
)
const method = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom('GET', 'POST', 'HEAD', 'OPTIONS', 'PROPFIND') },
  { weight: 1, arbitrary: fc.constantFrom('get', 'FOO', 'TRACE', 'G\tT') },
)
const header = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.constantFrom(
      'x-a: b',
      'connection: x-a, close',
      'te: trailers',
      'content-length: 0',
      'x-signalbox-client-country: DE',
      'upgrade: websocket',
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'expect: 100-continue',
      'transfer-encoding: chunked',
      'host: b.test',
      'content-length: -1',
      ' folded',
      'x-\x00: 1',
      'x-long: '.padEnd(3000, 'y'),
    ),
  },
)
const rawRequest = fc
  .record({ method, target, host, headers: fc.array(header, { maxLength: 3 }) })
  .map(
    facts =>
      `${facts.method} ${facts.target} HTTP/1.1\r\nhost: ${facts.host}\r\n${facts.headers.map(line => `${line}\r\n`).join('')}connection: close\r\n\r\n`,
  )

test(`${requestCount} random requests, sent as bytes: each is answered or closed, and none reaches another path than was matched`, {
  timeout: testTimeoutMs + requestCount * 20,
}, async () => {
  const inner = await startOrigin()
  const outer = await startOrigin()
  const folder = await folderOf({ 'raw.yaml': routes(inner.port, outer.port) })
  const session = await startServe([folder])
  const port = session.ports.default!
  const requests = fc.sample(rawRequest, { numRuns: requestCount, seed })

  const statuses = new Map<number, number>()
  const waiting = [...requests]
  await Promise.all(
    Array.from({ length: connectionsAtOnce }, async () => {
      for (let text = waiting.pop(); text !== undefined; text = waiting.pop()) {
        const status = await statusOf(port, text)
        statuses.set(status, (statuses.get(status) ?? 0) + 1)
      }
    }),
  )

  for (const { target } of inner.seen) expect(target).toMatch(/^\/inner\//)
  for (const { target } of outer.seen) expect(target).not.toMatch(/^\/inner\//)
  for (const { target } of [...inner.seen, ...outer.seen]) {
    // What an origin is asked for is what any URL parser after us reads, too.
    const path = target.split('?')[0]!
    expect(new URL(`http://origin.test${path}`).pathname).toBe(path)
  }
  // Were none let through, the above would prove nothing.
  expect(inner.seen.length).toBeGreaterThan(0)
  expect(outer.seen.length).toBeGreaterThan(0)

  // Whatever the gateway itself answers with 5xx says why; 500 and 501 come from workerd, before the gateway.
  const entries = session
    .said()
    .out.split('\n')
    .filter(line => line.startsWith('{'))
    .map(line => JSON.parse(line) as AccessLogEntry)
  expect(entries.filter(entry => entry.response_code >= 500 && entry.response_flags === '-')).toEqual([])
  // workerd resets a few that it cannot parse before their answer is read.
  expect((statuses.get(0) ?? 0) / requestCount, 'closed without an answer').toBeLessThan(0.01)
  console.info(
    [...statuses]
      .sort(([a], [b]) => a - b)
      .map(([status, count]) => `${status}: ${count}`)
      .join(', '),
  )
  const { child } = session
  expect(child.exitCode).toBeNull()
  expect(await session.end('SIGTERM')).toBe(0)
})

/** The status of the answer; 0 where the connection was closed without one. Rejects where nothing happens in time. */
function statusOf(port: number, text: string): Promise<number> {
  return new Promise((resolve, reject) => {
    let received = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(Buffer.from(text, 'latin1')))
    socket.setTimeout(patienceMs, () => {
      socket.destroy()
      reject(new Error(`no answer in ${patienceMs} ms to ${JSON.stringify(text)}`))
    })
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      received += chunk
      const status = /^HTTP\/1\.1 (\d{3})[^\n]*\n[\s\S]*?\r\n\r\n/.exec(received)?.[1]
      if (status === undefined || status === '100') return
      socket.destroy()
      resolve(Number(status))
    })
    socket.on('error', () => resolve(0))
    socket.on('close', () => resolve(0))
  })
}
