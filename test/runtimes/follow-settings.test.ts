import { generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { followSettings } from '../../src/runtimes/follow-settings.ts'

const { publicKey } = generateKeyPairSync('ed25519')
const der = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }))
const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString()
const base64 = Buffer.from(der).toString('base64')
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
  .publicKey.export({ type: 'spki', format: 'pem' })
  .toString()

test('without settings a store is asked every 15 s, the first request waits 300 ms, and nothing need be signed', () => {
  expect(followSettings({})).toEqual({ settings: { intervalMs: 15_000, firstWaitMs: 300 }, problems: [] })
})

test.each([
  { title: 'PEM', text: pem },
  { title: 'PEM whose line feeds are written out', text: pem.replaceAll('\n', '\\n') },
  { title: 'its base64 alone', text: base64 },
  { title: 'base64 with spaces around it', text: ` ${base64}\n` },
])('a public key is read from $title', ({ text }) => {
  expect(followSettings({ SIGNALBOX_PUBLIC_KEY: text })).toMatchObject({
    settings: { publicKeys: [der] },
    problems: [],
  })
})

test('there may be several keys, so that one can follow another', () => {
  const { settings } = followSettings({ SIGNALBOX_PUBLIC_KEY: `${base64},${pem}` })
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
  const { settings, problems } = followSettings({ SIGNALBOX_PUBLIC_KEY: text })
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
  const { settings, problems } = followSettings({ [name]: text })
  expect(settings).toEqual({ intervalMs: 15_000, firstWaitMs: 300 })
  expect(problems).toEqual([expect.stringMatching(new RegExp(`^${name} is a whole number from`))])
})
