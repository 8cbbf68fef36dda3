import { readdirSync, readFileSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { contentKey, DocumentStore } from '../../src/cli/document-store.ts'
import { parseFiles } from '../../src/cli/parse-files.ts'
import { compileRoutes, FileCache } from '../../src/control-plane/compile-routes.ts'
import { parseSourceFile } from '../../src/control-plane/config/parse-source-file.ts'
import { sourceFiles } from '../control-plane/source-files.ts'
import { temporaryFolder } from './fake-world.ts'

const virtualService = (name: string, routes: number, start = '/p') => `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ${name} }
spec:
  hosts: [${name}.example.com]
  http:
${Array.from({ length: routes }, (_, at) => `  - { match: [{ uri: { prefix: ${start}${at}/ } }], directResponse: { status: 200 } }\n`).join('')}`

// Enough to be kept, and more than one file, one of which cannot be read.
const texts = {
  'a.yaml': virtualService('a', 1_500),
  'b.yaml': virtualService('b', 1_500),
  'c.yaml': `{{ .Values.routes }}: [\n`,
  'd.yaml': virtualService('d', 10),
  'e.yaml': virtualService('e', 10),
  'f.yaml': virtualService('f', 10),
  'g.yaml': virtualService('g', 10),
}
const targets = ['routes']

/** What a process makes that knows nothing but what lies in `folder`, and which files it need not read itself. */
async function nextProcess(folder: string, written: Readonly<Record<string, string>> = texts) {
  const files = sourceFiles(written)
  const cache = new FileCache()
  await parseFiles(files, cache, { folder, targets })
  return { ...compileRoutes(files, { cache }), known: files.filter(file => cache.knows(file)).map(({ path }) => path) }
}

function kept(folder: string): string[] {
  return readdirSync(folder)
    .filter(name => name.endsWith('.documents'))
    .sort()
}

/** How many files a process finds the documents of. */
function recalled(folder: string, written: Readonly<Record<string, string>> = texts): number {
  const documents = new DocumentStore(folder, [join(process.cwd(), 'routes')]).recall()
  return sourceFiles(written).filter(({ bytes }) => documents.has(contentKey(bytes))).length
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

test('documents of a form that nobody knows are read anew', async () => {
  const folder = await temporaryFolder()
  const first = await nextProcess(folder)
  const forged = new Map(sourceFiles(texts).map(({ bytes }) => [contentKey(bytes), { documents: 7 } as never]))
  await new DocumentStore(folder, [join(process.cwd(), 'routes')]).keep(forged)
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
  const documents = new Map([[contentKey(file!.bytes), parseSourceFile(file!)!]])
  for (const [age, target] of ['/old', '/new', '/last'].entries()) {
    await new DocumentStore(folder, [target], 8_000).keep(documents)
    for (const name of kept(folder)) if (age === 0) utimesSync(join(folder, name), 1, 1)
  }
  const found = ['/old', '/new', '/last'].map(target => new DocumentStore(folder, [target]).recall().size)
  expect(found).toEqual([0, 1, 1])
})

function flipped(bytes: Uint8Array): Uint8Array {
  const changed = Uint8Array.from(bytes)
  changed[changed.length - 100]! ^= 1
  return changed
}
