import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type CredentialSource, findCredentials } from '../../../src/cli/gateway/find-credentials.ts'
import { selfSigned } from '../../../src/cli/gateway/self-signed.ts'
import type { ListenerTls } from '../../../src/control-plane/compile-routes.ts'
import type { ServeRuntime } from '../../../src/fib/runtime.ts'
import { folderOf } from '../folder-of.ts'

const start = { line: 7, column: 11, offset: 0 }
const simple: ListenerTls = {
  listener: 'https.443.shop.edge.default',
  port: 443,
  hosts: ['shop.example.com'],
  mode: 'SIMPLE',
  credentialNames: ['shop'],
  resource: 'Gateway default/edge',
  origin: { file: 'gateway.yaml', start, end: start },
}
const mutual: ListenerTls = { ...simple, mode: 'MUTUAL' }
const shop = selfSigned(['shop.example.com'])
const other = selfSigned(['other.example.com'])
const pair = { 'shop.crt': shop.chain, 'shop.key': shop.key }

async function find(listeners: readonly ListenerTls[], files: Record<string, string>, runtime: ServeRuntime = 'node') {
  const path = await folderOf(files)
  const found = await findCredentials(listeners, { kind: 'folder', path }, runtime)
  const inFolder = (text: string) => text.replaceAll(`${path}/`, 'DIR/')
  return { ...found, problems: found.problems.map(inFolder), terms: Object.fromEntries(found.terms) }
}

test('a certificate and its key are found by the name of the credential', async () => {
  const { terms, closed, problems, warnings } = await find([simple], pair)
  expect({ closed, problems, warnings }).toEqual({ closed: [], problems: [], warnings: [] })
  expect(terms).toEqual({
    [simple.listener]: { hosts: ['shop.example.com'], certificates: [shop], minVersion: 'TLSv1.2' },
  })
})

test.each(['shop', 'kubernetes://shop', 'istio-system/shop'])('the credential %s is called shop', async name => {
  const { problems } = await find([{ ...simple, credentialNames: [name] }], pair)
  expect(problems).toEqual([])
})

test.each([
  { mode: 'MUTUAL' as const, file: 'shop.ca.crt', requiresCertificate: true },
  { mode: 'MUTUAL' as const, file: 'shop-cacert.crt', requiresCertificate: true },
  { mode: 'OPTIONAL_MUTUAL' as const, file: 'shop.ca.crt', requiresCertificate: false },
])('the authority of clients for $mode is found in $file', async ({ mode, file, requiresCertificate }) => {
  const { terms } = await find([{ ...simple, mode }], { ...pair, [file]: other.chain })
  expect(terms[simple.listener]).toMatchObject({ clientAuthority: other.chain, requiresCertificate })
})

test('the authority may have a name of its own', async () => {
  const { terms } = await find([{ ...mutual, caCredentialName: 'clients' }], { ...pair, 'clients.ca.crt': other.chain })
  expect(terms[simple.listener]).toMatchObject({ clientAuthority: other.chain })
})

const where = '(Gateway default/edge, gateway.yaml:7:11)'

test.each([
  {
    title: 'no certificate',
    listener: simple,
    files: { 'shop.key': shop.key },
    problem: `DIR/shop.crt: no such file or folder ${where}`,
  },
  {
    title: 'no key',
    listener: simple,
    files: { 'shop.crt': shop.chain },
    problem: `DIR/shop.key: no such file or folder ${where}`,
  },
  {
    title: 'a certificate that is none',
    listener: simple,
    files: { ...pair, 'shop.crt': shop.key },
    problem: `DIR/shop.crt: it contains no certificate (PEM) ${where}`,
  },
  {
    title: 'a key that is none',
    listener: simple,
    files: { ...pair, 'shop.key': 'secret' },
    problem: `DIR/shop.key: it contains no private key, or needs a passphrase (PEM) ${where}`,
  },
  {
    title: 'a key to another certificate',
    listener: simple,
    files: { ...pair, 'shop.key': other.key },
    problem: `DIR/shop.key: this key does not belong to the certificate in DIR/shop.crt ${where}`,
  },
  {
    title: 'no authority of clients',
    listener: mutual,
    files: pair,
    problem: `DIR/shop.ca.crt: no such file or folder, and neither is DIR/shop-cacert.crt ${where}`,
  },
])('$title is told with the file and the Gateway', async ({ listener, files, problem }) => {
  expect((await find([listener], files)).problems).toEqual([problem])
})

test('a certificate that is out of date is served, with a warning', async () => {
  const expired = selfSigned(['shop.example.com'], new Date('2020-01-01'))
  const { warnings, terms } = await find([simple], { 'shop.crt': expired.chain, 'shop.key': expired.key })
  expect(warnings).toEqual([`the certificate shop expired on 2020-01-31 ${where}`])
  expect(Object.keys(terms)).toEqual([simple.listener])
})

test.each([
  { title: 'without a folder', listener: simple, source: { kind: 'none' } as CredentialSource, reason: /--tls-dir/ },
  { title: 'for the mesh', listener: { ...simple, mode: 'ISTIO_MUTUAL' as const }, reason: /ISTIO_MUTUAL/ },
  {
    title: 'for TLS that is too old',
    listener: { ...simple, maxVersion: 'TLSV1_1' as const },
    reason: /older than 1\.2/,
  },
  { title: 'without a name', listener: { ...simple, credentialNames: [] }, reason: /credentialName/ },
  {
    title: 'that need an authority nobody has made up',
    listener: mutual,
    source: { kind: 'self-signed' } as CredentialSource,
    reason: /the CA of client certificates/,
  },
])('ports $title stay closed', async ({ listener, source, reason }) => {
  const folder: CredentialSource = { kind: 'folder', path: join(await folderOf(pair)) }
  const { closed, terms, problems } = await findCredentials([listener], source ?? folder, 'node')
  expect(closed.map(each => each.reason)).toEqual([expect.stringMatching(reason)])
  expect([terms.size, problems.length]).toEqual([0, 0])
})

test('self-signed certificates are for the hosts of their server', async () => {
  const { terms } = await findCredentials([simple], { kind: 'self-signed' }, 'deno')
  expect(terms.get(simple.listener)?.certificates[0]?.chain).toMatch(/^-----BEGIN CERTIFICATE-----/)
})

test.each([
  { title: 'asks for client certificates', listeners: [mutual], reasons: [/client certificates/] },
  {
    title: 'shares its port with another one',
    listeners: [simple, { ...simple, listener: 'https.443.b.edge.default' }],
    reasons: [/several servers/, /several servers/],
  },
  {
    title: 'has several certificates',
    listeners: [{ ...simple, credentialNames: ['shop', 'shop'] }],
    reasons: [/several certificates/],
  },
  {
    title: 'refuses new versions',
    listeners: [{ ...simple, maxVersion: 'TLSV1_2' as const }],
    reasons: [/newest version/],
  },
])('on workerd a server stays closed that $title', async ({ listeners, reasons }) => {
  const files = { ...pair, 'shop.ca.crt': other.chain }
  const { closed, problems } = await find(listeners, files, 'workerd')
  expect(closed.map(({ reason }) => reason)).toEqual(reasons.map(reason => expect.stringMatching(reason)))
  expect(problems).toEqual([])
  expect((await find(listeners, files, 'node')).closed).toEqual([])
})

test('on workerd a server is served that has its port and its certificate for itself', async () => {
  const { terms } = await find([{ ...simple, minVersion: 'TLSV1_3' }], pair, 'workerd')
  expect(terms[simple.listener]).toMatchObject({ certificates: [shop], minVersion: 'TLSv1.3' })
})
