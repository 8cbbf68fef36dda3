import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { PortTakenError, startDevWorker } from '../../src/cli/dev/dev-worker.ts'
import { compatibilityDate } from '../../src/cli/gateway/compatibility-date.ts'
import { folderOf } from '../cli/folder-of.ts'
import { runCli } from '../cli/run-cli.ts'
import { type DevSession, startDev } from './dev-session.ts'

const host = 'reviews.example.com'

/** The example of Istio's reference, with endpoints; `subset` is where the catalogue pages go. */
function routes({ subset = 'v2', rewrite = '/newcatalog' } = {}): string {
  return `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: reviews-route
spec:
  hosts:
  - ${host}
  http:
  - name: reviews-v2-routes
    match:
    - uri:
        prefix: /wpcatalog
    - uri:
        prefix: /consumercatalog
    rewrite:
      uri: ${rewrite}
    route:
    - destination:
        host: ${host}
        subset: ${subset}
  - name: reviews-v1-routes
    route:
    - destination:
        host: ${host}
        subset: v1
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: reviews-destination
spec:
  host: ${host}
  subsets:
  - name: v1
    labels:
      version: v1
  - name: v2
    labels:
      version: v2
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: reviews
spec:
  hosts:
  - ${host}
  location: MESH_EXTERNAL
  resolution: DNS
  ports:
  - number: 443
    name: https
    protocol: HTTPS
  endpoints:
  - address: reviews-v1-a.example.net
    labels:
      version: v1
  - address: reviews-v2-a.example.net
    labels:
      version: v2
`
}

async function serve(text = routes()): Promise<{ session: DevSession; folder: string; file: string }> {
  const folder = await folderOf({ 'reviews.yaml': text })
  return { session: await startDev(folder), folder, file: join(folder, 'reviews.yaml') }
}

/** The subset whose endpoint answered, and the target that it saw. */
async function seen(session: DevSession, path: string): Promise<string> {
  const { status, echo } = await session.get(host, path)
  return echo ? `${/^reviews-(v\d)/.exec(echo.name)?.[1]} ${echo.target}` : String(status)
}

test('routes by the rules, through workerd, and tells every request in a line', async () => {
  const { session } = await serve()
  expect(await seen(session, '/wpcatalog/1')).toBe('v2 /newcatalog/1')
  expect(await seen(session, '/consumercatalog/1?a=b')).toBe('v2 /newcatalog/1?a=b')
  expect(await seen(session, '/other')).toBe('v1 /other')
  expect(await session.get('nope.example.com', '/x')).toEqual({ status: 404 })
  await session.hears(/^GET nope\.example\.com \/x → - 404 NR \d+ms$/m)
  expect(session.said()).toMatch(
    /^GET reviews\.example\.com \/wpcatalog\/1 → reviews-v2-routes v2 reviews-v2-a\.example\.net:443 \/newcatalog\/1 200 \d+ms$/m,
  )
})

// The clock on the wall says something of us only where no other process has its turn: `npm run test:full` sets it.
const isQuiet = process.env.QUIET_MACHINE === 'yes'

test('an edit moves the traffic within a second', async () => {
  const { session, file } = await serve()
  expect(await seen(session, '/wpcatalog/1')).toBe('v2 /newcatalog/1')
  await writeFile(file, routes({ subset: 'v1' }))
  const savedAtMs = performance.now()
  await expect.poll(() => seen(session, '/wpcatalog/1'), { interval: 20 }).toBe('v1 /newcatalog/1')
  if (isQuiet) expect(performance.now() - savedAtMs).toBeLessThan(1000)
  await session.hears(/reviews\.yaml: now serving table [0-9a-f]{12} \(1 virtual host, /)
})

test('a thousand requests during ten edits: none fails, none is served by two tables', async () => {
  const { session, file } = await serve()
  let isEditing = true
  const editing = (async () => {
    for (let edit = 1; edit <= 10; edit++) {
      const from = session.said().length
      // Saved by rename, as many editors do.
      await writeFile(`${file}~`, routes(edit % 2 ? { subset: 'v1', rewrite: '/one' } : { rewrite: '/two' }))
      await rename(`${file}~`, file)
      await session.hears(/now serving table/, from)
    }
  })().finally(() => {
    isEditing = false
  })
  const counts = new Map<string, number>()
  let asked = 0
  async function ask() {
    while (isEditing || asked < 1000) {
      asked++
      const answer = await seen(session, '/wpcatalog/')
      counts.set(answer, (counts.get(answer) ?? 0) + 1)
    }
  }
  await Promise.all([editing, ...Array.from({ length: 8 }, ask)])
  const whole = ['v2 /newcatalog/', 'v1 /one/', 'v2 /two/']
  expect([...counts.keys()].filter(answer => !whole.includes(answer))).toEqual([])
  expect(counts.get('v1 /one/')).toBeGreaterThan(0)
  expect(asked).toBeGreaterThanOrEqual(1000)
})

test('a broken edit is told with its place, and the last good table goes on serving', async () => {
  const { session, file } = await serve()
  const table = /serves table ([0-9a-f]{12})/.exec(session.said())![1]
  await writeFile(file, routes().replace('  http:', '  htpp:'))
  await session.hears(new RegExp(`reviews\\.yaml: still serving table ${table}`))
  expect(session.said()).toContain(`${file}:8:3`)
  expect(await seen(session, '/wpcatalog/1')).toBe('v2 /newcatalog/1')
  await writeFile(file, routes({ subset: 'v1' }))
  await session.hears(/now serving table/)
  expect(await seen(session, '/wpcatalog/1')).toBe('v1 /newcatalog/1')
})

test('a folder that vanishes is told, and one that comes back is served', async () => {
  const { session, folder, file } = await serve()
  await rename(folder, `${folder}-away`)
  onTestFinished(() => rm(`${folder}-away`, { recursive: true, force: true }))
  await session.hears(/no such file or folder[\s\S]*still serving table/)
  expect(await seen(session, '/other')).toBe('v1 /other')
  await rename(`${folder}-away`, folder)
  await writeFile(file, routes({ subset: 'v1' }))
  await session.hears(/now serving table/)
  expect(await seen(session, '/wpcatalog/1')).toBe('v1 /newcatalog/1')
})

test('an unknown subset is told and served as Istio would: 503', async () => {
  const { session } = await serve(routes({ subset: 'v9' }))
  expect(session.said()).toMatch(/error\[IST0/)
  expect(await session.get(host, '/wpcatalog/1')).toEqual({ status: 503 })
  expect(await seen(session, '/other')).toBe('v1 /other')
})

test.each(['SIGINT', 'SIGTERM'] as const)('%s ends everything that was started, with 0', async signal => {
  const { session } = await serve()
  expect(await seen(session, '/other')).toBe('v1 /other')
  expect(processesOf(session)).toContain('workerd')
  expect(await session.end(signal)).toBe(0)
  await expect.poll(() => processesOf(session)).toBe('')
})

async function takenPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port
}

test('a port in use is told with another one to try, and is 2', async () => {
  const folder = await folderOf({ 'reviews.yaml': routes() })
  const port = await takenPort()
  const { status, err } = await runCli('dev', '--port', String(port), folder)
  expect(err).toMatch(
    new RegExp(
      `^error: cannot listen on 127.0.0.1:${port}: the address is already in use; try another port: --port \\d+$`,
      'm',
    ),
  )
  expect(status).toBe(2)
})

test('a port that is taken between the probe and the start is known as such', async () => {
  const options = { host: '127.0.0.1', port: await takenPort(), serveTable() {}, settings: {}, onLog() {} }
  await expect(startDevWorker(options)).rejects.toBeInstanceOf(PortTakenError)
})

test('dev and serve run by the compatibility date that is deployed', async () => {
  const config = await readFile(new URL('../../wrangler.toml', import.meta.url), 'utf8')
  expect(/^compatibility_date = "(.*)"$/m.exec(config)?.[1]).toBe(compatibilityDate)
})

/** The living processes of the session's group, one a line. */
function processesOf({ process: { pid } }: DevSession): string {
  const all = execFileSync('ps', ['-A', '-o', 'pgid=,stat=,args='], { encoding: 'utf8' }).split('\n')
  // A zombie has ended; it only waits for its parent to notice.
  return all.filter(line => new RegExp(`^ *${pid} +[^Z ]`).test(line)).join('\n')
}
