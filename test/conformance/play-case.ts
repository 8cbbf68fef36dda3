import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { clientHello } from './client-hello.ts'
import { type Exchange, openConnection } from './http-connection.ts'
import type { Hit, Origins } from './origins.ts'
import type { Bundle, RecordedCase, RecordedRequest } from './recording.ts'

/** What a case came to: its answers, and what the origins saw meanwhile. */
export interface Observation {
  /** One for each request. */
  readonly exchanges: readonly Exchange[]
  readonly hits: readonly Hit[]
  readonly elapsedMs: number
}

// Longer than any recorded answer took, and than any timeout in a recorded configuration.
const answerMs = 10_000
// How long mirrors may come after the answer: as long as it takes where they are expected, shortly where they may be.
const expectedMirrorMs = 1_000
const unexpectedMirrorMs = 60

/** Sends the requests of a case, one after another, and waits for what may still reach the origins. */
export async function playCase(bundle: Bundle, recorded: RecordedCase, origins: Origins): Promise<Observation> {
  origins.beginCase()
  const startMs = performance.now()
  const exchanges = await exchangesOf(bundle, recorded)
  const elapsedMs = performance.now() - startMs
  await waitForMirrors(bundle, recorded, origins)
  return { exchanges, hits: origins.hits(), elapsedMs }
}

async function exchangesOf({ listenerPort }: Bundle, recorded: RecordedCase): Promise<readonly Exchange[]> {
  const { request, kind = 'http', repeat = 1 } = recorded
  const port = request.listenerPort ?? listenerPort
  if (kind === 'tls' || kind === 'tcp') {
    const bytes = kind === 'tcp' ? Buffer.from(request.send ?? '') : await clientHello(request.sni ?? null)
    const exchanges: Exchange[] = []
    for (let count = 0; count < repeat; count++) exchanges.push(await speakRaw(port, bytes))
    return exchanges
  }
  const bytes = requestBytes(request)
  const open = () =>
    openConnection({ port, timeoutMs: answerMs, ...(kind === 'https' && { sni: request.sni ?? null }) })
  let connection = open()
  const exchanges: Exchange[] = []
  for (let count = 0; count < repeat; count++) {
    // A gateway may close a connection after an answer; who asks on opens another.
    if (connection.isOver && count > 0) connection = open()
    let exchange = await connection.exchange(bytes, request.method ?? 'GET')
    for (let tries = 1; tries < longHeadTries && isCutOff(exchange, bytes); tries++) {
      connection = open()
      exchange = await connection.exchange(bytes, request.method ?? 'GET')
    }
    exchanges.push(exchange)
    if (exchange.kind === 'timeout') break
  }
  connection.close()
  return exchanges
}

// Who refuses a head before it has read all of it closes with bytes unread, and TCP then resets the connection: now and
// then that overtakes the answer. It has to arrive in one of a few tries.
const longHeadBytes = 32 * 1024
const longHeadTries = 5

function isCutOff(exchange: Exchange, bytes: Buffer): boolean {
  return bytes.length > longHeadBytes && exchange.kind === 'closed' && exchange.received.length === 0
}

/** The request as it is sent: what the recording says, and nothing else. */
export function requestBytes({ method = 'GET', target = '/', host, headers = {}, bodyBytes }: RecordedRequest): Buffer {
  const lines = [
    ...(host === null || host === undefined ? [] : [`host: ${host}`]),
    ...Object.entries(headers).flatMap(([name, values]) => [values].flat().map(value => `${name}: ${value}`)),
    ...(bodyBytes === undefined ? [] : [`content-length: ${bodyBytes}`]),
  ]
  return Buffer.from(`${[`${method} ${target} HTTP/1.1`, ...lines].join('\r\n')}\r\n\r\n${'x'.repeat(bodyBytes ?? 0)}`)
}

/** Sends bytes and collects what comes back until the other side closes. */
function speakRaw(port: number, bytes: Buffer): Promise<Exchange> {
  return new Promise(resolve => {
    let received = Buffer.alloc(0)
    let isRefused = false
    const socket = connect(port, '127.0.0.1')
    const timer = setTimeout(() => socket.destroy(), answerMs)
    socket.on('data', chunk => {
      received = Buffer.concat([received, chunk])
    })
    socket.on('error', (error: NodeJS.ErrnoException) => {
      isRefused ||= error.code === 'ECONNREFUSED'
    })
    socket.on('close', () => {
      clearTimeout(timer)
      resolve(isRefused ? { kind: 'refused' } : { kind: 'closed', received })
    })
    socket.write(bytes)
  })
}

async function waitForMirrors({ config }: Bundle, { expect }: RecordedCase, origins: Origins): Promise<void> {
  if (!/\bmirrors?\b/.test(config)) return
  const mirrors = expect.mirrors?.length ?? 0
  if (mirrors > 0) {
    const wanted = (expect.attempts ?? (expect.origin ? 1 : 0)) + mirrors
    const endMs = performance.now() + expectedMirrorMs
    const isHere = () => origins.hits().length >= wanted && origins.hits().every(isWhole)
    while (!isHere() && performance.now() < endMs) await pause(5)
  }
  await pause(unexpectedMirrorMs)
}

/** Whether an origin has read the body to its end: it has answered then, or is about to. */
function isWhole(hit: Hit): boolean {
  return Object.keys(hit.answerHeaders).length > 0
}
