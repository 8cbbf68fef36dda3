import { mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { expect, test } from 'vitest'
import { listFolder } from '../../../src/cli/folders/list-folder.ts'
import { FolderReader } from '../../../src/cli/folders/read-folders.ts'
import { temporaryFolder } from '../fake-world.ts'
import { folderOf } from '../folder-of.ts'

async function namesIn(folder: string): Promise<string[]> {
  const listing = listFolder(folder)
  if (listing.kind === 'unusable') throw new Error(listing.reasons.join('\n'))
  return listing.files.map(({ path }) => relative(folder, path))
}

test.each([
  {
    title: 'takes yaml, yml and json, and nothing else',
    files: ['a.yaml', 'b.yml', 'c.json', 'README.md', 'd.yaml.bak'],
    expected: ['a.yaml', 'b.yml', 'c.json'],
  },
  {
    title: 'goes into sub-folders and sorts by path',
    files: ['z.yaml', 'b/c/d.yaml', 'b/a.yaml'],
    expected: ['b/a.yaml', 'b/c/d.yaml', 'z.yaml'],
  },
  {
    title: 'leaves out files and folders that begin with _ or .',
    files: ['a.yaml', '_a.yaml', '.a.yaml', '_old/a.yaml', '.git/a.yaml'],
    expected: ['a.yaml'],
  },
  { title: 'leaves out tests', files: ['a.yaml', 'a.test.yaml', 'test.yaml'], expected: ['a.yaml', 'test.yaml'] },
  { title: 'does not mind the letter case of an extension', files: ['A.YAML'], expected: ['A.YAML'] },
])('$title', async ({ files, expected }) => {
  const folder = await folderOf(Object.fromEntries(files.map(name => [name, ''])))
  expect(await namesIn(folder)).toEqual(expected)
})

test('reserved names, and the mesh settings, are told from routes at the top only', async () => {
  const folder = await folderOf({
    'mesh.yaml': '',
    'signalbox.yaml': '',
    'shop/mesh.yaml': '',
    'shop/signalbox.yaml': '',
    'a.yaml': '',
  })
  const reading = new FolderReader().read([folder])
  expect(reading).toMatchObject({
    kind: 'read',
    files: [
      { path: join(folder, 'a.yaml'), isMesh: false },
      { path: join(folder, 'mesh.yaml'), isMesh: true },
      { path: join(folder, 'shop/mesh.yaml'), isMesh: false },
      { path: join(folder, 'shop/signalbox.yaml'), isMesh: false },
    ],
    reserved: [join(folder, 'signalbox.yaml')],
  })
})

test('a folder that has nothing but settings has no routes', async () => {
  const folder = await folderOf({ 'mesh.yaml': '', 'signalbox.yaml': '' })
  expect(new FolderReader().read([folder])).toMatchObject({
    kind: 'unusable',
    reasons: [expect.stringContaining(`no YAML in it besides ${folder}/mesh.yaml and ${folder}/signalbox.yaml`)],
  })
})

test('a loop of symbolic links ends, and a linked folder is read once', async () => {
  const folder = await folderOf({ 'a/b.yaml': '' })
  await symlink('..', join(folder, 'a/up'))
  await symlink('a', join(folder, 'c'))
  expect(await namesIn(folder)).toEqual(['a/b.yaml'])
})

test('bytes are handed on as they lie on disk', async () => {
  const folder = await folderOf({ 'a.yaml': 'ü\r\n' })
  expect(new FolderReader().read([folder])).toMatchObject({ files: [{ bytes: Buffer.from('ü\r\n') }] })
})

test('one file may be named instead of a folder, whatever it is called', async () => {
  const folder = await folderOf({ '_draft.txt': 'x' })
  expect(new FolderReader().read([join(folder, '_draft.txt')])).toMatchObject({
    files: [{ path: join(folder, '_draft.txt') }],
  })
})

test('paths are shown as the operator would type them', async () => {
  const folder = await folderOf({ 'a.yaml': '' })
  const typed = `./${relative(process.cwd(), folder)}//`
  expect(new FolderReader().read([typed])).toMatchObject({
    files: [{ path: `${relative(process.cwd(), folder)}/a.yaml` }],
  })
})

test.each([
  {
    title: 'a missing folder',
    make: (folder: string) => rm(folder, { recursive: true }),
    reason: ': no such file or folder',
  },
  { title: 'an empty folder', make: async () => {}, reason: ': no YAML in it (looked for' },
  {
    title: 'a link that leads nowhere',
    make: (folder: string) => symlink('nowhere', join(folder, 'a.yaml')),
    reason: '/a.yaml: no such file or folder',
  },
  {
    title: 'a link that leads back to itself',
    make: (folder: string) => symlink('a.yaml', join(folder, 'a.yaml')),
    reason: '/a.yaml: a symbolic link that leads back to itself',
  },
  {
    title: 'a folder called like a file',
    make: (folder: string) => mkdir(join(folder, 'a.yaml')),
    reason: ': no YAML in it (looked for',
  },
])('$title cannot be used, and it is said why', async ({ make, reason }) => {
  const folder = await temporaryFolder()
  await make(folder)
  expect(new FolderReader().read([folder])).toMatchObject({
    kind: 'unusable',
    reasons: [expect.stringContaining(`${folder}${reason}`)],
  })
})

test('links that an editor leaves as locks are nobody’s routes', async () => {
  const folder = await folderOf({ 'a.yaml': '' })
  await symlink('user@host.123:456', join(folder, '.#a.yaml'))
  await symlink('nowhere', join(folder, 'notes'))
  expect(await namesIn(folder)).toEqual(['a.yaml'])
})

test('several folders are read as one, and a file that is named twice is read once', async () => {
  const folder = await folderOf({ 'routes/a.yaml': '', 'origins/b.yaml': '' })
  const targets = ['routes', 'origins', 'routes/a.yaml'].map(name => join(folder, name))
  expect(new FolderReader().read(targets)).toMatchObject({
    files: [{ path: join(folder, 'routes/a.yaml') }, { path: join(folder, 'origins/b.yaml') }],
  })
})

test('none of several folders may be empty', async () => {
  const folder = await folderOf({ 'routes/a.yaml': '', 'origins/README.md': '' })
  const reading = new FolderReader().read([join(folder, 'routes'), join(folder, 'origins')])
  expect(reading).toMatchObject({ kind: 'unusable', reasons: [expect.stringContaining(`${folder}/origins: no YAML`)] })
})

test('what did not change since the last time is the same object, and what was just changed is read again', async () => {
  const folder = await folderOf({ 'a.yaml': 'a', 'b.yaml': 'b' })
  let now = Date.now() + 10_000
  const reader = new FolderReader(() => now)
  const read = () => {
    const reading = reader.read([folder])
    if (reading.kind === 'unusable') throw new Error(reading.reasons.join('\n'))
    return reading.files
  }
  const [a, b] = read()
  await writeFile(join(folder, 'b.yaml'), 'edited')
  const after = read()
  expect(after.map(({ bytes }) => new TextDecoder().decode(bytes))).toEqual(['a', 'edited'])
  expect([after[0] === a, after[1] === b]).toEqual([true, false])
  expect(read()).toEqual(after)

  // Within a step of the clock, a second save looks as the first one.
  now = Date.now()
  await writeFile(join(folder, 'b.yaml'), 'first!')
  const first = read()
  expect(read()[1] === first[1]).toBe(false)
})
