import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { readTablesConfig } from '../../../src/cli/stores/wrangler-config.ts'
import { StoreError } from '../../../src/store/version-store.ts'
import { temporaryFolder } from '../fake-world.ts'
import { writeProject } from './write-project.ts'

const toml = `
kv_namespaces = [{ binding = "OTHER", id = "o" }, { binding = "SIGNALBOX_TABLES", id = "top" }]
[env.staging]
account_id = "a1"
kv_namespaces = [{ binding = "SIGNALBOX_TABLES", id = "staged" }]
[env.bare]
[env.new]
kv_namespaces = [{ binding = "SIGNALBOX_TABLES" }]`

const json = `{
  // A comment.
  "name": "edge", "compatibility_date": "2026-11-17", "account_id": "a2",
  "kv_namespaces": [{ "binding": "SIGNALBOX_TABLES", "id": "top" }],
  "env": { "staging": { "kv_namespaces": [{ "binding": "SIGNALBOX_TABLES", "id": "staged" }] } },
}`

/** Until the test ends. */
function goTo(folder: string): void {
  const before = process.cwd()
  process.chdir(folder)
  onTestFinished(() => process.chdir(before))
}

/** Writes a configuration into a folder and goes there: how its name is shown depends on the folder one is in. */
async function writeHere(name: string, text: string): Promise<string> {
  const folder = await temporaryFolder()
  goTo(folder)
  return await writeProject(folder, name, text)
}

test.each([
  { title: 'at the top level', name: 'wrangler.toml', text: toml, expected: { namespace: 'top' } },
  {
    title: 'of an environment, with its own account',
    name: 'wrangler.toml',
    text: toml,
    environment: 'staging',
    expected: { namespace: 'staged', environment: 'staging', account: 'a1' },
  },
  { title: 'without an id', name: 'wrangler.toml', text: toml, environment: 'new', expected: { environment: 'new' } },
  { title: 'in JSON', name: 'wrangler.jsonc', text: json, expected: { namespace: 'top', account: 'a2' } },
  {
    title: 'of an environment in JSON, which inherits the account',
    name: 'wrangler.json',
    text: json,
    environment: 'staging',
    expected: { namespace: 'staged', environment: 'staging', account: 'a2' },
  },
])('finds the namespace $title', async ({ name, text, environment, expected }) => {
  const path = await writeHere(name, text)
  const absent = { namespace: undefined, environment: undefined, account: undefined, isRemote: false }
  expect(await readTablesConfig({ config: path, environment })).toEqual({ ...absent, ...expected, path, file: name })
})

test.each([
  {
    title: 'an environment that is not there',
    text: toml,
    environment: 'prod',
    message: "has no environment 'prod': there are staging, bare, new",
  },
  {
    title: 'one where there is none',
    text: '',
    environment: 'prod',
    message: "has no environment 'prod': it has none",
  },
  {
    title: 'an environment without the binding',
    text: toml,
    environment: 'bare',
    message: `has no KV binding SIGNALBOX_TABLES in its environment bare, which inherits none from the top level. \`npx wrangler kv namespace create SIGNALBOX_TABLES --env bare\` makes one; with its id, this goes into FILE:
  [[env.bare.kv_namespaces]]
  binding = "SIGNALBOX_TABLES"
  id = "…"`,
  },
  {
    title: 'a top level without the binding, where environments may have it',
    text: '[env.staging]',
    message: `has no KV binding SIGNALBOX_TABLES at its top level (its environments: staging). \`npx wrangler kv namespace create SIGNALBOX_TABLES\` makes one; with its id, this goes into FILE:
  [[kv_namespaces]]
  binding = "SIGNALBOX_TABLES"
  id = "…"`,
  },
  {
    title: 'the same in JSON',
    name: 'wrangler.json',
    text: '{ "name": "edge", "env": { "staging": {} } }',
    environment: 'staging',
    message: `this goes into FILE:
  "env": { "staging": { "kv_namespaces": [{ "binding": "SIGNALBOX_TABLES", "id": "…" }] } }`,
  },
  {
    title: 'TOML that is broken, with its line',
    text: '\nx = "a\n',
    message: 'FILE:4: wrangler cannot use it: Invalid TOML',
  },
  {
    title: 'JSON that is broken, with its line',
    name: 'wrangler.json',
    text: '{\n  "name": ]\n}',
    message: 'FILE:2: wrangler cannot use it: ValueExpected',
  },
  {
    title: 'values that wrangler does not take, all of them',
    text: 'kv_namespaces = 3\nmain = 4',
    message:
      'FILE: wrangler cannot use it: Expected "main" to be of type string but got 4.; The field "kv_namespaces" should be an array but got 3.',
  },
])('tells of $title', async ({ name = 'wrangler.toml', text, environment, message }) => {
  const path = await writeHere(name, text)
  const reading = readTablesConfig({ config: path, environment })
  await expect(reading).rejects.toThrow(StoreError)
  await expect(reading).rejects.toThrow(message.replaceAll('FILE', name))
})

test.each([
  { title: 'that is not there', name: 'missing.toml', message: /missing\.toml: no such file or folder$/ },
  { title: 'that is a folder', name: '.', message: / is not a file$/ },
])('tells of a configuration $title', async ({ name, message }) => {
  await expect(readTablesConfig({ config: join(await temporaryFolder(), name) })).rejects.toThrow(message)
})

test('without a name, the configuration is looked for here and above', async () => {
  const folder = await temporaryFolder()
  const inside = join(folder, 'a', 'b')
  await mkdir(inside, { recursive: true })
  goTo(inside)
  await expect(readTablesConfig({})).rejects.toThrow(
    'there is no wrangler.toml, .json or .jsonc in this folder or above',
  )
  await writeProject(folder, 'wrangler.toml', '')
  await expect(readTablesConfig({})).rejects.toThrow('../../wrangler.toml has no KV binding')
  await writeProject(folder, 'wrangler.toml', toml)
  expect(await readTablesConfig({})).toMatchObject({ namespace: 'top', file: '../../wrangler.toml' })
})
