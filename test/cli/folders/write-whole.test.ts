import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { writeWhole } from '../../../src/cli/folders/write-whole.ts'
import { folderOf } from '../folder-of.ts'

const bytes = new Uint8Array([1, 2, 3])

test('replaces the old bytes and leaves nothing else behind', async () => {
  const folder = await folderOf({ table: 'old' })
  await writeWhole(join(folder, 'table'), bytes)
  expect(new Uint8Array(await readFile(join(folder, 'table')))).toEqual(bytes)
  expect(await readdir(folder)).toEqual(['table'])
})

test('makes missing parent folders', async () => {
  const folder = await folderOf({})
  await writeWhole(join(folder, 'a/b/table'), bytes)
  expect(await readdir(join(folder, 'a/b'))).toEqual(['table'])
})

test('never shows a reader a part of the table', async () => {
  const folder = await folderOf({})
  const path = join(folder, 'table')
  const tables = [0, 1].map(fill => new Uint8Array(4_000_000).fill(fill))
  await writeWhole(path, tables[0]!)
  const writing = (async () => {
    for (let round = 0; round < 10; round++) await writeWhole(path, tables[round % 2]!)
  })()
  let isWriting = true
  void writing.finally(() => {
    isWriting = false
  })
  while (isWriting) {
    const seen = await readFile(path)
    expect(seen.byteLength).toBe(4_000_000)
    expect(seen[0]).toBe(seen.at(-1))
  }
  await writing
})

test('a link stays a link, and its file is replaced', async () => {
  const folder = await folderOf({ 'real/table': 'old' })
  await symlink('real/table', join(folder, 'link'))
  await writeWhole(join(folder, 'link'), bytes)
  expect(new Uint8Array(await readFile(join(folder, 'real/table')))).toEqual(bytes)
  expect(await readdir(folder)).toEqual(['link', 'real'])
})

test('a failure leaves what was there as it was', async () => {
  const folder = await folderOf({ file: 'old' })
  await mkdir(join(folder, 'table'))
  await writeFile(join(folder, 'table/inside'), 'old')
  await expect(writeWhole(join(folder, 'table'), bytes)).rejects.toMatchObject({ code: 'EISDIR' })
  await expect(writeWhole(join(folder, 'file/table'), bytes)).rejects.toMatchObject({ syscall: expect.any(String) })
  expect(await readdir(folder)).toEqual(['file', 'table'])
  expect(await readFile(join(folder, 'file'), 'utf8')).toBe('old')
  expect(await readFile(join(folder, 'table/inside'), 'utf8')).toBe('old')
})

test('what is no file is written to, not replaced', async () => {
  await writeWhole('/dev/null', bytes)
  expect((await stat('/dev/null')).isCharacterDevice()).toBe(true)
})
