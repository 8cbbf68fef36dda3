import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { RawHeaders } from '../../../src/runtimes/node-http/raw-headers.ts'
import { StreamedBody } from '../../../src/runtimes/node-http/request-body.ts'
import { upstreamPools } from '../../../src/runtimes/node-http/upstream/connection-pool.ts'
import { HttpCall } from '../../../src/runtimes/node-http/upstream/send-upstream.ts'
import { readLimits } from '../../../src/runtimes/settings.ts'
import { type RawOrigin, rawOrigin, within } from './loopback.ts'

const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'
const pools = upstreamPools(readLimits({}))

function send({ endpoint }: RawOrigin, body: StreamedBody): HttpCall {
  const request = { method: 'POST', target: '/', authority: 'a.test', headers: new RawHeaders(), isWebSocket: false }
  return new HttpCall({ ...request, endpoint, body, cancellable: 'to-the-end' } as never, pools, readLimits({}))
}

/** An origin that answers once it has all of a chunked body, and one that resets once it has `until`. */
const answering = () =>
  rawOrigin((socket, received) => {
    if (received.endsWith('0\r\n\r\n')) socket.write(ok)
  })
const resetting = (until: string) =>
  rawOrigin((socket, received) => {
    if (received.includes(until)) socket.resetAndDestroy()
  })

async function statusOf(call: HttpCall): Promise<string> {
  const outcome = await within(call.outcome)
  return outcome.kind === 'responded' ? String(outcome.response.status) : outcome.fault
}

test('a body that is kept goes out again: what has passed first, then the rest', async () => {
  const source = new PassThrough()
  const body = new StreamedBody(source, undefined)
  body.bufferForReplay(1000)
  source.write('one ')
  expect(await statusOf(send(await resetting('one '), body))).toBe('reset')
  expect(body.isReplayable).toBe(true)
  source.write('two ')
  const origin = await answering()
  const second = send(origin, body)
  await expect.poll(() => origin.received[0]).toContain('two ')
  source.end('three')
  expect(await statusOf(second)).toBe('200')
  expect(origin.received[0]!.replace(/\r\n[0-9a-f]+\r\n/g, '')).toContain('one two three')
})

test('what comes while nobody asks for it waits, and is not lost', async () => {
  const source = new PassThrough()
  const body = new StreamedBody(source, undefined)
  body.bufferForReplay(1000)
  source.write('one ')
  expect(await statusOf(send(await resetting('one '), body))).toBe('reset')
  source.end('two')
  await new Promise(resolve => setTimeout(resolve, 20))
  const origin = await answering()
  expect(await statusOf(send(origin, body))).toBe('200')
  expect(origin.received[0]).toMatch(/one .*two/s)
})

test.each([
  { title: 'was not to be kept', limit: undefined },
  { title: 'is larger than what is kept', limit: 3 },
])('a body of which something was sent is not whole where it $title', async ({ limit }) => {
  const source = new PassThrough()
  const body = new StreamedBody(source, undefined)
  if (limit !== undefined) body.bufferForReplay(limit)
  expect(body.isReplayable).toBe(true)
  source.write('four')
  expect(await statusOf(send(await resetting('four'), body))).toBe('reset')
  expect(body.isReplayable).toBe(false)
})

test('a body that breaks off is never ended as if it were whole: the fault is the request’s', async () => {
  const source = new PassThrough()
  const body = new StreamedBody(source, '10')
  const origin = await answering()
  const call = send(origin, body)
  source.write('half')
  await expect.poll(() => origin.received[0]).toContain('half')
  source.destroy()
  expect(await statusOf(call)).toBe('request')
  expect(body.isReplayable).toBe(false)
  expect(await statusOf(send(origin, body))).toBe('request')
})

test('it is told when all of it has come, at once where it already has', async () => {
  const source = new PassThrough()
  const body = new StreamedBody(source, undefined)
  const told: string[] = []
  body.whenReceived(() => told.push('first'))
  const call = send(await answering(), body)
  source.end('all')
  expect(await statusOf(call)).toBe('200')
  body.whenReceived(() => told.push('second'))
  expect(told).toEqual(['first', 'second'])
})

test('a body that has come and was kept goes to a second endpoint while the first still has it', async () => {
  const source = new PassThrough()
  source.end('both')
  const body = new StreamedBody(source, '4')
  body.bufferForReplay(100)
  const [first, second] = [
    await rawOrigin(() => {}),
    await rawOrigin((socket, all) => all.endsWith('both') && socket.write(ok)),
  ]
  const received = new Promise<void>(resolve => body.whenReceived(resolve))
  const held = send(first, body)
  await within(received)
  expect(await statusOf(send(second, body))).toBe('200')
  await expect.poll(() => first.received[0]).toContain('both')
  held.cancel()
})

test('no more is read from the client than the endpoint takes', async () => {
  let written = 0
  const source = new PassThrough({ highWaterMark: 64 * 1024 })
  const origin = await rawOrigin(socket => void socket.pause())
  const call = send(origin, new StreamedBody(source, undefined))
  const chunk = Buffer.alloc(64 * 1024)
  await new Promise<void>(resolve => {
    const write = () => {
      for (let isTaken = true; isTaken && written < 64 * 1024 * 1024; written += chunk.length)
        isTaken = source.write(chunk)
      source.once('drain', write)
    }
    write()
    // Nothing more is taken for a while.
    let before = -1
    const timer = setInterval(() => {
      if (written === before) {
        clearInterval(timer)
        resolve()
      }
      before = written
    }, 100)
  })
  expect(written).toBeLessThan(32 * 1024 * 1024)
  call.cancel()
})
