import { execFile, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { openStore, type StoreLocation } from '../../../src/cli/stores/open-store.ts'
import { StoreError } from '../../../src/store/version-store.ts'
import { temporaryFolder } from '../fake-world.ts'
import { type CloudflareApiOptions, startCloudflareApi } from './cloudflare-api.ts'
import { writeProject } from './write-project.ts'

const binding = (id: string) => `kv_namespaces = [{ binding = "SIGNALBOX_TABLES"${id && `, id = "${id}"`} }]`

/** A project of somebody who is not logged in, and the environment that wrangler gets. */
async function startProject({ text = '', ...options }: CloudflareApiOptions & { readonly text?: string } = {}) {
  const cloudflare = await startCloudflareApi(options)
  onTestFinished(() => cloudflare.stop())
  const folder = await temporaryFolder()
  const config = await writeProject(folder, 'wrangler.toml', `${text}\n${binding(cloudflare.namespace)}`)
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    XDG_CONFIG_HOME: folder,
    WRANGLER_SEND_METRICS: 'false',
    CLOUDFLARE_API_BASE_URL: `${cloudflare.baseUrl}/`,
  }
  return { cloudflare, config, env, folder }
}

async function refusalOf(place: StoreLocation, env: Readonly<Record<string, string | undefined>>): Promise<string> {
  const error = await openStore(place, env).then(undefined, (error: Error) => error)
  expect(error).toBeInstanceOf(StoreError)
  return (error as StoreError).message
}

test('a folder', async () => {
  const folder = await temporaryFolder()
  const store = await openStore({ kind: 'folder', folder }, {})
  await store.write('key', new Uint8Array(3))
  expect(store.title).toBe(`the folder ${folder}/`)
  expect(await store.list('k')).toEqual(['key'])
  await store.remove('key')
  expect(await store.read('key', 10)).toBeUndefined()
  await store.close()
})

test('the namespace of a project, as whoever wrangler is, in the only account there is', async () => {
  const { cloudflare, config, env } = await startProject()
  const store = await openStore({ kind: 'cloudflare', config }, { ...env, CLOUDFLARE_API_TOKEN: cloudflare.token })
  await store.write('key', new Uint8Array(3))
  expect(await store.read('key', 10)).toEqual(new Uint8Array(3))
  expect(store.title).toBe('KV namespace f9e8d7c6… of account 0a1b2c3d…')
  expect(cloudflare.calls[0]).toEqual({ method: 'GET', path: '/accounts?per_page=50' })
  await store.close()
})

test.each([
  { title: 'the configuration', text: 'account_id = "0a1b2c3d4e5f60718293a4b5c6d7e8f9"', variable: 'another' },
  { title: 'the environment', text: '', variable: '0a1b2c3d4e5f60718293a4b5c6d7e8f9' },
])('the account that $title names', async ({ text, variable }) => {
  const { cloudflare, config, env } = await startProject({ text })
  const full = { ...env, CLOUDFLARE_API_TOKEN: cloudflare.token, CLOUDFLARE_ACCOUNT_ID: variable }
  const store = await openStore({ kind: 'cloudflare', config }, full)
  expect(await store.list('')).toEqual([])
  expect(cloudflare.calls.map(({ path }) => path.split('?')[0])).toEqual([
    `/accounts/${cloudflare.account}/storage/kv/namespaces/${cloudflare.namespace}/keys`,
  ])
})

test('whoever is not logged in is told how to be', async () => {
  const { config, env } = await startProject()
  const message = await refusalOf({ kind: 'cloudflare', config }, env)
  expect(message).toBe('not logged in to Cloudflare: run `npx wrangler login`, or set CLOUDFLARE_API_TOKEN, as in CI')
})

test('an API key is given with its e-mail address', async () => {
  const { config, env, cloudflare } = await startProject({ text: 'account_id = "0a1b2c3d4e5f60718293a4b5c6d7e8f9"' })
  const keys = { CLOUDFLARE_API_KEY: 'the-key-itself', CLOUDFLARE_EMAIL: 'someone@example.com' }
  const store = await openStore({ kind: 'cloudflare', config }, { ...env, ...keys })
  const { message } = (await store.list('').then(undefined, (error: Error) => error)) as Error
  expect(cloudflare.calls).toHaveLength(1)
  expect(message).toContain('Workers KV Storage: Edit')
  expect(message).not.toContain('the-key-itself')
})

test.each([
  {
    title: 'more than one account',
    accounts: [
      { id: 'a1', name: 'First' },
      { id: 'a2', name: 'Sec\u001bond' },
    ],
    message:
      /more than one account: set account_id in .*wrangler\.toml, or CLOUDFLARE_ACCOUNT_ID, to one of\n {2}a1 {2}First\n {2}a2 {2}Sec\\x1bond$/,
  },
  { title: 'no account', accounts: [], message: /give access to no account: set account_id in .*wrangler\.toml, or/ },
])('credentials that are told of $title', async ({ accounts, message }) => {
  const { cloudflare, config, env } = await startProject({ accounts })
  const full = { ...env, CLOUDFLARE_API_TOKEN: cloudflare.token }
  expect(await refusalOf({ kind: 'cloudflare', config }, full)).toMatch(message)
})

test('credentials that may not ask which accounts there are', async () => {
  const { config, env } = await startProject()
  const message = await refusalOf({ kind: 'cloudflare', config }, { ...env, CLOUDFLARE_API_TOKEN: 'wrong' })
  expect(message).toMatch(/^set account_id in .*wrangler\.toml, or CLOUDFLARE_ACCOUNT_ID, or else: Cloudflare does not/)
})

test('a binding without an id has no namespace at Cloudflare', async () => {
  const config = await writeProject(await temporaryFolder(), 'wrangler.toml', binding(''))
  expect(await refusalOf({ kind: 'cloudflare', config }, {})).toMatch(
    /^the KV binding SIGNALBOX_TABLES in .*wrangler\.toml has no id\. `npx wrangler kv namespace create/,
  )
})

test('the local KV leaves nothing behind: no line on stdout, no listener to signals, and the values for the next', async () => {
  const folder = await temporaryFolder()
  // A field that is not known and secrets both have wrangler say something, the latter on stdout.
  const config = await writeProject(
    folder,
    'wrangler.toml',
    `surprise = 1\n${binding('')}\n[[env.staging.kv_namespaces]]\nbinding = "SIGNALBOX_TABLES"`,
  )
  await writeFile(join(folder, '.dev.vars'), 'SECRET=1\n')
  const entry = new URL('../../../src/cli/stores/open-store.ts', import.meta.url)
  const script = (place: StoreLocation, work: string) => `
    import { openStore } from ${JSON.stringify(entry.href)}
    const count = () => ['SIGINT', 'SIGTERM', 'SIGHUP'].map(name => process.listenerCount(name)).join()
    const before = [count(), process.env.WRANGLER_LOG].join()
    const store = await openStore(${JSON.stringify(place)}, process.env)
    const value = await (async () => { ${work} })()
    await store.close()
    const isQuiet = before === [count(), process.env.WRANGLER_LOG].join()
    console.log(JSON.stringify({ title: store.title, value, isQuiet }))`
  const run = async (place: StoreLocation, work: string, cwd = folder) => {
    const file = join(folder, 'run.mjs')
    await writeFile(file, script(place, work))
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [file], { cwd })
    return { answer: JSON.parse(stdout), stderr }
  }
  const title = 'the local KV of wrangler dev'
  const place = { kind: 'local', config } as const
  // The values lie beside the configuration, wherever the command was started.
  const elsewhere = await temporaryFolder()
  expect(await run(place, "await store.write('key', new Uint8Array([7]))", elsewhere)).toEqual({
    answer: { title, isQuiet: true },
    stderr: '',
  })
  const reading = "return [...(await store.read('key', 10) ?? [])]"
  // From the folder that the configuration is in, it need not be named.
  expect((await run({ kind: 'local' }, reading)).answer).toEqual({ title, isQuiet: true, value: [7] })
})

test('a signal that ends the process ends the local KV with it', async () => {
  const folder = await temporaryFolder()
  const config = await writeProject(folder, 'wrangler.toml', binding('a'))
  const entry = new URL('../../../src/cli/stores/open-store.ts', import.meta.url)
  await writeFile(
    join(folder, 'run.mjs'),
    `import { openStore } from ${JSON.stringify(entry.href)}
    await openStore(${JSON.stringify({ kind: 'local', config })}, process.env)
    console.log('open')`,
  )
  const child = spawn(process.execPath, ['run.mjs'], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  const workers = runningWorkerds().filter(({ parent }) => parent === child.pid)
  expect(workers).toHaveLength(1)
  child.kill('SIGTERM')
  await once(child, 'close')
  await expect.poll(() => runningWorkerds().filter(({ id }) => id === workers[0]!.id)).toEqual([])
})

test.each([
  { title: 'the binding', text: '', message: 'no KV binding SIGNALBOX_TABLES' },
  {
    title: 'a binding that is not remote',
    text: 'kv_namespaces = [{ binding = "SIGNALBOX_TABLES", id = "a", remote = true }]',
    message: 'remote = true for SIGNALBOX_TABLES: wrangler dev reads the namespace at Cloudflare',
  },
  { title: 'the environment', text: binding(''), environment: 'staging', message: "has no environment 'staging'" },
])('the local KV needs $title too', async ({ text, environment, message }) => {
  const config = await writeProject(await temporaryFolder(), 'wrangler.toml', text)
  expect(await refusalOf({ kind: 'local', config, environment }, {})).toContain(message)
})

function runningWorkerds() {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n')
  return lines
    .filter(line => line.includes('workerd serve'))
    .map(line => line.trim().split(/\s+/))
    .map(([id, parent]) => ({ id: Number(id), parent: Number(parent) }))
}
