import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { echoOrigin } from '../../../src/cli/dev/echo-origin.ts'

async function ask(
  options: { method: string; path: string; headers?: Record<string, string> },
  body: Iterable<Uint8Array> = [],
) {
  const server = createServer((incoming, answer) => void echoOrigin(incoming, answer))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const outgoing = request({ host: '127.0.0.1', port: (server.address() as AddressInfo).port, ...options })
  Readable.from(body).pipe(outgoing)
  const [response] = await once(outgoing, 'response')
  return { status: response.statusCode, headers: response.headers, body: await text(response) }
}

test('tells what it was asked, raw target and all', async () => {
  const headers = { host: 'reviews-v2-a.example.net:8443', 'x-forwarded-host': 'reviews.example.com', 'x-one': '1' }
  const { status, headers: answered, body } = await ask({ method: 'GET', path: '/a/../%2e?b=c', headers })
  expect({ status, type: answered['content-type'] }).toEqual({ status: 200, type: 'application/json' })
  expect(JSON.parse(body)).toMatchObject({
    name: 'reviews-v2-a.example.net:8443',
    method: 'GET',
    target: '/a/../%2e?b=c',
    host: 'reviews-v2-a.example.net:8443',
    headers: { 'x-forwarded-host': 'reviews.example.com', 'x-one': '1' },
    bodyBytes: 0,
  })
  expect(body).toMatch(/^{\n {2}"name".*\n}\n$/s)
})

test('counts a body that it does not keep', async () => {
  function* chunks() {
    for (let round = 0; round < 64; round++) yield new Uint8Array(1 << 20)
  }
  const { body } = await ask({ method: 'POST', path: '/' }, chunks())
  expect(JSON.parse(body).bodyBytes).toBe(64 << 20)
})

test('answers HEAD without a body', async () => {
  const { headers, body } = await ask({ method: 'HEAD', path: '/' })
  expect(body).toBe('')
  expect(Number(headers['content-length'])).toBeGreaterThan(0)
})

test('does not show what the runtime adds on the way', async () => {
  const added = {
    'MF-Loopback-Secret': 's',
    'MF-Custom-Node-Service': 'n',
    'MF-CF-Blob': '{}',
    'CF-Worker': 'w',
    'cf-connecting-ip': '::1',
  }
  const { body } = await ask({ method: 'GET', path: '/', headers: added })
  const names = Object.keys(JSON.parse(body).headers)
  expect(names).toContain('cf-connecting-ip')
  expect(names.filter(name => /^mf-|^cf-worker$/.test(name))).toEqual([])
})
