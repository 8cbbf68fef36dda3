import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildCommand } from '../../src/cli/launch/build-command.mjs'
import { builtCommand, builtFolder } from '../../src/cli/launch/built-command.mjs'
import { hashOf } from '../../src/cli/launch/code-version.mjs'
import { parseSourceFile } from '../../src/control-plane/config/yaml/parse-source-file.ts'
import { temporaryFolder } from './fake-world.ts'
import { folderOf } from './folder-of.ts'
import { startCli } from './run-cli.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
// In the repository, so that what is built finds its packages; not where `npm ci` builds it.
const built = join(root, `dist/command-of-test-${process.pid}`)

beforeAll(() => buildCommand(built))
afterAll(() => rm(built, { recursive: true, force: true }))

async function run(script: string, args: readonly string[]) {
  const { child, said } = startCli(args, { script, env: { SIGNALBOX_CACHE: 'off' } })
  const [status] = await once(child, 'close')
  const { out, err } = said()
  return { status, out, err }
}

const table = join(built, 'table.fib')

test.each([
  ['check', 'test/golden/many-faults', '-o', 'json'],
  ['compile', 'routes', '-o', table],
  ['table', table, 'GET', 'http://reviews.example.com/wpcatalog/1'],
  ['explain', 'GET', 'http://reviews.example.com/wpcatalog/1', 'routes'],
])('built, it says and does the same: signalbox %s', async (...args) => {
  const [fromBuilt, fromSources] = await Promise.all([
    run(join(built, 'main.mjs'), args),
    run(join(root, 'src/cli/main.ts'), args),
  ])
  expect(fromBuilt).toEqual(fromSources)
})

const nowhere = '/nowhere/at/all'

// What is built of each verb is loaded, and finds what it needs.
test.each([
  { args: ['--help'], status: 0 },
  { args: ['explain-code', 'SB2001'], status: 0 },
  { args: ['schema', '-o', join(built, 'schemas')], status: 0 },
  { args: ['dev', nowhere], status: 2 },
  { args: ['serve', nowhere], status: 2 },
  { args: ['publish', nowhere], status: 2 },
  { args: ['rollback', '--store', nowhere], status: 2 },
  { args: ['versions', '--store', nowhere], status: 0 },
  { args: ['show', '--store', nowhere], status: 2 },
  { args: ['status', '--store', nowhere], status: 0 },
  { args: ['prune', '--store', nowhere], status: 2 },
])('built, it does: signalbox $args.0', async ({ args, status }) => {
  const { status: ended, err } = await run(join(built, 'main.mjs'), args)
  expect({ status: ended, isInternalError: err.includes('internal error') }).toEqual({ status, isInternalError: false })
})

test('the thread that reads YAML is built beside it', async () => {
  const worker = new Worker(join(built, 'parse-worker.mjs'))
  const file = { path: 'a.yaml', bytes: new TextEncoder().encode('kind: A\n---\nkind: B\n') }
  worker.postMessage([file])
  const [answer] = await once(worker, 'message')
  await worker.terminate()
  expect(answer).toEqual([parseSourceFile(file)])
})

test('it is taken for the sources that it was built from, and for no others', async () => {
  const manifest = JSON.parse(await readFile(join(built, 'manifest.json'), 'utf8'))
  expect(manifest.hash).toBe(hashOf(manifest.sources, path => readFileSync(join(root, path))))
  expect(manifest.sources.filter((path: string) => !path.startsWith('src/'))).toEqual([])
  expect(manifest.sources).toContain('src/cli/folders/parse-worker.ts')
  expect(manifest.sources).toContain('src/control-plane/compile-routes.ts')

  const sources = ['src/a.ts', 'src/b.ts']
  const files = { 'package.json': '{}', 'src/a.ts': 'a', 'src/b.ts': 'b' }
  const hash = hashOf(sources, path => Buffer.from(files[path as keyof typeof files]))
  const known = JSON.stringify({ sources, hash })
  const commandOf = async (changed: Record<string, string>) => {
    const folder = await folderOf({ ...files, [`${builtFolder}/manifest.json`]: known, ...changed })
    const found = builtCommand(folder)
    return found === undefined ? undefined : dirname(found) === join(folder, builtFolder)
  }
  expect(await commandOf({})).toBe(true)
  expect(await commandOf({ 'src/a.ts': 'A' })).toBeUndefined()
  expect(await commandOf({ 'src/a.ts': 'ab', 'src/b.ts': '' })).toBeUndefined()
  expect(await commandOf({ 'package.json': '{"dependencies":{}}' })).toBeUndefined()
  expect(await commandOf({ [`${builtFolder}/manifest.json`]: known.slice(0, -5) })).toBeUndefined()
  expect(builtCommand(await temporaryFolder())).toBeUndefined()
})
