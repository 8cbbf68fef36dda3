import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { temporaryFolder } from '../cli/fake-world.ts'
import { runCli, startCli } from '../cli/run-cli.ts'
import { patienceMs } from '../patience.ts'
import { get, startServe, told } from './serve-session.ts'

const host = 'shop.example.com'
const token = 'a-token'

/** Routes that answer with a status. */
const routes = (status: number, gateway = '') => `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: shop }
spec:
  hosts: [${host}]
  http: [{ directResponse: { status: ${status}, body: { string: edition } } }]
${gateway}`

const gatewayOn = (port: number) => `---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: other }
spec:
  selector: { istio: ingressgateway }
  servers: [{ port: { number: ${port}, name: http, protocol: HTTP }, hosts: ['*'] }]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: more }
spec:
  hosts: [more.example.com]
  gateways: [other]
  http: [{ directResponse: { status: 200 } }]
`

/** Asks until the answer is another one: the store is looked at by a clock of the gateway's own. */
async function untilChanged(port: number, before: string): Promise<string> {
  const endMs = performance.now() + patienceMs
  for (;;) {
    const answer = told(await get(port, '/', host))
    if (answer !== before || performance.now() > endMs) return answer
  }
}

async function health(port: number, authorization: string): Promise<string> {
  return told(await get(port, '/.signalbox/health', host, authorization))
}

describe.each(['workerd', 'node', 'deno'] as const)('serve --store on %s', runtime => {
  test('serves its routes, then what is published, and what is gone back to; health tells who may know', async () => {
    const folder = await temporaryFolder()
    const [file, store] = [join(folder, 'shop.yaml'), join(folder, 'tables')]
    const publish = async (status: number, more = '') => {
      await writeFile(file, routes(status, more))
      expect(await runCli('publish', file, '--store', store)).toMatchObject({ status: 0 })
    }
    await writeFile(file, routes(200))
    const env = { SIGNALBOX_POLL_INTERVAL_MS: '100', SIGNALBOX_HEALTH_TOKEN: token }
    const gateway = await startServe([file, '--runtime', runtime, '--store', store], env)
    const port = gateway.ports.default!
    expect(told(await get(port, '/', host))).toBe('200 edition')
    expect(gateway.said().err).toMatch(/tables did not exist, and nothing is published in it/)

    await publish(201)
    expect(await untilChanged(port, '200 edition')).toBe('201 edition')
    await publish(202, gatewayOn(port + 1))
    expect(await untilChanged(port, '201 edition')).toBe('202 edition')
    expect(await runCli('rollback', '--store', store)).toMatchObject({ status: 0 })
    expect(await untilChanged(port, '202 edition')).toBe('201 edition')

    expect(await health(port, '')).toBe('200 ok')
    expect(await health(port, 'authorization: Bearer other\r\n')).toBe('401')
    const state = await health(port, `authorization: Bearer ${token}\r\n`)
    expect(JSON.parse(state.slice('200 '.length))).toMatchObject({ health: 'ok', table: { source: 'store' } })

    const url = `http://127.0.0.1:${port}`
    const asked = ['status', '--store', store, '--gateway', url]
    const { child, said } = startCli(asked, { env: { SIGNALBOX_HEALTH_TOKEN: token } })
    expect(await once(child, 'close')).toEqual([0, null])
    expect(said().out).toMatch(/^gateway {3}http:\S+ {3}[0-9a-f]{12} {3}store followed$/m)
    expect(await runCli(...asked)).toMatchObject({ status: 1, out: expect.stringMatching(/TOKEN is not set/) })

    // A process that listens by itself says which listeners it has no socket for.
    if (runtime !== 'workerd') expect(gateway.said().err).toMatch(/table_listeners_closed.*"http\.\d+"/)
    await expect.poll(() => gateway.said().all.match(/table_activated/g)).toHaveLength(3)
    expect(await gateway.end('SIGTERM')).toBe(0)
  })
})

test('a gateway that finds a damaged version at its start serves its routes, and says why', async () => {
  const folder = await temporaryFolder()
  const [file, store] = [join(folder, 'shop.yaml'), join(folder, 'tables')]
  await writeFile(file, routes(201))
  expect(await runCli('publish', file, '--store', store)).toMatchObject({ status: 0 })
  await writeFile(join(store, 'signalbox.active'), 'rubbish\n')
  await writeFile(file, routes(200))
  const gateway = await startServe([file, '--runtime', 'node', '--store', store])
  expect(told(await get(gateway.ports.default!, '/', host))).toBe('200 edition')
  // The gateway's own words come by way of the command, and may come after the answer.
  await expect.poll(() => gateway.said().err).toMatch(/table_refused.*the pointer is damaged/)
})

test('gateways that start at the same moment all find the folder, whichever of them makes it', async () => {
  const folder = await temporaryFolder()
  const file = join(folder, 'shop.yaml')
  await writeFile(file, routes(200))
  const starts = Array.from({ length: 4 }, () =>
    startServe([file, '--runtime', 'node', '--store', join(folder, 'tables')]),
  )
  const gateways = await Promise.all(starts)
  const warnings = await Promise.all(
    gateways.map(async gateway => {
      expect(await gateway.end('SIGTERM')).toBe(0)
      return gateway.said().err.match(/tables did not exist/g) ?? []
    }),
  )
  expect(warnings.flat()).toHaveLength(1)
})

test('a store that is a file, or lies nowhere, is told at the start', async () => {
  const folder = await temporaryFolder()
  const file = join(folder, 'shop.yaml')
  await writeFile(file, routes(200))
  for (const [store, says] of [
    [file, /is a file, not a folder/],
    [join(folder, 'a', 'b'), /no such file or folder/],
  ] as const) {
    expect(await runCli('serve', file, '--store', store)).toMatchObject({ status: 2, err: expect.stringMatching(says) })
  }
})

test.each([
  { name: 'SIGNALBOX_PUBLIC_KEY', value: 'rubbish' },
  { name: 'SIGNALBOX_POLL_INTERVAL_MS', value: '1' },
])('serve does not start with a wrong $name', async ({ name, value }) => {
  const folder = await temporaryFolder()
  const file = join(folder, 'shop.yaml')
  await writeFile(file, routes(200))
  await expect(
    startServe([file, '--runtime', 'node', '--store', join(folder, 'tables')], { [name]: value }),
  ).rejects.toThrow(name)
})
