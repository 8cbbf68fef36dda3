import { rename, rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { changedPaths, lookAt, type Snapshot, watch } from '../../../src/cli/dev/watch.ts'
import { folderOf } from '../folder-of.ts'

/** Runs a watch over scripted looks; each pause is one step, and the watch is over when the script is. */
async function changesOver(
  first: Record<string, string>,
  looks: readonly Record<string, string>[],
): Promise<string[][]> {
  const script = looks.map(look => new Map(Object.entries(look)))
  const changes: string[][] = []
  let last: Snapshot = new Map(Object.entries(first))
  await watch({
    first: last,
    look: async () => {
      last = script.shift() ?? last
      return last
    },
    pause: async () => {},
    isOver: () => script.length === 0,
    onChange: async paths => void changes.push([...paths]),
  })
  return changes
}

const rest = { a: '2' }

test.each([
  { title: 'nothing is told while nothing changes', looks: [{ a: '1' }, { a: '1' }], expected: [] },
  { title: 'an edit is told once', looks: [rest, rest, rest, rest], expected: [['a']] },
  {
    title: 'a file is told only when it has come to rest',
    looks: [{ a: '1.5' }, { a: '1.7' }, rest, rest, rest],
    expected: [['a']],
  },
  {
    title: 'an edit that is taken back at once is not told',
    looks: [{ a: '1.5' }, { a: '1' }, { a: '1' }, { a: '1' }],
    expected: [],
  },
  {
    title: 'added, changed and removed files are told together',
    looks: [
      { b: '1', c: '1' },
      { b: '1', c: '1' },
      { b: '1', c: '1' },
    ],
    expected: [['a', 'b', 'c']],
  },
  {
    title: 'two edits are told one after the other',
    looks: [rest, rest, { a: '3' }, { a: '3' }, { a: '3' }],
    expected: [['a'], ['a']],
  },
])('$title', async ({ looks, expected }) => {
  expect(await changesOver({ a: '1' }, looks)).toEqual(expected)
})

test('a file that never rests does not keep the others from being told', async () => {
  const looks = Array.from({ length: 14 }, (_, step) => ({ a: '2', log: String(step) }))
  expect((await changesOver({ a: '1' }, looks))[0]).toEqual(['a', 'log'])
})

test.each([
  { title: 'another text of the same length', edit: (file: string) => writeFile(file, 'b') },
  {
    title: 'a rename over the file',
    edit: (file: string) => writeFile(`${file}~`, 'a').then(() => rename(`${file}~`, file)),
  },
  { title: 'a removed file', edit: (file: string) => rm(file) },
  { title: 'a new time alone', edit: (file: string) => utimes(file, 1, 1) },
])('$title changes the signature', async ({ edit }) => {
  const folder = await folderOf({ 'a.yaml': 'a' })
  const before = await lookAt([folder])
  // The clock of a file system may tick as slowly as every 10 ms.
  await expect
    .poll(async () => {
      await edit(join(folder, 'a.yaml')).catch(() => undefined)
      return changedPaths(before, await lookAt([folder]))
    })
    .toEqual([join(folder, 'a.yaml')])
})

test('a folder that vanishes and comes back is seen both times', async () => {
  const folder = await folderOf({ 'sub/a.yaml': 'a' })
  const there = await lookAt([folder])
  await rm(folder, { recursive: true })
  const gone = await lookAt([folder])
  expect(changedPaths(there, gone)).toEqual([folder, join(folder, 'sub/a.yaml')])
  expect(await lookAt([folder])).toEqual(gone)
})
