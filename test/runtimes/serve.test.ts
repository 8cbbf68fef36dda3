import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { compatibilityDate } from '../../src/cli/gateway/compatibility-date.ts'
import { GatewayStartError } from '../../src/cli/gateway/gateway-process.ts'
import { startWorkerd } from '../../src/cli/gateway/workerd-process.ts'
import { compileRoutes } from '../../src/control-plane/compile-routes.ts'
import { temporaryFolder } from '../cli/fake-world.ts'
import { folderOf } from '../cli/folder-of.ts'
import { runCli } from '../cli/run-cli.ts'
import { openConnection } from '../conformance/http-connection.ts'
import { startGateway } from './hostile/running-gateway.ts'
import { freePort, get, type ServeSession, startOrigin, startServe, told } from './serve-session.ts'

interface Shop {
  /** The ports of the Gateway's two servers; absent: no Gateway, all is served on the default listener. */
  readonly ports?: readonly [number, number]
  readonly origin: number
  /** More rules, before the last one. */
  readonly rules?: string
}

function shop({ ports, origin, rules = '' }: Shop): string {
  const server = (port: number, host: string) =>
    `  - {port: {number: ${port}, name: http-${port}, protocol: HTTP}, hosts: ["${host}"]}`
  const gateway = ports
    ? `apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: edge}
spec:
  selector: {istio: ingressgateway}
  servers:
${server(ports[0], 'shop.example.com')}
${server(ports[1], 'admin.example.com')}
---
`
    : ''
  return `${gateway}apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: shop}
spec:
  hosts: [shop.example.com, admin.example.com]
  ${ports ? 'gateways: [edge]' : ''}
  http:
${rules}
  - route: [{destination: {host: shop.internal}}]
---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: shop}
spec:
  hosts: [shop.internal]
  resolution: STATIC
  ports: [{number: 80, name: http, protocol: HTTP}]
  endpoints: [{address: 127.0.0.1, ports: {http: ${origin}}}]
`
}

async function serve(options: Partial<Shop> & { env?: Record<string, string>; args?: readonly string[] } = {}) {
  const origin = await startOrigin()
  const folder = await folderOf({ 'shop.yaml': shop({ origin: origin.port, ...options }) })
  return { origin, session: await startServe([folder, ...(options.args ?? [])], options.env) }
}

test('each port of a Gateway is a real one, and has its own hosts; the default listener has none of them', async () => {
  const ports = [await freePort(), await freePort()] as const
  const { session, origin } = await serve({ ports })
  const [first, second] = [`http.${ports[0]}`, `http.${ports[1]}`]
  expect(Object.keys(session.ports).sort()).toEqual([first, second, 'default'].sort())
  expect(session.said().out).toMatch(/^ready (\S+=127\.0\.0\.1:\d+ ?){3}\n/)
  const ask = async (listener: string, host: string) => told(await get(session.ports[listener]!, '/x', host))
  expect(await ask(first, 'shop.example.com')).toBe(`200 origin ${origin.port}`)
  expect(await ask(second, 'admin.example.com')).toBe(`200 origin ${origin.port}`)
  expect(await ask(first, 'admin.example.com')).toBe('404')
  expect(await ask(second, 'shop.example.com')).toBe('404')
  expect(await ask('default', 'shop.example.com')).toBe('404')
  // The port that was connected to counts, whatever Host says.
  expect(await ask(first, `shop.example.com:${ports[1]}`)).toBe(`200 origin ${origin.port}`)
})

test('a VirtualService without a Gateway is served on the default listener', async () => {
  const { session, origin } = await serve()
  expect(told(await get(session.ports.default!, '/a?b', 'shop.example.com'))).toBe(`200 origin ${origin.port}`)
  expect(origin.seen.map(({ target }) => target)).toEqual(['/a?b'])
})

test('the target is matched as it was sent, not as a URL parser would read it', async () => {
  const rules = `  - match: [{uri: {exact: /b/}}]
    directResponse: {status: 299}`
  const { session, origin } = await serve({ rules })
  const ask = async (target: string) => told(await get(session.ports.default!, target, 'shop.example.com'))
  expect(await ask('/a/%2e%2E/b/')).toBe('299')
  expect(await ask('/a/..%2Fb/')).toBe(`200 origin ${origin.port}`)
  expect(await ask('//b/;x')).toBe(`200 origin ${origin.port}`)
  expect(origin.seen.map(({ target }) => target)).toEqual(['/a/..%2Fb/', '//b/;x'])
})

test('rules that name their clients compare them with --namespace and --label', async () => {
  const rules = `  - match: [{sourceLabels: {app: edge, tier: b}, sourceNamespace: outside}]
    directResponse: {status: 299}`
  const args = ['--namespace', 'outside', '--label', 'app=edge', '--label', 'tier=b']
  const { session } = await serve({ rules, args })
  expect(told(await get(session.ports.default!, '/', 'shop.example.com'))).toBe('299')
  const { session: stranger, origin } = await serve({ rules, args: args.slice(0, 4) })
  expect(told(await get(stranger.ports.default!, '/', 'shop.example.com'))).toBe(`200 origin ${origin.port}`)
})

test('every request is a line of JSON on stdout, and `off` keeps it silent; health has its path', async () => {
  const { session } = await serve({ env: { SIGNALBOX_HEALTH_PATH: '/up' } })
  expect(told(await get(session.ports.default!, '/up', 'any.example.com'))).toBe('200 ok')
  await get(session.ports.default!, '/x', 'nope.example.com')
  expect(await session.end('SIGTERM')).toBe(0)
  const [, ...lines] = session.said().out.trim().split('\n')
  expect(lines.map(line => JSON.parse(line))).toMatchObject([{ path: '/x', response_code: 404, response_flags: 'NR' }])

  const { session: silent } = await serve({ env: { SIGNALBOX_ACCESS_LOG: 'off' } })
  await get(silent.ports.default!, '/x', 'nope.example.com')
  expect(await silent.end('SIGTERM')).toBe(0)
  expect(silent.said().out.trim().split('\n')).toHaveLength(1)
})

/** An origin that answers when it is told to. */
async function heldOrigin() {
  const held = Promise.withResolvers<void>()
  const arrived = Promise.withResolvers<void>()
  const origin = await startOrigin((_request, response) => {
    arrived.resolve()
    void held.promise.then(() => response.end('late'))
  })
  return { origin, release: held.resolve, arrived: arrived.promise }
}

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s lets a request in flight end, then leaves nothing behind: 0',
  async signal => {
    const { origin, release, arrived } = await heldOrigin()
    const folder = await folderOf({ 'shop.yaml': shop({ origin: origin.port }) })
    const session = await startServe([folder])
    const workerd = childOf(session)
    const answer = get(session.ports.default!, '/', 'shop.example.com')
    await arrived
    const idle = connect(session.ports.default!, '127.0.0.1')
    await once(idle, 'connect')
    const ended = session.end(signal)
    // It closes idle connections first.
    await once(idle.resume(), 'close')
    expect(session.child.exitCode).toBeNull()
    release()
    expect(told(await answer)).toBe('200 late')
    expect(await ended).toBe(0)
    expect(isAlive(workerd)).toBe(false)
    expect(told(await get(session.ports.default!, '/', 'shop.example.com'))).toBe('refused')
    expect(session.said().err).toBe('')
  },
)

function start(port: number, origin: number) {
  const bytes = new TextEncoder().encode(shop({ origin }))
  const { table } = compileRoutes([{ path: 'shop.yaml', bytes }])
  const sockets = [{ listener: 'default', port }]
  return startWorkerd({ address: '127.0.0.1', sockets, settings: {}, compatibilityDate }, table!)
}

test('requests that do not end in time are cut', async () => {
  const { origin, arrived } = await heldOrigin()
  const port = await freePort()
  const workerd = await start(port, origin.port)
  const answer = get(port, '/', 'shop.example.com')
  await arrived
  expect(await workerd.drain(50)).toBe('killed')
  expect(told(await answer)).toBe('closed')
})

test('a port that is taken between the probe and the start is a failed start, with what workerd said', async () => {
  const starting = start(await takenPort(), 1)
  await expect(starting).rejects.toBeInstanceOf(GatewayStartError)
  await expect(starting).rejects.toThrow(/in use/)
})

test('while it serves, no file of it lies in the temporary folder', async () => {
  const folder = await temporaryFolder()
  await serve({ env: { TMPDIR: folder } })
  expect(await readdir(folder)).toEqual([])
})

test('a workerd that dies is told, and is 3', async () => {
  const { session } = await serve()
  const closed = once(session.child, 'close')
  process.kill(childOf(session), 'SIGKILL')
  expect((await closed)[0]).toBe(3)
  expect(session.said().err).toBe('error: workerd ended unexpectedly (signal SIGKILL); nothing is served any more\n')
})

test('a reader of the log that goes away does not stop the gateway', async () => {
  const { session, origin } = await serve()
  session.child.stdout.destroy()
  for (let count = 0; count < 20; count++) {
    expect(told(await get(session.ports.default!, '/', 'shop.example.com'))).toBe(`200 origin ${origin.port}`)
  }
  expect(await session.end('SIGTERM')).toBe(0)
})

test('a reader of the log that stops reading does not stop the gateway, and does not keep it from ending', async () => {
  const { session, origin } = await serve()
  session.child.stdout.pause()
  // More than all that lies between the two could hold.
  const long = `/${'x'.repeat(8_000)}`
  for (let count = 0; count < 100; count++) {
    expect(told(await get(session.ports.default!, long, 'shop.example.com'))).toBe(`200 origin ${origin.port}`)
  }
  const ended = once(session.child, 'exit')
  session.child.kill('SIGTERM')
  expect(await ended).toEqual([0, null])
})

test('a file gets the same log', async () => {
  const logFile = join(await temporaryFolder(), 'log')
  const origin = await startOrigin()
  const gateway = await startGateway({ runtime: 'workerd', routes: shop({ origin: origin.port }), logFile })
  onTestFinished(async () => void (await gateway.stop()))
  await get(gateway.port, '/a', 'shop.example.com')
  await get(gateway.port, '/b', 'nope.example.com')
  expect(await gateway.stop()).toBe(0)
  const [ready, ...lines] = (await readFile(logFile, 'utf8')).trim().split('\n')
  expect(ready).toBe(`ready default=127.0.0.1:${gateway.port}`)
  expect(lines.map(line => JSON.parse(line))).toMatchObject([
    { path: '/a', response_code: 200 },
    { path: '/b', response_code: 404 },
  ])
})

test('an unknown destination is told and served as Istio would: 503', async () => {
  const rules = '  - match: [{uri: {prefix: /gone}}]\n    route: [{destination: {host: gone.internal}}]'
  const { session, origin } = await serve({ rules })
  expect(session.said().err).toContain('error[IST0101]')
  expect(told(await get(session.ports.default!, '/gone', 'shop.example.com'))).toMatch(/^503/)
  expect(told(await get(session.ports.default!, '/', 'shop.example.com'))).toBe(`200 origin ${origin.port}`)
})

test('HTTPS servers are named in a warning, and their ports stay closed', async () => {
  const port = await freePort()
  const folder = await folderOf({
    'edge.yaml': `apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: edge}
spec:
  selector: {istio: ingressgateway}
  servers:
  - port: {number: ${port}, name: https, protocol: HTTPS}
    tls: {mode: SIMPLE, credentialName: shop}
    hosts: ["*"]
`,
  })
  const session = await startServe([folder])
  expect(Object.keys(session.ports)).toEqual(['default'])
  expect(session.said().err).toContain(`warning: port ${port} stays closed`)
  expect(told(await get(port, '/', 'a.example.com'))).toBe('refused')
})

async function takenPort(): Promise<number> {
  const port = await freePort()
  const server = createServer().listen(port, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return port
}

test('a port in use is 2, and it is told which listener wanted it', async () => {
  const port = await takenPort()
  const asDefault = await folderOf({ 'shop.yaml': shop({ origin: 1 }) })
  expect(await runCli('serve', asDefault, '--port', String(port))).toMatchObject({
    status: 2,
    out: '',
    err:
      `error: cannot listen on 127.0.0.1:${port} (listener default): the address is already in use; ` +
      `try another port: --port ${port + 1}\n`,
  })
  const asGateway = await folderOf({ 'shop.yaml': shop({ origin: 1, ports: [port, await freePort()] }) })
  const { status, err } = await runCli('serve', asGateway, '--port', '0')
  expect(err).toContain(`cannot listen on 127.0.0.1:${port} (listener http.${port}): the address is already in use`)
  expect(status).toBe(2)
})

test('text that cannot be read is 1, and nothing is served', async () => {
  const folder = await folderOf({ 'shop.yaml': shop({ origin: 1 }).replace('  http:', '  htpp:') })
  const { status, out, err } = await runCli('serve', folder, '--port', '0')
  expect({ status, out }).toEqual({ status: 1, out: '' })
  expect(err).toContain(`${folder}/shop.yaml:7:3`)
  expect(err).toMatch(/nothing served\n$/)
})

/** The process id of the session's workerd. */
function childOf({ child }: ServeSession): number {
  const all = execFileSync('ps', ['-A', '-o', 'ppid=,pid=,args='], { encoding: 'utf8' }).split('\n')
  const line = all.find(each => new RegExp(`^ *${child.pid} .*workerd`).test(each))
  return Number(line?.trim().split(/ +/)[1])
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

test('the body of a GET reaches the endpoint', async () => {
  const origin = await startOrigin(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    response.end(`${request.method} ${body}`)
  })
  const session = await startServe([await folderOf({ 'shop.yaml': shop({ origin: origin.port }) })])
  const connection = openConnection({ port: session.ports.default!, timeoutMs: 15_000 })
  onTestFinished(() => connection.close())
  const bytes = Buffer.from('GET /search HTTP/1.1\r\nhost: shop.example.com\r\ncontent-length: 3\r\n\r\nabc')
  expect(told(await connection.exchange(bytes, 'GET'))).toBe('200 GET abc')
})

test('a rule can tell the endpoint the address of the client, which no header can set', async () => {
  const rules = `
  - match: [{uri: {prefix: /told}}]
    headers: {request: {set: {x-client: "%REQ(x-signalbox-client-address)%"}}}
    route: [{destination: {host: shop.internal}}]`
  const origin = await startOrigin()
  const session = await startServe([await folderOf({ 'shop.yaml': shop({ origin: origin.port, rules }) })])
  const claims = 'x-signalbox-client-address: 192.0.2.1\r\ncf-connecting-ip: 192.0.2.1\r\n'
  await get(session.ports.default!, '/told', 'shop.example.com', claims)
  expect(origin.seen.map(({ headers }) => headers['x-client'])).toEqual(['127.0.0.1'])
})
