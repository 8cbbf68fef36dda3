import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { readdir, writeFile } from 'node:fs/promises'
import { get as getSecurely } from 'node:https'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, onTestFinished, test } from 'vitest'
import { GatewayStartError } from '../../src/cli/gateway/gateway-process.ts'
import { startHttpGateway } from '../../src/cli/gateway/http-process.ts'
import { selfSigned } from '../../src/cli/gateway/self-signed.ts'
import { compileRoutes } from '../../src/control-plane/compile-routes.ts'
import { temporaryFolder } from '../cli/fake-world.ts'
import { folderOf } from '../cli/folder-of.ts'
import { runCli } from '../cli/run-cli.ts'
import { freePort, get, type ServeSession, startOrigin, startServe, told } from './serve-session.ts'

const host = 'shop.example.com'

function routes(origin: number, tlsPort?: number): string {
  const gateway = `apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: edge}
spec:
  selector: {istio: ingressgateway}
  servers:
  - port: {number: ${tlsPort}, name: tls, protocol: HTTPS}
    tls: {mode: SIMPLE, credentialName: shop}
    hosts: [${host}]
---
`
  return `${tlsPort === undefined ? '' : gateway}apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: shop}
spec:
  hosts: [${host}]
  gateways: [mesh${tlsPort === undefined ? '' : ', edge'}]
  http:
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

/** The process id of the session's gateway. */
function gatewayOf({ child }: ServeSession): number {
  const all = execFileSync('ps', ['-A', '-o', 'ppid=,pid=,args='], { encoding: 'utf8' }).split('\n')
  const line = all.find(each => new RegExp(`^ *${child.pid} .*gateway\\.mjs`).test(each))
  return Number(line?.trim().split(/ +/)[1])
}

async function takenPort(): Promise<number> {
  const port = await freePort()
  const server = createServer().listen(port, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return port
}

describe.each(['node', 'deno'] as const)('serve --runtime %s', runtime => {
  async function serve(origin: number, env: Record<string, string> = {}): Promise<ServeSession> {
    return startServe(['--runtime', runtime, await folderOf({ 'shop.yaml': routes(origin) })], env)
  }

  function start(port: number, origin: number) {
    const bytes = new TextEncoder().encode(routes(origin))
    const { table } = compileRoutes([{ path: 'shop.yaml', bytes }])
    const sockets = [{ listener: 'default', port }]
    return startHttpGateway(runtime, { address: '127.0.0.1', sockets }, table!, process.env)
  }

  test.each(['SIGTERM', 'SIGINT'] as const)('%s lets a request in flight end, then ends: 0', async signal => {
    const { origin, release, arrived } = await heldOrigin()
    const session = await serve(origin.port)
    const answer = get(session.ports.default!, '/', host)
    await arrived
    const idle = connect(session.ports.default!, '127.0.0.1')
    await once(idle, 'connect')
    // One that was not accepted yet is reset.
    const isClosed = new Promise(closed => idle.on('error', () => undefined).once('close', closed))
    const ended = session.end(signal)
    // It closes idle connections first.
    idle.resume()
    await isClosed
    expect(session.child.exitCode).toBeNull()
    release()
    expect(told(await answer)).toBe('200 late')
    expect(await ended).toBe(0)
    expect(told(await get(session.ports.default!, '/', host))).toBe('refused')
    expect(session.said().err).toBe('')
  })

  test('requests that do not end in time are cut', async () => {
    const { origin, arrived } = await heldOrigin()
    const port = await freePort()
    const gateway = await start(port, origin.port)
    const answer = get(port, '/', host)
    await arrived
    expect(await gateway.drain(50)).toBe('killed')
    expect(told(await answer)).toBe('closed')
  })

  test('a port that is taken between the probe and the start is a failed start, with what was said', async () => {
    const starting = start(await takenPort(), 1)
    await expect(starting).rejects.toBeInstanceOf(GatewayStartError)
    await expect(starting).rejects.toThrow(/EADDRINUSE/)
  })

  test('a port in use is 2, and it is told which listener wanted it', async () => {
    const port = await takenPort()
    const folder = await folderOf({ 'shop.yaml': routes(1) })
    const { status, err } = await runCli('serve', '--runtime', runtime, folder, '--port', String(port))
    expect(err).toContain(`cannot listen on 127.0.0.1:${port} (listener default): the address is already in use`)
    expect(status).toBe(2)
  })

  test('while it serves, no file of it lies in the temporary folder', async () => {
    const folder = await temporaryFolder()
    const origin = await startOrigin()
    await serve(origin.port, { TMPDIR: folder })
    expect(await readdir(folder)).toEqual([])
  })

  test('a process that dies is told, and is 3', async () => {
    const session = await serve((await startOrigin()).port)
    const closed = once(session.child, 'close')
    process.kill(gatewayOf(session), 'SIGKILL')
    expect((await closed)[0]).toBe(3)
    const said = `error: ${runtime} ended unexpectedly (signal SIGKILL); nothing is served any more\n`
    expect(session.said().err).toBe(said)
  })

  test('every request is a line of JSON on stdout, also the last one, and `off` keeps it silent', async () => {
    const origin = await startOrigin()
    const session = await serve(origin.port)
    await get(session.ports.default!, '/x', 'nope.example.com')
    expect(await session.end('SIGTERM')).toBe(0)
    const [, ...lines] = session.said().out.trim().split('\n')
    expect(lines.map(line => JSON.parse(line))).toMatchObject([{ path: '/x', response_code: 404 }])
    const silent = await serve(origin.port, { SIGNALBOX_ACCESS_LOG: 'off' })
    await get(silent.ports.default!, '/x', 'nope.example.com')
    expect(await silent.end('SIGTERM')).toBe(0)
    expect(silent.said().out.trim().split('\n')).toHaveLength(1)
  })

  test('a reader of the log that goes away does not stop the gateway', async () => {
    const origin = await startOrigin()
    const session = await serve(origin.port)
    session.child.stdout.destroy()
    for (let count = 0; count < 20; count++) {
      expect(told(await get(session.ports.default!, '/', host))).toBe(`200 origin ${origin.port}`)
    }
    expect(await session.end('SIGTERM')).toBe(0)
  })

  test('a reader of the log that stops reading does not stop the gateway, and does not keep it from ending', async () => {
    const origin = await startOrigin()
    const session = await serve(origin.port)
    session.child.stdout.pause()
    // More than all that lies between the two could hold.
    const long = `/${'x'.repeat(8_000)}`
    for (let count = 0; count < 100; count++) {
      expect(told(await get(session.ports.default!, long, host))).toBe(`200 origin ${origin.port}`)
    }
    const ended = once(session.child, 'exit')
    session.child.kill('SIGTERM')
    expect(await ended).toEqual([0, null])
  })

  test('HTTPS servers speak by the certificates in --tls-dir', async () => {
    const origin = await startOrigin()
    const port = await freePort()
    const folder = await folderOf({ 'shop.yaml': routes(origin.port, port) })
    const { chain, key } = selfSigned([host])
    const certificates = await temporaryFolder()
    await writeFile(join(certificates, 'shop.crt'), chain)
    await writeFile(join(certificates, 'shop.key'), key)
    const session = await startServe(['--runtime', runtime, '--tls-dir', certificates, folder])
    expect(session.ports[`https.${port}.tls.edge.default`]).toBe(port)
    const outgoing = getSecurely({ host: '127.0.0.1', port, servername: host, ca: chain, headers: { host } })
    const [response] = await once(outgoing, 'response')
    expect(await text(response)).toBe(`origin ${origin.port}`)
  })

  test('without --tls-dir, ports of HTTPS servers stay closed, and it is told how they open', async () => {
    const port = await freePort()
    const session = await startServe(['--runtime', runtime, await folderOf({ 'shop.yaml': routes(1, port) })])
    expect(session.said().err).toContain(`warning: port ${port} stays closed`)
    expect(session.said().err).toContain('--tls-dir')
    expect(told(await get(port, '/', host))).toBe('refused')
  })

  test('a setting that means nothing is 2', async () => {
    process.env.SIGNALBOX_HEADER_LINES = 'many'
    onTestFinished(() => {
      delete process.env.SIGNALBOX_HEADER_LINES
    })
    const folder = await folderOf({ 'shop.yaml': routes(1) })
    const { status, err } = await runCli('serve', '--runtime', runtime, '--port', '0', folder)
    expect(err).toContain('error: SIGNALBOX_HEADER_LINES is a whole number')
    expect(status).toBe(2)
  })

  test('a request is sent once where its kept connection is lost: whether to try again is for the rules to say', async () => {
    let count = 0
    const origin = await startOrigin((request, response) => {
      request.resume()
      count++
      if (request.url === '/lost') request.socket.resetAndDestroy()
      else response.end('ok')
    })
    const session = await serve(origin.port)
    expect(told(await get(session.ports.default!, '/', host))).toBe('200 ok')
    expect(told(await get(session.ports.default!, '/lost', host))).toMatch(/^503/)
    expect(count).toBe(2)
  })
})
