import { generateKeyPairSync } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { keyOf, pointerKey } from '../../src/store/version-store.ts'
import { load } from './load.ts'
import { type Stage, setStage } from './stage.ts'
import { loadFaults } from './verdict.ts'
import { waitForEdition } from './wait-for.ts'

/** The deployed Worker on real workerd, with a real local KV. All that can go wrong is played by `npm run test:publish`. */
let stage: Stage

beforeAll(async () => {
  stage = await setStage()
}, 30_000)

afterAll(() => stage.stop())

async function change(...args: string[]) {
  const { status, out, err } = await stage.run(...args)
  expect(status, `${out}${err}`).toBe(0)
}

test('what is published and gone back to is served from KV, and no request is lost or served by two versions', async () => {
  const edge = await stage.edge()
  let isOver = false
  const loading = load({ port: edge.port, count: 1, atOnce: 4, isOver: () => isOver })
  await waitForEdition(edge.port, 0)
  for (const edition of [1, 2]) {
    await stage.write(edition)
    await change('publish')
    await waitForEdition(edge.port, edition)
  }
  await change('rollback')
  await waitForEdition(edge.port, 1)
  isOver = true
  const report = await loading
  expect(loadFaults('swaps', report, [0, 1, 2])).toEqual([])
  expect([...report.served.keys()].sort()).toEqual([0, 1, 2])
  expect(edge.lines.filter(line => line.includes('table_activated'))).toHaveLength(3)
}, 60_000)

test('a Worker that has a public key takes nothing that is not signed by it', async () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const key = join(stage.folder, 'key.pem')
  await writeFile(key, privateKey.export({ type: 'pkcs8', format: 'pem' }))
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString()
  await stage.write(3)
  await change('publish')
  const edge = await stage.edge({ SIGNALBOX_PUBLIC_KEY: pem })
  expect(loadFaults('unsigned', await load({ port: edge.port, count: 20, atOnce: 2 }), [0])).toEqual([])
  expect(edge.lines.join('\n')).toMatch(/table_refused.*the pointer is not signed/)
  await change('publish', '--sign', key)
  await waitForEdition(edge.port, 3)
}, 60_000)

test('a pointer ahead of its table and a table that is cut off leave the last good version serving', async () => {
  const { kv } = stage.api
  await stage.write(4)
  await change('publish', '--force')
  const edge = await stage.edge()
  await waitForEdition(edge.port, 4)
  const pointer = JSON.parse(new TextDecoder().decode((await kv.get(pointerKey, 'arrayBuffer'))!))
  const next = 'ab'.repeat(32)
  const seen = edge.lines.length
  const pointAt = { ...pointer, version: next, sequence: pointer.sequence + 1 }
  await kv.put(pointerKey, new TextEncoder().encode(`${JSON.stringify(pointAt)}\n`))
  await kv.put(keyOf('table', next), new Uint8Array(100))
  const endMs = performance.now() + 1000
  const report = await load({ port: edge.port, count: 100, atOnce: 2, isOver: () => performance.now() > endMs })
  expect(loadFaults('ahead', report, [4])).toEqual([])
  expect(edge.lines.slice(seen).join('\n')).toMatch(/table_refused/)
}, 60_000)
