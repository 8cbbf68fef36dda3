import { mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeFolder } from '../../../src/cli/folders/make-folder.ts'
import { folderOf } from '../folder-of.ts'

test('makes a folder, and those above it', async () => {
  const folder = await folderOf({})
  await makeFolder(join(folder, 'a/b/c'))
  expect((await stat(join(folder, 'a/b/c'))).isDirectory()).toBe(true)
})

test('leaves one that is there alone, also where several make it at once', async () => {
  const folder = await folderOf({ 'there/file': '' })
  const paths = ['there', 'there', 'new/one', 'new/one', '.']
  await Promise.all(paths.map(path => makeFolder(join(folder, path))))
  expect((await stat(join(folder, 'there/file'))).isFile()).toBe(true)
})

test.each([
  { title: 'a file of that name', path: 'file', code: 'EEXIST' },
  { title: 'a file above it', path: 'file/a/b', code: 'ENOTDIR' },
])('$title is told', async ({ path, code }) => {
  const folder = await folderOf({ file: '' })
  await expect(makeFolder(join(folder, path))).rejects.toMatchObject({ code })
})

test.runIf(process.platform === 'linux')(
  'where nothing can be made, that is told, and not tried for ever',
  async () => {
    await expect(mkdir('/proc/signalbox')).rejects.toMatchObject({ code: 'ENOENT' })
    await expect(makeFolder('/proc/signalbox/a')).rejects.toMatchObject({ code: 'ENOENT' })
  },
)
