import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { request } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { bulk } from './bulk.ts'
import { encodeFrame, messageReader, opcode } from './websocket-frames.ts'
import { messageOf } from './websocket-messages.ts'

/** The host that the routes of the soak are for. */
export const host = 'soak.test'

/** What something took, and what was wrong with it. */
export interface LoadResult {
  /** Bytes or messages or events. */
  readonly amount: string
  readonly elapsedMs: number
  readonly faults: readonly string[]
}

const headers = { host }

/** A body from the origin. @param pausesMs how long the client reads nothing, now and then */
export async function download(
  port: number,
  bytes: number,
  { isChunked = false, pausesMs = 0 } = {},
): Promise<LoadResult> {
  const startMs = performance.now()
  const name = `${startMs}`
  const chunked = isChunked ? '&chunked' : ''
  const response = await ask(port, `/down?bytes=${bytes}&name=${name}${chunked}`)
  const hash = createHash('sha256')
  let received = 0
  let nextPauseAt = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    hash.update(chunk)
    received += chunk.length
    if (pausesMs > 0 && received >= nextPauseAt) {
      nextPauseAt = received + bytes / 5
      await pause(pausesMs)
    }
  }
  const elapsedMs = performance.now() - startMs
  const sent = await textOf(await ask(port, `/hash?name=${name}`))
  const isWhole = received === bytes && sent === hash.digest('hex')
  return { amount: megabytesOf(bytes), elapsedMs, faults: isWhole ? [] : [`${received} of ${bytes} bytes, or others`] }
}

/** A body to the origin. */
export async function upload(port: number, bytes: number, { isChunked = false } = {}): Promise<LoadResult> {
  const startMs = performance.now()
  const { stream, hash } = bulk(bytes)
  const length = isChunked ? {} : { 'content-length': String(bytes) }
  const sending = request({ port, host: '127.0.0.1', path: '/up', method: 'POST', headers: { ...headers, ...length } })
  const answered = new Promise<IncomingMessage>((resolve, reject) =>
    sending.on('response', resolve).on('error', reject),
  )
  await pipeline(stream, sending)
  const text = await textOf(await answered)
  const isWhole = text === JSON.stringify({ bytes, hash: hash() })
  return {
    amount: megabytesOf(bytes),
    elapsedMs: performance.now() - startMs,
    faults: isWhole ? [] : [`the origin says ${text.slice(0, 200)}`],
  }
}

/** Messages both ways over one WebSocket: ours come back, and as many of the origin's own come meanwhile. */
export function converse(port: number, count: number): Promise<LoadResult> {
  const startMs = performance.now()
  const faults: string[] = []
  const due = { client: 0, origin: 0 }
  return new Promise(resolve => {
    const settle = (fault?: string) => {
      if (fault !== undefined) faults.push(fault)
      clearTimeout(timer)
      opening.destroy()
      resolve({ amount: `2 × ${count} messages`, elapsedMs: performance.now() - startMs, faults: faults.slice(0, 5) })
    }
    const timer = setTimeout(() => settle(`only ${due.client} and ${due.origin} of ${count} messages came`), 120_000)
    const opening = request({
      port,
      host: '127.0.0.1',
      path: `/socket?count=${count}`,
      headers: {
        ...headers,
        connection: 'upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': 'c29ha2VkIGFuZCBkcmllZA==',
      },
    })
    opening.on('error', error => settle(String(error)))
    opening.on('response', response => settle(`no WebSocket: ${response.statusCode}`))
    opening.on('upgrade', (_response, socket, head) => {
      let isClosing = false
      const read = messageReader(({ opcode: kind, payload }) => {
        if (kind === opcode.close) return settle(isClosing ? undefined : 'closed by the other side')
        const sender = payload.subarray(0, 6).toString() === 'client' ? 'client' : 'origin'
        const expected = messageOf(sender, due[sender])
        if (kind !== expected.opcode || !payload.equals(expected.payload)) {
          faults.push(`instead of message ${due[sender]} of the ${sender} came ${payload.subarray(0, 40)}`)
        }
        due[sender]++
        if (due.client < count || due.origin < count || isClosing) return
        isClosing = true
        socket.write(encodeFrame({ opcode: opcode.close, payload: Buffer.from([0x03, 0xe8]) }, true))
      })
      socket.on('data', read)
      socket.on('error', error => settle(String(error)))
      socket.on('close', () => settle(isClosing ? undefined : 'the connection ended'))
      if (head.length > 0) read(head)
      void (async () => {
        for (let number = 0; number < count && !socket.destroyed; number++) {
          const isTaken = socket.write(encodeFrame(messageOf('client', number), true))
          if (!isTaken) await new Promise(taken => socket.once('drain', taken))
          if (number % 20 === 0) await pause(1)
        }
      })()
    })
    opening.end()
  })
}

/** By when an event has to be here after the origin wrote it. */
const eventBoundMs = 1_000

/** A stream of one event a second. */
export async function listen(port: number, count: number): Promise<LoadResult> {
  const startMs = performance.now()
  const faults: string[] = []
  let due = 0
  let slowestMs = 0
  let held = ''
  try {
    const response = await ask(port, `/events?count=${count}`)
    for await (const chunk of response.setEncoding('utf8') as AsyncIterable<string>) {
      held += chunk
      for (let end = held.indexOf('\n\n'); end >= 0; end = held.indexOf('\n\n')) {
        const [, id, sentMs] = /^id: (\d+)\ndata: (\d+)$/.exec(held.slice(0, end)) ?? []
        held = held.slice(end + 2)
        const lateMs = Date.now() - Number(sentMs)
        slowestMs = Math.max(slowestMs, lateMs)
        if (Number(id) !== due) faults.push(`event ${id} came instead of ${due}`)
        if (lateMs > eventBoundMs) faults.push(`event ${id} came ${lateMs} ms late`)
        due++
      }
    }
  } catch (error) {
    faults.push(String(error))
  }
  if (due !== count) faults.push(`${due} of ${count} events`)
  return {
    amount: `${due} events, ${slowestMs} ms at most`,
    elapsedMs: performance.now() - startMs,
    faults: faults.slice(0, 5),
  }
}

function ask(port: number, path: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request({ port, host: '127.0.0.1', path, headers, agent: false }).on('response', resolve).on('error', reject).end()
  })
}

async function textOf(response: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of response.setEncoding('utf8')) text += chunk
  return text
}

function megabytesOf(bytes: number): string {
  return `${Math.round(bytes / 1_000_000)} MB`
}
