import { readdir, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { FolderStore } from '../../src/cli/stores/folder-store.ts'
import { followPlatform } from '../../src/runtimes/follow-platform.ts'
import { readTable } from '../../src/store/read-table.ts'
import { uploadVersion } from '../../src/store/upload-version.ts'
import { decodeRecord, encodeRecord } from '../../src/store/version-record.ts'
import { keyOf, maxValueBytes, type VersionStore } from '../../src/store/version-store.ts'
import { temporaryFolder } from '../cli/fake-world.ts'
import { tableOf, versionOf } from './tables.ts'

const table = tableOf('shop.example.com')
const version = versionOf(table)
const record = {
  version,
  author: 'Ann',
  message: 'first',
  at: '2026-11-26T12:00:00.000Z',
  bytes: table.byteLength,
  formatVersion: 5,
  virtualHosts: 1,
  routes: 0,
}
const sources = new Uint8Array([1, 2, 3])

const upload = (store: VersionStore, what: object = {}) =>
  uploadVersion(store, followPlatform, { record, table, sources, ...what })

test('a version is its record, its sources and its table; a second time there is nothing to do', async () => {
  const folder = await temporaryFolder()
  const store = new FolderStore(folder)
  expect(await upload(store)).toBe('uploaded')
  expect((await readdir(folder)).sort()).toEqual(
    (['sources', 'table', 'version'] as const).map(kind => keyOf(kind, version)),
  )
  expect(await readTable(store, followPlatform, version)).toMatchObject({ kind: 'table' })
  expect(await upload(store)).toBe('known')
})

test('the record is written first and the table last: what has a table has all the rest', async () => {
  const written: string[] = []
  class Watched extends FolderStore {
    override write(key: string, value: Uint8Array): Promise<void> {
      written.push(key)
      return super.write(key, value)
    }
  }
  await upload(new Watched(await temporaryFolder()))
  expect(written).toEqual((['version', 'sources', 'table'] as const).map(kind => keyOf(kind, version)))
})

test('a table that is there but not whole is written again', async () => {
  const folder = await temporaryFolder()
  const store = new FolderStore(folder)
  await upload(store)
  await truncate(join(folder, keyOf('table', version)), 70)
  expect(await readTable(store, followPlatform, version)).toMatchObject({
    kind: 'none',
    reason: expect.stringMatching(/bytes of a table that has/),
  })
  expect(await upload(store)).toBe('uploaded')
  expect(await readTable(store, followPlatform, version)).toMatchObject({ kind: 'table' })
})

test('a store that does not give back what was written is found out', async () => {
  const folder = await temporaryFolder()
  class Forgetful extends FolderStore {
    override async write(key: string, value: Uint8Array): Promise<void> {
      await super.write(key, value)
      if (key === keyOf('table', version)) await writeFile(join(folder, key), value.slice(0, -8))
    }
  }
  await expect(upload(new Forgetful(folder))).rejects.toThrow(/does not return the table that was written/)
})

test.each([
  { title: 'a table', what: { table: new Uint8Array(maxValueBytes + 1) }, says: /the table has 25\.0 MiB/ },
  { title: 'YAML', what: { sources: new Uint8Array(30 * 1024 * 1024) }, says: /the packed YAML has 30\.0 MiB/ },
])('$title beyond what KV takes is refused before anything is written', async ({ what, says }) => {
  const folder = await temporaryFolder()
  await expect(upload(new FolderStore(folder), what)).rejects.toThrow(says)
  expect(await readdir(folder)).toEqual([])
})

test('a record is read as it was written, and one that is damaged not at all', () => {
  const value = encodeRecord({ ...record, parent: 'ab'.repeat(32) })
  expect(decodeRecord(value)).toEqual({ ...record, parent: 'ab'.repeat(32) })
  expect(decodeRecord(value.slice(0, -10))).toBeUndefined()
  expect(decodeRecord(new TextEncoder().encode('{"format":2}'))).toBeUndefined()
})
