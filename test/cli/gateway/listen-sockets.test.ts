import { expect, test } from 'vitest'
import { authorityOf, findSockets } from '../../../src/cli/gateway/listen-sockets.ts'
import type { ListenerFacts } from '../../../src/fib/listener-facts.ts'
import { freePort } from '../../runtimes/serve-session.ts'

const defaultListener: ListenerFacts = { name: 'default', port: undefined, protocol: 'http' }
const host = '127.0.0.1'

test('plain listeners get their own port, the default listener the given one, HTTPS none', async () => {
  const [gatewayPort, port] = [await freePort(), await freePort()]
  const https: ListenerFacts = { name: 'https.443.tls.edge.default', port: 443, protocol: 'https' }
  const listeners = [{ name: 'http.1', port: gatewayPort, protocol: 'http' } as const, https, defaultListener]
  expect(await findSockets({ host, port }, listeners)).toEqual({
    kind: 'found',
    address: host,
    sockets: [
      { listener: 'http.1', port: gatewayPort },
      { listener: 'default', port },
    ],
  })
})

test('port 0 becomes a number before the start', async () => {
  const places = await findSockets({ host, port: 0 }, [defaultListener])
  expect(places).toMatchObject({ kind: 'found', sockets: [{ listener: 'default', port: expect.any(Number) }] })
  expect(places.kind === 'found' && places.sockets[0]!.port).toBeGreaterThan(0)
})

test('a name is resolved once, so that all sockets have one address', async () => {
  expect(await findSockets({ host: 'localhost', port: 0 }, [defaultListener])).toMatchObject({
    address: expect.stringMatching(/^(127\.0\.0\.1|::1)$/),
  })
})

test.each([
  {
    title: 'a Gateway with the port of the default listener',
    host,
    listeners: [{ name: 'http.8080', port: 8080, protocol: 'http' } as const, defaultListener],
    reason: 'the default listener needs its own port, 8080 is that of http.8080; try another port: --port 8081',
  },
  {
    title: 'an address that this machine does not have',
    host: '192.0.2.1',
    listeners: [defaultListener],
    reason: 'cannot listen on 192.0.2.1: this machine does not have that address',
  },
])('$title is refused', async ({ host, listeners, reason }) => {
  expect(await findSockets({ host, port: 8080 }, listeners)).toEqual({ kind: 'refused', reason })
})

test.each([
  { address: '127.0.0.1', authority: '127.0.0.1:80' },
  { address: '::1', authority: '[::1]:80' },
])('$address is written $authority', ({ address, authority }) => {
  expect(authorityOf(address, 80)).toBe(authority)
})
