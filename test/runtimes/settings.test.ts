import { generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import {
  handedOnSettings,
  problemLines,
  readFollowSettings,
  readLimits,
  readSettings,
} from '../../src/runtimes/settings.ts'

const { publicKey } = generateKeyPairSync('ed25519')
const der = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }))
const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString()
const base64 = Buffer.from(der).toString('base64')
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
  .publicKey.export({ type: 'spki', format: 'pem' })
  .toString()

test('without settings a store is asked every 15 s, the first request waits 300 ms, and nothing need be signed', () => {
  expect(readFollowSettings({})).toEqual({ settings: { intervalMs: 15_000, firstWaitMs: 300 }, problems: [] })
})

test.each([
  { title: 'PEM', text: pem },
  { title: 'PEM whose line feeds are written out', text: pem.replaceAll('\n', '\\n') },
  { title: 'its base64 alone', text: base64 },
  { title: 'base64 with spaces around it', text: ` ${base64}\n` },
])('a public key is read from $title', ({ text }) => {
  expect(readFollowSettings({ SIGNALBOX_PUBLIC_KEY: text })).toMatchObject({
    settings: { publicKeys: [der] },
    problems: [],
  })
})

test('there may be several keys, so that one can follow another', () => {
  const { settings } = readFollowSettings({ SIGNALBOX_PUBLIC_KEY: `${base64},${pem}` })
  expect(settings.publicKeys).toEqual([der, der])
})

test.each([
  { title: 'is no key', text: 'rubbish' },
  { title: 'is of another sort', text: rsa },
  { title: 'is cut off', text: base64.slice(0, -3) },
  { title: 'is one of two that is wrong', text: `${base64},rubbish` },
  {
    title: 'is a private key',
    text: generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  },
])('with a key that $title, nothing is taken', ({ text }) => {
  const { settings, problems } = readFollowSettings({ SIGNALBOX_PUBLIC_KEY: text })
  expect(settings.publicKeys).toEqual([])
  expect(problems).toEqual([expect.stringContaining('SIGNALBOX_PUBLIC_KEY')])
})

test.each([
  { name: 'SIGNALBOX_POLL_INTERVAL_MS', text: '99' },
  { name: 'SIGNALBOX_POLL_INTERVAL_MS', text: '15s' },
  { name: 'SIGNALBOX_POLL_INTERVAL_MS', text: '3600001' },
  { name: 'SIGNALBOX_FIRST_WAIT_MS', text: '-1' },
  { name: 'SIGNALBOX_FIRST_WAIT_MS', text: '10001' },
] as const)('$name=$text is told, and the default holds', ({ name, text }) => {
  const { settings, problems } = readFollowSettings({ [name]: text })
  expect(settings).toEqual({ intervalMs: 15_000, firstWaitMs: 300 })
  expect(problems).toEqual([expect.stringMatching(new RegExp(`^${name} is a whole number from`))])
})

const usualLimits = {
  headBytes: 61_440,
  headerLines: 100,
  headTimeoutMs: 10_000,
  idleTimeoutMs: 300_000,
  keepAliveMs: 60_000,
  connectTimeoutMs: 10_000,
  upstreamRequests: 10_000,
}

test('a limit that is not set, or set to nothing, is as by default', () => {
  expect(readLimits({ SIGNALBOX_HEAD_BYTES: '' })).toEqual(usualLimits)
})

test('each limit has its variable', () => {
  const env = {
    SIGNALBOX_HEAD_BYTES: '1',
    SIGNALBOX_HEADER_LINES: '2',
    SIGNALBOX_HEAD_TIMEOUT_MS: '3',
    SIGNALBOX_IDLE_TIMEOUT_MS: '0',
    SIGNALBOX_KEEP_ALIVE_MS: '5',
    SIGNALBOX_CONNECT_TIMEOUT_MS: '2147483647',
    SIGNALBOX_UPSTREAM_REQUESTS: '7',
  }
  expect(Object.values(readLimits(env))).toEqual([1, 2, 3, 0, 5, 2_147_483_647, 7])
})

test.each(['10s', '-1', '1.5', '2147483648', ' 1'])(
  'a limit of "%s" is refused, with its variable and bounds',
  value => {
    const message = `SIGNALBOX_HEAD_BYTES is a whole number from 0 to 2147483647, not "${value}"`
    expect(() => readLimits({ SIGNALBOX_HEAD_BYTES: value })).toThrow(message)
  },
)

test('without settings health has its path, nobody has its token, and each request is logged', () => {
  const health = { path: '/.signalbox/health', token: undefined }
  expect(readSettings({})).toEqual({ health, isLogged: true, problems: [] })
})

test.each([
  { title: 'a health path of its own', texts: { SIGNALBOX_HEALTH_PATH: '/up' }, health: { path: '/up' } },
  {
    title: 'a health path beyond ASCII, as clients send it',
    texts: { SIGNALBOX_HEALTH_PATH: '/ü' },
    health: { path: '/%C3%BC' },
  },
  { title: 'health that is off', texts: { SIGNALBOX_HEALTH_PATH: 'off' }, health: { path: undefined } },
  {
    title: 'a health path of nothing, which is off',
    texts: { SIGNALBOX_HEALTH_PATH: '' },
    health: { path: undefined },
  },
  { title: 'a token', texts: { SIGNALBOX_HEALTH_TOKEN: 'secret' }, health: { token: 'secret' } },
  { title: 'a token of nothing, which is none', texts: { SIGNALBOX_HEALTH_TOKEN: '' }, health: { token: undefined } },
  { title: 'an access log that is off', texts: { SIGNALBOX_ACCESS_LOG: 'off' }, isLogged: false },
  { title: 'an access log that is on', texts: { SIGNALBOX_ACCESS_LOG: 'on' }, isLogged: true },
])('a gateway has $title', ({ texts, title: _, ...expected }) => {
  expect(readSettings(texts)).toMatchObject({ ...expected, problems: [] })
})

test.each([
  {
    texts: { SIGNALBOX_HEALTH_PATH: 'up' },
    says: 'SIGNALBOX_HEALTH_PATH is a path like /.signalbox/health, or off, not "up": health is off',
    expected: { health: { path: undefined } },
  },
  {
    texts: { SIGNALBOX_HEALTH_PATH: '/up?x' },
    says: 'SIGNALBOX_HEALTH_PATH is a path like /.signalbox/health, or off, not "/up?x": health is off',
    expected: { health: { path: undefined } },
  },
  {
    texts: { SIGNALBOX_ACCESS_LOG: 'false' },
    says: 'SIGNALBOX_ACCESS_LOG is on or off, not "false": the access log is on',
    expected: { isLogged: true },
  },
])('a wrong setting is named, with what to write: $says', ({ texts, says, expected }) => {
  const settings = readSettings(texts)
  expect(settings).toMatchObject({ ...expected, problems: [says] })
  expect(problemLines(settings)).toEqual([JSON.stringify({ event: 'setting_wrong', problem: says })])
})

test('a process hands on what every gateway has, and nothing else of its environment', () => {
  const env = { SIGNALBOX_HEALTH_PATH: '/up', SIGNALBOX_HEAD_BYTES: '1', HOME: '/root' }
  expect(handedOnSettings(env)).toEqual({ SIGNALBOX_HEALTH_PATH: '/up' })
})
