import { once } from 'node:events'
import { request } from 'node:http'
import type { Socket } from 'node:net'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import type { AttemptOutcome, UpstreamRequest } from '../../../../src/data-plane/platform.ts'
import type { Endpoint } from '../../../../src/fib/cluster.ts'
import { RawHeaders } from '../../../../src/runtimes/node-http/raw-headers.ts'
import { StreamedBody } from '../../../../src/runtimes/node-http/request-body.ts'
import { upstreamPools } from '../../../../src/runtimes/node-http/upstream/connection-pool.ts'
import { HttpCall } from '../../../../src/runtimes/node-http/upstream/send-upstream.ts'
import type { HttpResponse } from '../../../../src/runtimes/node-http/upstream/upstream-response.ts'
import { type Limits, readLimits } from '../../../../src/runtimes/settings.ts'
import { freePort } from '../../serve-session.ts'
import { listen, rawOrigin, within } from '../loopback.ts'

const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'

/** Sends requests from one pool, as the gateway does. */
function sender(changes: Partial<Limits> = {}) {
  const limits = { ...readLimits({}), ...changes }
  const pools = upstreamPools(limits)
  return (endpoint: Endpoint, request: Partial<UpstreamRequest> = {}) => {
    const whole = { method: 'GET', target: '/', authority: 'a.test', headers: new RawHeaders(), body: undefined }
    return new HttpCall({ ...whole, endpoint, isWebSocket: false, ...request } as UpstreamRequest, pools, limits)
  }
}

function told(outcome: AttemptOutcome): string {
  return outcome.kind === 'responded' ? String(outcome.response.status) : `${outcome.fault} (${outcome.reason})`
}

async function bodyOf(outcome: AttemptOutcome): Promise<string> {
  if (outcome.kind !== 'responded') throw new Error(told(outcome))
  return text((outcome.response as HttpResponse).incoming)
}

function streamed(source: PassThrough, announced?: string): StreamedBody {
  return new StreamedBody(source, announced)
}

test('a request goes out as it is given: target, Host, order and repetition of lines, and nothing besides', async () => {
  const { endpoint, received } = await rawOrigin(socket => socket.write(ok))
  const headers = new RawHeaders(['x-b', '1', 'host', 'other.test', 'x-a', '2', 'connection', 'x-b', 'x-b', 'Ã©'])
  const { outcome } = sender()(endpoint, { target: '/a/../b%2e;?x', authority: 'shop.example.com:81', headers })
  expect(await bodyOf(await within(outcome))).toBe('ok')
  expect(received).toEqual([
    'GET /a/../b%2e;?x HTTP/1.1\r\nhost: shop.example.com:81\r\nx-b: 1\r\nx-a: 2\r\nx-b: Ã©\r\n\r\n',
  ])
})

test.each([
  { method: 'GET', framing: '' },
  { method: 'DELETE', framing: '' },
  { method: 'POST', framing: 'content-length: 0\r\n' },
  { method: 'PUT', framing: 'content-length: 0\r\n' },
])('a $method without a body says "$framing"', async ({ method, framing }) => {
  const { endpoint, received } = await rawOrigin(socket => socket.write(ok))
  await within(sender()(endpoint, { method }).outcome)
  expect(received[0]).toBe(`${method} / HTTP/1.1\r\nhost: a.test\r\n${framing}\r\n`)
})

test.each([
  { title: 'its length, where that was announced', announced: '3', sent: 'content-length: 3\r\n\r\nabc' },
  {
    title: 'in chunks otherwise',
    announced: undefined,
    sent: 'transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n',
  },
])('a body goes with $title, whatever a header says', async ({ announced, sent }) => {
  const { endpoint, received } = await rawOrigin((socket, all) => {
    if (all.endsWith('abc') || all.endsWith('0\r\n\r\n')) socket.write(ok)
  })
  const source = new PassThrough()
  source.end('abc')
  const headers = new RawHeaders(['content-length', '17', 'transfer-encoding', 'gzip'])
  const { outcome } = sender()(endpoint, { method: 'POST', headers, body: streamed(source, announced) })
  expect(told(await within(outcome))).toBe('200')
  expect(received[0]).toBe(`POST / HTTP/1.1\r\nhost: a.test\r\n${sent}`)
})

test('a connection is kept for the next request', async () => {
  const { endpoint, received } = await rawOrigin(socket => socket.write(ok))
  const send = sender()
  await bodyOf(await within(send(endpoint).outcome))
  await new Promise(resolve => setImmediate(resolve))
  await bodyOf(await within(send(endpoint).outcome))
  expect(received).toHaveLength(1)
})

test('bytes that nobody asked for end a kept connection', async () => {
  const sockets: Socket[] = []
  const { endpoint, received } = await rawOrigin(socket => {
    sockets.push(socket)
    socket.write(ok)
  })
  const send = sender()
  await bodyOf(await within(send(endpoint).outcome))
  const [kept] = sockets
  kept!.write('HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil')
  await within(once(kept!, 'close'))
  expect(await bodyOf(await within(send(endpoint).outcome))).toBe('ok')
  expect(received).toHaveLength(2)
})

test.each([
  { title: 'says for how long it keeps connections', line: 'keep-alive: timeout=1\r\n' },
  { title: 'closes them', line: 'connection: close\r\n' },
])('no connection is used again when the endpoint $title', async ({ line }) => {
  const { endpoint, received } = await rawOrigin(socket => {
    socket.write(`HTTP/1.1 200 OK\r\n${line}content-length: 2\r\n\r\nok`)
  })
  const send = sender()
  for (let count = 0; count < 2; count++) {
    await bodyOf(await within(send(endpoint).outcome))
    await new Promise(resolve => setImmediate(resolve))
  }
  expect(received).toHaveLength(2)
})

test.each([
  { title: 'garbage', answer: 'SSH-2.0-x\r\n\r\n', fault: /^protocol \(HPE_/ },
  { title: 'a status outside of HTTP', answer: 'HTTP/1.1 999 X\r\ncontent-length: 0\r\n\r\n', fault: /^protocol/ },
  { title: 'two lengths', answer: ok.replace('\r\n\r\n', '\r\ncontent-length: 3\r\n\r\n'), fault: /^protocol \(HPE_/ },
  {
    title: 'a head that is too long',
    answer: `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(70_000)}`,
    fault: /^protocol \(HPE_/,
  },
  {
    title: 'too many header lines',
    answer: `HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(101)}content-length: 0\r\n\r\n`,
    fault: /^protocol \(too many headers\)/,
  },
  {
    title: 'a protocol that nobody asked for',
    answer: 'HTTP/1.1 101 X\r\nupgrade: x\r\n\r\n',
    fault: /^(reset|protocol)/,
  },
])('$title is a fault of kind protocol', async ({ answer, fault }) => {
  const { endpoint } = await rawOrigin(socket => socket.write(answer))
  expect(told(await within(sender()(endpoint).outcome))).toMatch(fault)
})

test.each([
  { title: 'an end before the head', close: 'end' as const, head: '' },
  { title: 'an end within the head', close: 'end' as const, head: 'HTTP/1.1 200 OK\r\nx' },
  { title: 'a reset', close: 'resetAndDestroy' as const, head: '' },
])('$title is a fault of kind reset', async ({ close, head }) => {
  const { endpoint } = await rawOrigin(socket => {
    socket.write(head)
    socket[close]()
  })
  expect(told(await within(sender()(endpoint).outcome))).toMatch(/^reset/)
})

test.each([
  { title: 'a port that nobody listens on', address: '127.0.0.1' },
  { title: 'a name that does not exist', address: 'nowhere.invalid' },
])('$title is a fault of kind connect, and leaves the body whole', async ({ address }) => {
  const source = new PassThrough()
  source.end('abc')
  const body = streamed(source)
  const endpoint: Endpoint = { scheme: 'http', address, port: await freePort(), weight: 1 }
  expect(told(await within(sender()(endpoint, { method: 'POST', body }).outcome))).toMatch(/^connect/)
  expect(body.isReplayable).toBe(true)
  const { endpoint: other, received } = await rawOrigin((socket, all) => {
    if (all.endsWith('0\r\n\r\n')) socket.write(ok)
  })
  expect(told(await within(sender()(other, { method: 'POST', body }).outcome))).toBe('200')
  expect(received[0]).toMatch(/\r\n3\r\nabc\r\n0\r\n\r\n$/)
})

test('TLS to a port that does not speak it is a fault of kind connect', async () => {
  const { endpoint } = await rawOrigin(socket => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
  const outcome = await within(sender()({ ...endpoint, scheme: 'https' }).outcome)
  expect(told(outcome)).toMatch(/^connect/)
})

test('a handshake that nobody answers is given up: connect', async () => {
  const port = await listen(() => {})
  const endpoint: Endpoint = { scheme: 'https', address: '127.0.0.1', port, weight: 1 }
  expect(told(await within(sender({ connectTimeoutMs: 50 })(endpoint).outcome))).toBe('connect (connect timeout)')
})

test('so it is after the time that a policy gives it', async () => {
  const port = await listen(() => {})
  const endpoint: Endpoint = { scheme: 'https', address: '127.0.0.1', port, weight: 1 }
  const { outcome } = sender()(endpoint, { connectTimeoutMs: 50 })
  expect(told(await within(outcome))).toBe('connect (connect timeout)')
})

test('an endpoint that says nothing is given up: idle', async () => {
  const { endpoint } = await rawOrigin(() => {})
  expect(told(await within(sender({ idleTimeoutMs: 50 })(endpoint).outcome))).toMatch(/^idle/)
})

test('what is cancelled says so, and is sent once', async () => {
  const { endpoint, received } = await rawOrigin((socket, all) => {
    if (!all.includes('/second')) socket.write(ok)
  })
  const send = sender()
  await bodyOf(await within(send(endpoint, { target: '/first' }).outcome))
  await new Promise(resolve => setImmediate(resolve))
  const call = send(endpoint, { target: '/second' })
  await expect.poll(() => received.join()).toContain('/second')
  call.cancel()
  expect(told(await within(call.outcome))).toBe('cancelled (cancelled)')
  // Whatever were sent again would come before it.
  await bodyOf(await within(send(endpoint, { target: '/third' }).outcome))
  expect(received.join().match(/second/g)).toHaveLength(1)
})

test('a target that cannot be written is an outcome, not an exception', async () => {
  const { endpoint } = await rawOrigin(() => {})
  expect(told(await within(sender()(endpoint, { target: '/a b' }).outcome))).toBe('protocol (ERR_UNESCAPED_CHARACTERS)')
})

test('Node names on a socket the request that it serves: the pool of connections lives on this private name', async () => {
  const { endpoint } = await rawOrigin(socket => socket.write(ok))
  const outgoing = request({ host: endpoint.address, port: endpoint.port })
  const [socket] = await once(outgoing, 'socket')
  const responded = once(outgoing, 'response')
  outgoing.end()
  await within(responded)
  expect(socket._httpMessage).toBe(outgoing)
  outgoing.destroy()
})
