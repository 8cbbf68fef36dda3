import type { Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import type { DownstreamRequest } from '../../../../src/data-plane/platform.ts'
import { createListener } from '../../../../src/runtimes/node-http/downstream/create-listener.ts'
import type { Limits } from '../../../../src/runtimes/node-http/limits.ts'
import { type FakeGateway, type FakeService, fakeService, forwardingTo, local } from '../fake-service.ts'
import { portOf, rawOrigin, talk } from '../loopback.ts'

async function serve(
  gateway: FakeGateway,
  limits: Partial<Limits> = {},
): Promise<{ port: number; service: FakeService }> {
  const service = fakeService(gateway, limits)
  const server = createListener({ listener: 'http.80', port: 80 }, service)
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { port: await portOf(server), service }
}

/** An answer without its date, which changes. */
function undated(answer: string): string {
  return answer.replace(/date: [^\r]*\r\n/i, '')
}

const last = 'host: a.test\r\nconnection: close\r\n\r\n'

test('a request is read as it was sent, each line by itself', async () => {
  let seen: DownstreamRequest | undefined
  const { port } = await serve((request, { namedListener, client }) => {
    seen = request
    expect(namedListener).toEqual({ listener: 'http.80', port: 80 })
    expect(client).toEqual({ address: '127.0.0.1', protocol: 'HTTP/1.1' })
    return local('ok')
  })
  await talk(port, `GET /a/../b%2e?x HTTP/1.1\r\nX-A: 1\r\nx-a: 2\r\n${last}`)
  expect(seen).toMatchObject({
    method: 'GET',
    scheme: 'http',
    target: '/a/../b%2e?x',
    authority: 'a.test',
    body: undefined,
  })
  expect(seen!.lines.valuesOf('x-a')).toEqual(['1', '2'])
})

test.each([
  { title: 'no Host', text: 'GET / HTTP/1.1\r\nconnection: close\r\n\r\n', authority: undefined },
  { title: 'two Hosts', text: `GET / HTTP/1.1\r\nhost: b.test\r\n${last}`, authority: undefined },
  { title: 'an absolute target', text: `GET http://c.test:81/x HTTP/1.1\r\n${last}`, authority: 'c.test:81' },
])('with $title the authority is $authority', async ({ text, authority }) => {
  const { port } = await serve(request => local(String(request.authority)))
  expect(await talk(port, text)).toMatch(new RegExp(`\r\n\r\n${authority}$`))
})

test.each([
  {
    title: 'a text',
    reply: local('hello', 200, ['content-type', 'text/plain']),
    status: '200 OK',
    lines: 'content-type: text/plain\r\n',
    length: 5,
    body: 'hello',
  },
  { title: 'nothing', reply: local(undefined, 404), status: '404 Not Found', lines: '', length: 0, body: '' },
])('a local reply with $title has its length', async ({ reply, status, lines, length, body }) => {
  const { port } = await serve(() => reply)
  expect(undated(await talk(port, `GET / HTTP/1.1\r\n${last}`))).toBe(
    `HTTP/1.1 ${status}\r\n${lines}content-length: ${length}\r\nconnection: close\r\n\r\n${body}`,
  )
})

test('a HEAD is told the length of what it is not sent, a 204 none', async () => {
  const { port } = await serve(({ target }) => (target === '/204' ? local(undefined, 204) : local('hello')))
  expect(await talk(port, `HEAD / HTTP/1.1\r\n${last}`)).toMatch(/content-length: 5\r\n.*\r\n\r\n$/s)
  expect(await talk(port, `GET /204 HTTP/1.1\r\n${last}`)).not.toMatch(/content-length/)
})

test('a connection serves requests one after the other, and says nothing of it', async () => {
  const { port } = await serve(({ target }) => local(target))
  const told = await talk(port, `GET /1 HTTP/1.1\r\nhost: a.test\r\n\r\nGET /2 HTTP/1.1\r\n${last}`)
  expect(told).toMatch(
    /^HTTP\/1\.1 200 OK\r\ncontent-length: 2\r\ndate: [^\r]*\r\n\r\n\/1HTTP.*connection: close.*\/2$/is,
  )
})

test.each([
  { title: 'HTTP/1.0', text: 'GET / HTTP/1.0\r\n\r\n', status: 426, details: 'low_version' },
  {
    title: 'a hundred and one lines',
    text: `GET / HTTP/1.1\r\n${'x: y\r\n'.repeat(99)}${last}`,
    status: 431,
    details: 'http1.too_many_headers',
  },
  {
    title: 'a head that is too long',
    text: `GET / HTTP/1.1\r\nx: ${'y'.repeat(70_000)}\r\n${last}`,
    status: 431,
    details: 'http1.headers_too_large',
  },
  {
    title: 'a body in another coding',
    text: `POST / HTTP/1.1\r\ntransfer-encoding: gzip, chunked\r\n${last}0\r\n\r\n`,
    status: 501,
    details: 'http1.invalid_transfer_encoding',
  },
  {
    title: 'https on a plain port',
    text: `GET https://a.test/ HTTP/1.1\r\n${last}`,
    status: 403,
    details: 'http1.https_url_on_plaintext_connection',
  },
  {
    title: 'a scheme of another kind',
    text: `GET ftp://a.test/ HTTP/1.1\r\n${last}`,
    status: 400,
    details: 'http1.invalid_url',
  },
  {
    title: 'a length and chunks',
    text: `POST / HTTP/1.1\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n${last}`,
    status: 400,
    details: 'http1.codec_error',
  },
  {
    title: 'two lengths',
    text: `POST / HTTP/1.1\r\ncontent-length: 3\r\ncontent-length: 3\r\n${last}abc`,
    status: 400,
    details: 'http1.codec_error',
  },
  {
    title: 'a space before the colon',
    text: `GET / HTTP/1.1\r\nx : y\r\n${last}`,
    status: 400,
    details: 'http1.codec_error',
  },
  {
    title: 'a folded line',
    text: `GET / HTTP/1.1\r\nx: y\r\n z\r\n${last}`,
    status: 400,
    details: 'http1.codec_error',
  },
  { title: 'bare line feeds', text: 'GET / HTTP/1.1\nhost: a.test\n\n', status: 400, details: 'http1.codec_error' },
  { title: 'a NUL in a value', text: `GET / HTTP/1.1\r\nx: \0\r\n${last}`, status: 400, details: 'http1.codec_error' },
  { title: 'CONNECT', text: `CONNECT a.test:443 HTTP/1.1\r\n${last}`, status: 405, details: 'connect_not_supported' },
])('$title never comes to the gateway: $status, and a line in the log', async ({ text, status, details }) => {
  const { port, service } = await serve(() => local('served'))
  const answer = await talk(port, text)
  expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
  expect(answer).not.toContain('served')
  expect(service.refused).toMatchObject([
    { response_code: status, response_flags: 'DPE', response_code_details: details },
  ])
})

test('a head that does not come to an end is answered 408', async () => {
  const { port } = await serve(() => local('served'), { headTimeoutMs: 200 })
  expect(await talk(port, 'GET / HTTP/1.1\r\nhost: ')).toMatch(/^HTTP\/1\.1 408 /)
})

test('health is answered on every host, and is no request of the gateway', async () => {
  const { port } = await serve(() => local('served', 503))
  expect(await talk(port, `GET /up?now HTTP/1.1\r\n${last}`)).toMatch(/^HTTP\/1\.1 200 .*\r\n\r\nok$/s)
  expect(await talk(port, `GET /upper HTTP/1.1\r\n${last}`)).toMatch(/^HTTP\/1\.1 503 /)
})

test('an expectation is met at once, and others are ignored', async () => {
  const { port } = await serve(() => local('served'))
  const ask = (expectation: string) =>
    talk(port, `POST / HTTP/1.1\r\nexpect: ${expectation}\r\ncontent-length: 3\r\n${last}abc`)
  expect(await ask('100-continue')).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 /)
  expect(await ask('miracles')).toMatch(/^HTTP\/1\.1 200 /)
})

test.each([
  {
    title: 'a length',
    answer:
      'HTTP/1.1 200 Fine\r\nX-A: 1\r\nset-cookie: a\r\nset-cookie: b\r\nconnection: keep-alive\r\nContent-Length: 2\r\n\r\nok',
    expected:
      'HTTP/1.1 200 Fine\r\nx-a: 1\r\nset-cookie: a\r\nset-cookie: b\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok',
  },
  {
    title: 'chunks and trailers',
    answer: 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-T: v\r\n\r\n',
    expected:
      'HTTP/1.1 200 OK\r\nconnection: close\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nx-t: v\r\n\r\n',
  },
  {
    title: 'a status that says why',
    answer: 'HTTP/1.1 404 \u0001\r\ncontent-length: 0\r\n\r\n',
    expected: 'HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n',
  },
  {
    title: 'a name in UTF-8 before its length',
    answer: 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-disposition: attachment; filename="Ã©"\r\n\r\nok',
    expected:
      'HTTP/1.1 200 OK\r\ncontent-disposition: attachment; filename="Ã©"\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok',
  },
])('an answer with $title is handed on', async ({ answer, expected }) => {
  const { endpoint } = await rawOrigin(socket => socket.end(Buffer.from(answer, 'latin1')))
  const { port } = await serve(forwardingTo(endpoint.port))
  expect(undated(await talk(port, `GET / HTTP/1.1\r\n${last}`))).toBe(expected)
})

test.each([
  { title: 'a length', head: 'content-length: 10', sent: 'half', seen: /half$/ },
  { title: 'chunks', head: 'transfer-encoding: chunked', sent: '4\r\nhalf\r\n', seen: /half\r\n$/ },
])('an answer with $title that breaks off is cut for its client, too', async ({ head, sent, seen }) => {
  const { endpoint } = await rawOrigin(socket => {
    socket.write(`HTTP/1.1 200 OK\r\n${head}\r\n\r\n${sent}`)
    setTimeout(() => socket.destroy(), 20)
  })
  const { port } = await serve(forwardingTo(endpoint.port))
  expect(await talk(port, 'GET / HTTP/1.1\r\nhost: a.test\r\n\r\n')).toMatch(seen)
})

test('an answer that ends with its connection is not whole where that was reset', async () => {
  const { endpoint } = await rawOrigin(socket => {
    socket.write('HTTP/1.1 200 OK\r\n\r\nhalf')
    setTimeout(() => socket.resetAndDestroy(), 20)
  })
  const { port } = await serve(forwardingTo(endpoint.port))
  expect(await talk(port, `GET / HTTP/1.1\r\n${last}`)).not.toMatch(/0\r\n\r\n$/)
})

test('a client that goes away takes its upstream request along', async () => {
  let upstream: Socket | undefined
  let client: Socket | undefined
  const { endpoint } = await rawOrigin(socket => {
    upstream = socket
    client?.destroy()
  })
  const { port } = await serve(forwardingTo(endpoint.port))
  await talk(port, 'GET / HTTP/1.1\r\nhost: a.test\r\n\r\n', socket => {
    client = socket
  })
  await expect.poll(() => upstream?.destroyed).toBe(true)
})

test('an early answer reaches a client that is still sending, and its connection is closed', async () => {
  const { port } = await serve(() => local('too much', 413))
  const answer = await talk(port, `POST / HTTP/1.1\r\nhost: a.test\r\ncontent-length: 10000000\r\n\r\n`, socket => {
    socket.write(Buffer.alloc(1_000_000))
  })
  expect(answer).toMatch(/^HTTP\/1\.1 413 .*connection: close.*too much$/is)
})

test('a malformed chunk ends the request upstream, never as if it were whole: 400', async () => {
  let client: Socket | undefined
  const { endpoint, received } = await rawOrigin((_socket, all) => {
    if (all.endsWith('abc\r\n')) client?.write('zz\r\n')
  })
  const { port } = await serve(forwardingTo(endpoint.port))
  const text = 'POST / HTTP/1.1\r\nhost: a.test\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n'
  const answer = await talk(port, text, socket => {
    client = socket
  })
  expect(answer).toMatch(/^HTTP\/1\.1 400 /)
  expect(received.join()).not.toMatch(/0\r\n\r\n$/)
})

test('a header that cannot be written is our fault: 500, and the connection ends', async () => {
  const { port, service } = await serve(() => local('ok', 200, ['x-a', 'line\nbreak']))
  expect(await talk(port, 'GET / HTTP/1.1\r\nhost: a.test\r\n\r\n')).toMatch(/^HTTP\/1\.1 500 /)
  expect(service.faults).toHaveLength(1)
})

const upgrade =
  'GET /chat HTTP/1.1\r\nhost: a.test\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-key: k\r\n\r\n'

test('a WebSocket becomes one connection of two, from the first byte behind the handshake', async () => {
  const { endpoint, received } = await rawOrigin((socket, all) => {
    if (all.endsWith('\r\n\r\n')) {
      socket.write(
        'HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\nx-a: 1\r\n\r\nat once',
      )
    }
    if (all.endsWith('bye')) socket.end(' the end')
  })
  const { port } = await serve(forwardingTo(endpoint.port))
  const told = await talk(port, `${upgrade}early`, socket => {
    socket.once('data', () => setTimeout(() => socket.write('bye'), 30))
  })
  expect(told).toBe(
    'HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: websocket\r\nx-a: 1\r\n\r\nat once the end',
  )
  expect(received[0]).toMatch(/^GET \/chat .*connection: Upgrade\r\nupgrade: websocket\r\n\r\nearlybye$/s)
})

test('a WebSocket that is refused is an ordinary answer', async () => {
  const { endpoint } = await rawOrigin(socket =>
    socket.write('HTTP/1.1 403 Forbidden\r\ncontent-length: 7\r\n\r\nnot you'),
  )
  const { port } = await serve(forwardingTo(endpoint.port))
  expect(await talk(port, upgrade)).toMatch(/^HTTP\/1\.1 403 Forbidden\r\n.*not you$/s)
})

test('an upgrade to anything else is a plain request, with its body', async () => {
  const { port } = await serve(({ isWebSocket, body }) => local(`${isWebSocket} ${body !== undefined}`))
  const text = `POST / HTTP/1.1\r\nhost: a.test\r\nconnection: Upgrade, close\r\nupgrade: h2c\r\ncontent-length: 3\r\n\r\nabc`
  expect(await talk(port, text)).toMatch(/false true$/)
})
