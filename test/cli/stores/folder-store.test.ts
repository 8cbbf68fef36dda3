import { chmod, mkdir, open, readdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { FolderStore } from '../../../src/cli/stores/folder-store.ts'
import { FolderReader } from '../../../src/runtimes/node-http/folder-reader.ts'
import { StoreError } from '../../../src/store/version-store.ts'
import { temporaryFolder } from '../fake-world.ts'

test.each([
  { title: 'as it was said', folder: 'tables', expected: 'the folder tables/' },
  { title: 'with one slash at its end', folder: '/var/tables/', expected: 'the folder /var/tables/' },
])('the title names the folder $title', ({ folder, expected }) => {
  expect(new FolderStore(folder).title).toBe(expected)
})

test.each(['', '.', '..', '../x', 'a/b', '/etc/passwd', 'a\\b', '.temporary', 'a\0b'])(
  'a key that is no plain file name is a fault of ours: %j',
  async key => {
    const store = new FolderStore(await temporaryFolder())
    await expect(store.read(key, 100)).rejects.toThrow('not a plain file name')
    await expect(store.write(key, new Uint8Array())).rejects.not.toThrow(StoreError)
    await expect(store.remove(key)).rejects.toThrow('not a plain file name')
  },
)

test('what is being written is not listed, and neither are folders', async () => {
  const folder = await temporaryFolder()
  await writeFile(join(folder, '.signalbox-1.tmp'), 'half')
  await mkdir(join(folder, 'folder'))
  await writeFile(join(folder, 'key'), 'value')
  expect(await new FolderStore(folder).list('')).toEqual(['key'])
})

test('a folder that is not there has no keys; the first write makes it', async () => {
  const folder = join(await temporaryFolder(), 'a', 'b')
  const store = new FolderStore(folder)
  expect(await store.list('')).toEqual([])
  expect(await store.read('key', 100)).toBeUndefined()
  await store.remove('key')
  await store.write('key', new Uint8Array(3))
  expect(await readdir(folder)).toEqual(['key'])
})

test('what the system refuses is told in words that name the file', async () => {
  const folder = await temporaryFolder()
  await mkdir(join(folder, 'folder'))
  await writeFile(join(folder, 'file'), '')
  await symlink('loop', join(folder, 'loop'))
  const store = new FolderStore(folder)
  const inFile = new FolderStore(join(folder, 'file'))
  for (const [work, message] of [
    [() => store.read('folder', 1e6), `${folder}/folder is not a file`],
    [() => store.read('loop', 1e6), `${folder}/loop cannot be read: too many symbolic links encountered`],
    [() => store.write('folder', new Uint8Array()), `${folder}/folder cannot be written: is a folder, not a file`],
    [() => inFile.read('key', 1e6), `${folder}/file/key cannot be read: not a directory`],
    [() => inFile.write('key', new Uint8Array()), `${folder}/file/key cannot be written: a part of the path is a file`],
    [() => inFile.remove('key'), `${folder}/file/key cannot be removed: a part of the path is a file`],
    [() => inFile.list(''), `${folder}/file cannot be listed: a part of the path is a file`],
  ] as const) {
    await expect(work()).rejects.toThrow(StoreError)
    await expect(work()).rejects.toThrow(message)
  }
})

test.skipIf(process.getuid?.() === 0)(
  'a file that may not be read is told, and not taken for a missing one',
  async () => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'key'), 'value')
    await chmod(join(folder, 'key'), 0o000)
    await expect(new FolderReader(folder).read('key', 100)).rejects.toThrow('key cannot be read: permission denied')
  },
)

test('a file that has no size but bytes is read up to the bound, and not beyond it', async () => {
  // The system makes it up as it is read, as one that grows would look.
  const reader = new FolderReader('/proc/self')
  const size = (await (await open('/proc/self/maps')).readFile()).length
  expect(size).toBeGreaterThan(5000)
  expect((await reader.read('maps', size * 4))?.length).toBeGreaterThan(5000)
  await expect(reader.read('maps', 5000)).rejects.toThrow('/proc/self/maps is longer than 5000 bytes')
})
