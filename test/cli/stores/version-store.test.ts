import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CloudflareApi } from '../../../src/cli/stores/cloudflare-api.ts'
import { CloudflareKv } from '../../../src/cli/stores/cloudflare-kv.ts'
import { type OpenStore, openStore } from '../../../src/cli/stores/open-store.ts'
import { maxValueBytes, StoreError } from '../../../src/store/version-store.ts'
import { startCloudflareApi } from './cloudflare-api.ts'
import { writeProject } from './write-project.ts'

const oddForFiles = ['a/b', '../x', 'ü? &#+%2F"', '列車.1', '%', '.hidden', '\u0007']

const implementations = [
  { title: 'a folder', open: openFolder, keyCount: 110, oddKeys: ['a b', 'ü&#+%2F"', '列車.1', '%'] },
  { title: 'the local KV of wrangler dev', open: openLocal, keyCount: 1100, oddKeys: oddForFiles },
  { title: "Cloudflare's API", open: openCloudflare, keyCount: 1100, oddKeys: oddForFiles },
] as const

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'signalbox-test-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe.each(implementations)('$title', ({ open, keyCount, oddKeys }) => {
  let store: OpenStore
  beforeAll(async () => {
    store = await open()
  })
  afterAll(() => store.close())

  test.each([
    { title: 'every byte there is', value: Uint8Array.from({ length: 256 }, (_, byte) => byte) },
    { title: 'no byte at all', value: new Uint8Array() },
    { title: 'a megabyte', value: Uint8Array.from({ length: 1024 * 1024 }, (_, index) => (index * 7919) >> 8) },
    { title: 'a part of a longer array', value: new TextEncoder().encode('not this').subarray(4) },
  ])('gives back what was written: $title', async ({ value }) => {
    await store.write('written', value)
    expect(same(await store.read('written', 2 * 1024 * 1024), value)).toBe(true)
  })

  test('a key that was never written has no value', async () => {
    expect(await store.read('missing', 100)).toBeUndefined()
  })

  test('the last write counts', async () => {
    for (const text of ['first and longer', 'second']) await store.write('overwritten', bytes(text))
    expect(await store.read('overwritten', 100)).toEqual(bytes('second'))
  })

  test('what is removed is gone, and may be removed again', async () => {
    await store.write('removed', bytes('value'))
    for (let turn = 0; turn < 2; turn++) await store.remove('removed')
    expect(await store.read('removed', 100)).toBeUndefined()
    expect(await store.list('removed')).toEqual([])
  })

  test('lists all keys that begin with a prefix, and no others', async () => {
    const keys = Array.from({ length: keyCount }, (_, index) => `many.${index}`)
    await inTurns(keys, key => store.write(key, bytes(key)))
    await store.write('man', bytes('other'))
    await store.write('other.many.1', bytes('other'))
    expect([...(await store.list('many.'))].sort()).toEqual(keys.sort())
    expect(await store.list('none.')).toEqual([])
  })

  test('refuses to read a value that is longer than the caller takes', async () => {
    await store.write('long', new Uint8Array(100))
    expect(await store.read('long', 100)).toHaveLength(100)
    const reading = store.read('long', 99)
    await expect(reading).rejects.toThrow(StoreError)
    await expect(reading).rejects.toThrow(/long.* is longer than 99 bytes/)
  })

  test('refuses to write a value that is longer than KV takes, and keeps the old one', async () => {
    await store.write('limit', bytes('old'))
    const writing = store.write('limit', new Uint8Array(maxValueBytes + 1))
    await expect(writing).rejects.toThrow(StoreError)
    await expect(writing).rejects.toThrow(/limit.*26214400/)
    expect(await store.read('limit', 100)).toEqual(bytes('old'))
  })

  test.each(oddKeys)('keeps a value under the odd key %j', async key => {
    await store.write(key, bytes(key))
    expect(await store.read(key, 100)).toEqual(bytes(key))
    expect(await store.list(key)).toEqual([key])
    await store.remove(key)
    expect(await store.list('')).not.toContain(key)
  })
})

function openFolder(): Promise<OpenStore> {
  return openStore({ kind: 'folder', folder: join(folder, 'not', 'made', 'yet') }, {})
}

async function openLocal(): Promise<OpenStore> {
  const config = await writeProject(
    folder,
    'wrangler.toml',
    '[[kv_namespaces]]\nbinding = "SIGNALBOX_TABLES"\nid = "a"',
  )
  return openStore({ kind: 'local', config }, {})
}

async function openCloudflare(): Promise<OpenStore> {
  const { baseUrl, token, account, namespace, stop } = await startCloudflareApi()
  const api = new CloudflareApi(baseUrl, { type: 'api_token', token })
  return Object.assign(new CloudflareKv(api, { account, namespace }), { close: stop })
}

async function inTurns<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const rest = items.values()
  const worker = async () => {
    for (const item of rest) await work(item)
  }
  await Promise.all(Array.from({ length: 16 }, worker))
}

/** Faster on a megabyte than what `toEqual` does. */
function same(one: Uint8Array | undefined, other: Uint8Array): boolean {
  return one !== undefined && Buffer.compare(one, other) === 0
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}
