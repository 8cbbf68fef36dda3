import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { run } from '../../src/cli/program.ts'
import { fakeWorld } from './fake-world.ts'
import { folderOf } from './folder-of.ts'

async function schema(...args: string[]) {
  const world = fakeWorld()
  const status = await run(['schema', ...args], world)
  return { status, ...world.said() }
}

test('writes the schemas into a folder, which is made', async () => {
  const folder = join(await folderOf({}), 'editor/schemas')
  const { status, out, err } = await schema('-o', folder)
  expect({ status, err }).toEqual({ status: 0, err: '' })
  expect(out).toContain(`${folder}: 6 schemas\n`)
  expect(out).toContain('# yaml-language-server: $schema=../')
  expect(await readdir(folder)).toHaveLength(6)
  const shipped = await readFile(new URL('../../schemas/gateway.schema.json', import.meta.url), 'utf8')
  expect(await readFile(join(folder, 'gateway.schema.json'), 'utf8')).toBe(shipped)
})

test('tells of one target on demand', async () => {
  const folder = await folderOf({})
  expect((await schema('-o', folder, '--target', 'workers')).status).toBe(0)
  const text = await readFile(join(folder, 'routes.schema.json'), 'utf8')
  expect(text).toContain('On Workers: ')
  expect(text).not.toContain('Deno')
})

test('a folder that cannot be written is 2', async () => {
  const folder = await folderOf({ file: '' })
  const { status, err } = await schema('-o', join(folder, 'file'))
  expect(status).toBe(2)
  expect(err).toMatch(/^error: .*: a part of the path is a file, not a folder\n$/)
})
