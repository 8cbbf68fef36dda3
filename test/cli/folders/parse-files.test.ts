import { readdirSync, readFileSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { contentKey, KeptFiles } from '../../../src/cli/folders/kept-files.ts'
import { parseFiles } from '../../../src/cli/folders/parse-files.ts'
import { compileRoutes, FileCache } from '../../../src/control-plane/compile-routes.ts'
import { sourceFiles } from '../../control-plane/source-files.ts'
import { temporaryFolder } from '../fake-world.ts'

/** Many bytes cost less to read than many routes. */
const body = 'x'.repeat(500)

const virtualService = (name: string, routes: number, start = '/p') => `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ${name} }
spec:
  hosts: [${name}.example.com]
  http:
${Array.from({ length: routes }, (_, at) => `  - { match: [{ uri: { prefix: ${start}${at}/ } }], directResponse: { status: 200, body: { string: ${body} } } }\n`).join('')}`

// Enough bytes to be kept, and more than one file, one of which cannot be read.
const texts = {
  'a.yaml': virtualService('a', 200),
  'b.yaml': virtualService('b', 200),
  'c.yaml': `{{ .Values.routes }}: [\n`,
  'd.yaml': virtualService('d', 10),
  'e.yaml': virtualService('e', 10),
  'f.yaml': virtualService('f', 10),
  'g.yaml': virtualService('g', 10),
}
const targets = ['routes']

/** What a process makes that knows nothing but what lies in `folder`. */
async function nextProcess(folder: string, written: Readonly<Record<string, string>> = texts) {
  const files = sourceFiles(written)
  const cache = new FileCache()
  const keep = await parseFiles(files, cache, undefined, { folder, targets })
  const compiled = compileRoutes(files, { cache })
  await keep()
  return compiled
}

function kept(folder: string): string[] {
  return readdirSync(folder)
    .filter(name => name.endsWith('.kept'))
    .sort()
}

/** How many files a process need not read. */
function recalled(folder: string, written: Readonly<Record<string, string>> = texts): number {
  const kept = new KeptFiles(folder, [join(process.cwd(), 'routes')]).recall()
  return sourceFiles(written).filter(file => kept.has(contentKey(file))).length
}

test('the next process finds what was read, and makes the same of it', async () => {
  const folder = await temporaryFolder()
  const first = await nextProcess(folder)
  expect(recalled(folder)).toBe(6)
  const written = kept(folder).map(name => statSync(join(folder, name)).mtimeMs)
  expect(await nextProcess(folder)).toEqual(first)
  expect(kept(folder).map(name => statSync(join(folder, name)).mtimeMs)).toEqual(written)
  const { table, diagnostics } = compileRoutes(sourceFiles(texts))
  expect(first).toMatchObject({ diagnostics })
  expect(first.table).toEqual(table)
})

test('an edit is read anew, and kept beside the rest', async () => {
  const folder = await temporaryFolder()
  await nextProcess(folder)
  const before = kept(folder)
  const edited = { ...texts, 'g.yaml': virtualService('g', 10, '/edited') }
  const { table, diagnostics } = await nextProcess(folder, edited)
  const anew = compileRoutes(sourceFiles(edited))
  expect({ table, diagnostics }).toEqual({ table: anew.table, diagnostics: anew.diagnostics })
  expect([before.length, kept(folder).length]).toEqual([1, 2])
  expect(recalled(folder, edited)).toBe(6)
})

test.each([
  { title: 'a byte that changed', damage: (path: string) => writeFileSync(path, flipped(readFileSync(path))) },
  { title: 'half a file', damage: (path: string) => truncateSync(path, 5_000) },
  { title: 'an empty file', damage: (path: string) => truncateSync(path, 0) },
  { title: 'something else', damage: (path: string) => writeFileSync(path, 'no documents') },
])('$title counts as nothing', async ({ damage }) => {
  const folder = await temporaryFolder()
  const first = await nextProcess(folder)
  for (const name of kept(folder)) damage(join(folder, name))
  expect(recalled(folder)).toBe(0)
  expect(await nextProcess(folder)).toEqual(first)
  expect(recalled(folder)).toBe(6)
})

test('files that were kept in a form that nobody knows are read anew', async () => {
  const folder = await temporaryFolder()
  const first = await nextProcess(folder)
  const forged = new Map(sourceFiles(texts).map(file => [contentKey(file), { resources: 7 } as never]))
  await new KeptFiles(folder, [join(process.cwd(), 'routes')]).keep(forged)
  expect(await nextProcess(folder)).toEqual(first)
})

test('a folder that cannot be written to is no fault', async () => {
  const file = join(await temporaryFolder(), 'file')
  writeFileSync(file, '')
  const { table } = await nextProcess(join(file, 'cache'))
  expect(table).toEqual(compileRoutes(sourceFiles(texts)).table)
})

test('what is read quickly is not kept', async () => {
  const folder = await temporaryFolder()
  await nextProcess(folder, { 'a.yaml': virtualService('a', 10) })
  expect(kept(folder)).toEqual([])
})

test('the oldest are removed where all together are too large', async () => {
  const folder = await temporaryFolder()
  const [file] = sourceFiles({ 'a.yaml': virtualService('a', 10) })
  // Of which the bound has room for two, and not for three.
  const diagnostics = Array.from({ length: 50 }, (_, at) => ({ message: `${at}`.repeat(30) }) as never)
  const files = new Map([[contentKey(file!), { diagnostics, comments: [], unread: [], resources: [] }]])
  for (const [age, target] of ['/old', '/new', '/last'].entries()) {
    await new KeptFiles(folder, [target], 8_000).keep(files)
    for (const name of kept(folder)) if (age === 0) utimesSync(join(folder, name), 1, 1)
  }
  const found = ['/old', '/new', '/last'].map(target => new KeptFiles(folder, [target]).recall().size)
  expect(found).toEqual([0, 1, 1])
})

function flipped(bytes: Uint8Array): Uint8Array {
  const changed = Uint8Array.from(bytes)
  changed[changed.length - 100]! ^= 1
  return changed
}
