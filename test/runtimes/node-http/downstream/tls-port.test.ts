import { once } from 'node:events'
import { connect as connectPlain } from 'node:net'
import { type ConnectionOptions, connect } from 'node:tls'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { selfSigned } from '../../../../src/cli/gateway/self-signed.ts'
import { openSockets } from '../../../../src/runtimes/node-http/downstream/open-sockets.ts'
import type { TlsTerms } from '../../../../src/runtimes/node-http/serve-config.ts'
import { readLimits } from '../../../../src/runtimes/settings.ts'
import { freePort } from '../../serve-session.ts'
import { type FakeService, fakeService, local } from '../fake-service.ts'

// One key for all: what is tested is who gets which.
const client = selfSigned(['client.test'])
const stranger = selfSigned(['stranger.test'])
const terms = (...hosts: string[]): TlsTerms => ({ hosts, certificates: [selfSigned(hosts)] })
const listeners: Readonly<Record<string, TlsTerms>> = {
  exact: terms('a.test'),
  suffix: terms('*.b.test'),
  new: { ...terms('new.test'), minVersion: 'TLSv1.3' },
  old: { ...terms('old.test'), maxVersion: 'TLSv1.2' },
  mutual: { ...terms('mutual.test'), clientAuthority: client.chain, requiresCertificate: true },
  optional: { ...terms('optional.test'), clientAuthority: client.chain, requiresCertificate: false },
}

interface Served {
  readonly port: number
  readonly service: FakeService
}

/** A port with all of these listeners, whose gateway tells which of them a request came in by, and who the client is. */
async function serve(named = listeners, headTimeoutMs = readLimits({}).headTimeoutMs): Promise<Served> {
  const service = fakeService(
    ({ scheme }, { namedListener, client: facts }) =>
      local(
        `${scheme} ${namedListener?.listener} ${facts?.['tls-version']} ${facts?.['cert-sha256']?.length ?? 'nobody'}`,
      ),
    { headTimeoutMs },
  )
  const port = await freePort()
  const sockets = Object.entries(named).map(([listener, tls]) => ({ listener, port, tls }))
  const { ports, closeAll } = await openSockets({ address: '127.0.0.1', sockets, tableFile: '' }, service)
  endings.push(() => {
    closeAll()
    for (const each of ports) each.close()
  })
  return { port, service }
}

/** What a client is told that asks for a name; `closed` where there is no handshake, or its certificate is refused. */
async function ask(port: number, servername: string, options: ConnectionOptions = {}): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', servername, rejectUnauthorized: false, ...options })
  let received = ''
  socket.on('data', chunk => {
    received += chunk
  })
  socket.on('error', () => {})
  socket.write('GET / HTTP/1.1\r\nhost: any.test\r\nconnection: close\r\n\r\n')
  await new Promise(resolve => socket.on('close', resolve))
  return /\r\n\r\n(.*)$/s.exec(received)?.[1] ?? 'closed'
}

const endings: (() => void)[] = []
afterAll(() => {
  for (const end of endings) end()
})

let served: Served
beforeAll(async () => {
  served = await serve()
})

test.each([
  { title: 'the server that has the name', name: 'a.test', told: 'https exact TLSv1.3 nobody' },
  { title: 'the server for the suffix of the name', name: 'x.b.test', told: 'https suffix TLSv1.3 nobody' },
  { title: 'nobody, where nobody has the name', name: 'c.test', told: 'closed' },
  { title: 'nobody, where no name is asked for', name: '', told: 'closed' },
  {
    title: 'a server that is content without a certificate',
    name: 'optional.test',
    told: 'https optional TLSv1.3 nobody',
  },
  { title: 'nobody, where a certificate is required', name: 'mutual.test', told: 'closed' },
])('a client gets to $title', async ({ name, told }) => {
  expect(await ask(served.port, name)).toBe(told)
})

test('each server has its own certificate', async () => {
  const names: string[] = []
  for (const servername of ['a.test', 'x.b.test']) {
    const socket = connect({ port: served.port, host: '127.0.0.1', servername, rejectUnauthorized: false })
    await once(socket, 'secureConnect')
    names.push(socket.getPeerCertificate().subjectaltname ?? '')
    socket.destroy()
  }
  expect(names).toEqual(['DNS:a.test', 'DNS:*.b.test'])
})

test.each([
  {
    title: 'gets in where it is required',
    name: 'mutual.test',
    ...client,
    cert: client.chain,
    told: 'https mutual TLSv1.3 64',
  },
  {
    title: 'is told of where it is not',
    name: 'optional.test',
    ...client,
    cert: client.chain,
    told: 'https optional TLSv1.3 64',
  },
  {
    title: 'of another authority does not get in',
    name: 'mutual.test',
    ...stranger,
    cert: stranger.chain,
    told: 'closed',
  },
  {
    title: 'of another authority proves nothing',
    name: 'optional.test',
    ...stranger,
    cert: stranger.chain,
    told: 'https optional TLSv1.3 nobody',
  },
  {
    title: 'is not looked at where nobody asks for it',
    name: 'a.test',
    ...client,
    cert: client.chain,
    told: 'https exact TLSv1.3 nobody',
  },
])('a client certificate $title', async ({ name, cert, key, told }) => {
  expect(await ask(served.port, name, { cert, key })).toBe(told)
})

test.each([
  { name: 'new.test', maxVersion: 'TLSv1.2' as const, told: 'closed' },
  { name: 'new.test', maxVersion: 'TLSv1.3' as const, told: 'https new TLSv1.3 nobody' },
  { name: 'old.test', maxVersion: 'TLSv1.3' as const, told: 'https old TLSv1.2 nobody' },
  { name: 'a.test', maxVersion: 'TLSv1.2' as const, told: 'https exact TLSv1.2 nobody' },
])('$name for a client of at most $maxVersion: $told', async ({ name, maxVersion, told }) => {
  expect(await ask(served.port, name, { maxVersion })).toBe(told)
})

test.each([
  { title: 'says nothing', text: '' },
  { title: 'speaks plain HTTP', text: 'GET / HTTP/1.1\r\nhost: a.test\r\n\r\n' },
  { title: 'stops within its first message', text: '\x16\x03\x01\x02\x00\x01' },
])('a client that $title is left', async ({ text }) => {
  const { port } = await serve(listeners, 100)
  const socket = connectPlain(port, '127.0.0.1')
  socket.on('error', () => {})
  socket.resume().write(Buffer.from(text, 'latin1'))
  await new Promise(resolve => socket.on('close', resolve))
})
