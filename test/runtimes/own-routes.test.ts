import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { Miniflare, NoOpLog } from 'miniflare'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bundle } from '../../src/cli/gateway/bundle.ts'
import { compatibilityDate } from '../../src/cli/gateway/compatibility-date.ts'
import { denoBinary } from '../../src/cli/gateway/http-process.ts'
import { compileRoutes } from '../../src/control-plane/compile-routes.ts'
import { freePort } from './serve-session.ts'

/** An app with a middleware and a route of one's own before the gateway, as docstring and documentation show it. */
const app = (gateway: string) => `import { Hono } from 'hono'
import { handlerOf } from './src/runtimes/app.ts'
import gateway from './src/runtimes/${gateway}'

const app = new Hono()
app.use(async (context, next) => { await next(); context.header('x-own', 'added') })
app.get('/own', context => context.text('mine'))
app.all('*', handlerOf(gateway))
export default app
`

const routes = (port: number) => `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: shop }
spec:
  hosts: ['127.0.0.1']
  http:
  - match: [{ uri: { exact: /own-by-table } }]
    directResponse: { status: 201, body: { string: by table } }
  - route: [{ destination: { host: shop.internal } }]
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: shop }
spec:
  hosts: [shop.internal]
  resolution: STATIC
  ports: [{ number: 80, name: http, protocol: HTTP }]
  endpoints: [{ address: 127.0.0.1, ports: { http: ${port} } }]
`

const origin = createServer(async (incoming, response) => {
  response.setHeader('set-cookie', ['a=1', 'b=2'])
  response.end(`${incoming.method} ${incoming.url} ${await text(incoming)}`)
})
let folder: string
let table: Uint8Array<ArrayBuffer>

beforeAll(async () => {
  origin.listen(0, '127.0.0.1')
  await once(origin, 'listening')
  const { port } = origin.address() as AddressInfo
  const compiled = compileRoutes([{ path: 'shop.yaml', bytes: new TextEncoder().encode(routes(port)) }])
  table = new Uint8Array(compiled.table!)
  folder = await mkdtemp(join(tmpdir(), 'signalbox-own-'))
  await writeFile(join(folder, 'table.fib'), table)
})

afterAll(async () => {
  origin.closeAllConnections()
  origin.close()
  await rm(folder, { recursive: true, force: true })
})

interface RunningApp {
  readonly url: string
  stop(): Promise<unknown>
}

async function onWorkerd(): Promise<RunningApp> {
  const script = await bundle({
    stdin: { contents: app('workers/worker.ts'), resolveDir: process.cwd() },
    platform: 'neutral',
    mainFields: ['module', 'main'],
    conditions: ['workerd', 'worker', 'browser'],
    external: ['cloudflare:*', '*.fib'],
  })
  const contents = script.replace(/(['"])[^'"]*\/table\.fib\1/, '"./table.fib"')
  const modules = { 'app.js': { type: 'esm', contents }, 'table.fib': { type: 'data', contents: table } } as const
  const env = { SIGNALBOX_ACCESS_LOG: { type: 'text', value: 'off' } } as const
  const miniflare = new Miniflare({
    cf: false,
    telemetry: { enabled: false },
    log: new NoOpLog(),
    workers: [{ config: { name: 'app', compatibilityDate, env, manifest: { mainModule: 'app.js', modules } } }],
  })
  const { origin: url } = await miniflare.ready
  return { url, stop: () => miniflare.dispose() }
}

async function onDeno(): Promise<RunningApp> {
  const script = join(folder, 'app.mjs')
  const contents = app('deno/handler.ts')
  await writeFile(script, await bundle({ stdin: { contents, resolveDir: process.cwd() }, platform: 'node' }))
  const port = await freePort()
  const child = spawn(
    denoBinary(),
    ['serve', '--allow-all', '--no-config', '--no-lock', '--host', '127.0.0.1', '--port', String(port), script],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {
        ...process.env,
        SIGNALBOX_TABLE: join(folder, 'table.fib'),
        SIGNALBOX_ACCESS_LOG: 'off',
        DENO_NO_UPDATE_CHECK: '1',
      },
    },
  )
  const exited = once(child, 'exit')
  let said = ''
  await new Promise<void>((resolve, reject) => {
    child.stderr.on('data', chunk => {
      said += chunk
      if (said.includes('Listening')) resolve()
    })
    child.on('exit', () => reject(new Error(said)))
  })
  return {
    url: `http://127.0.0.1:${port}`,
    stop() {
      child.kill('SIGKILL')
      return exited
    },
  }
}

describe.each([
  { runtime: 'workerd', start: onWorkerd },
  { runtime: 'Deno', start: onDeno },
])('an app of Hono around the gateway on $runtime', ({ start }) => {
  let running: RunningApp
  beforeAll(async () => {
    running = await start()
  })
  afterAll(() => running?.stop())

  test.each([
    { title: 'a route of its own answers', path: '/own', status: 200, body: 'mine' },
    { title: 'all else is forwarded by the table', path: '/cart?x=1', status: 200, body: 'GET /cart?x=1 ' },
    { title: 'what the table answers itself is answered', path: '/own-by-table', status: 201, body: 'by table' },
    { title: 'health has its path', path: '/.signalbox/health', status: 200, body: 'ok' },
  ])('$title, and its middleware adds a header', async ({ path, status, body }) => {
    const response = await fetch(new URL(path, running.url))
    expect([response.status, await response.text(), response.headers.get('x-own')]).toEqual([status, body, 'added'])
  })

  test('a body and each cookie pass', async () => {
    const response = await fetch(new URL('/cart', running.url), { method: 'POST', body: 'x'.repeat(100_000) })
    expect(await response.text()).toBe(`POST /cart ${'x'.repeat(100_000)}`)
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
  })

  test('a HEAD has no body, and the header all the same', async () => {
    const response = await fetch(new URL('/cart', running.url), { method: 'HEAD' })
    expect([response.status, await response.text(), response.headers.get('x-own')]).toEqual([200, '', 'added'])
  })
})
