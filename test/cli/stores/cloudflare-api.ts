import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { Miniflare, NoOpLog } from 'miniflare'
import type { KvBinding } from '../../../src/cli/stores/local-kv.ts'

/** What a test does to a request: `drop` before it is carried out, `drop-after` before it is answered. */
export type Interference =
  | 'pass'
  | 'drop'
  | 'drop-after'
  | {
      readonly status: number
      readonly headers?: Readonly<Record<string, string>>
      readonly body?: string | Uint8Array
      /** The connection ends behind `body`, whatever `headers` have promised. */
      readonly isCutOff?: boolean
    }

/** A request, as the API gets it. */
export interface ApiCall {
  readonly method: string
  /** With its query, behind the base URL. */
  readonly path: string
  readonly body?: Uint8Array
}

/** What a test may have otherwise. */
export interface CloudflareApiOptions {
  /** Those that the credentials are told of. */
  readonly accounts?: readonly { readonly id: string; readonly name: string }[]
  onRequest?: (request: ApiCall) => Interference | Promise<Interference>
}

/** A part of Cloudflare's REST API on the loopback interface, in front of the real KV of workerd. */
export interface FakeCloudflare {
  readonly baseUrl: string
  readonly account: string
  readonly namespace: string
  /** The one that is let in, as a bearer token. */
  readonly token: string
  /** What is behind it. */
  readonly kv: KvBinding
  /** All requests so far, those that were interfered with, too. */
  readonly calls: ApiCall[]
  /** May be replaced at any time. */
  onRequest: NonNullable<CloudflareApiOptions['onRequest']>
  stop(): Promise<void>
}

const account = '0a1b2c3d4e5f60718293a4b5c6d7e8f9'
const namespace = 'f9e8d7c6b5a493827160f5e4d3c2b1a0'
const token = 'a-token-that-nobody-may-quote'

/** Starts it on a free port. */
export async function startCloudflareApi(options: CloudflareApiOptions = {}): Promise<FakeCloudflare> {
  const { kv, miniflare } = await startKv()
  const accounts = options.accounts ?? [{ id: account, name: 'The only one' }]
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const body = new Uint8Array(await buffer(request))
    const path = request.url!.slice('/client/v4'.length)
    const call = { method: request.method!, path, ...(body.length > 0 && { body }) }
    fake.calls.push(call)
    const interference = await fake.onRequest(call)
    if (interference === 'drop') return void request.socket.destroy()
    if (typeof interference === 'object') return interfere(response, interference)
    const reply = isAllowed(request) ? await carryOut(call, kv, accounts) : refusal(403, 10000, 'Authentication error')
    if (interference === 'drop-after') return void request.socket.destroy()
    response.writeHead(reply.status, { 'content-type': reply.type }).end(reply.body)
  }
  const server = createServer((request, response) => {
    // A client that is gone, or a KV that is stopped.
    answer(request, response).catch(() => request.socket.destroy())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const fake: FakeCloudflare = {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/client/v4`,
    account,
    namespace,
    token,
    kv,
    calls: [],
    onRequest: options.onRequest ?? (() => 'pass'),
    async stop() {
      server.close()
      server.closeAllConnections()
      await miniflare.dispose()
    },
  }
  return fake
}

async function startKv() {
  const contents = 'export default {}'
  const miniflare = new Miniflare({
    cf: false,
    telemetry: { enabled: false },
    log: new NoOpLog(),
    workers: [
      {
        config: {
          name: 'kv',
          compatibilityDate: '2026-11-17',
          env: { KV: { type: 'kv', id: namespace } },
          manifest: { mainModule: 'worker.js', modules: { 'worker.js': { type: 'esm', contents } } },
        },
      },
    ],
  })
  return { miniflare, kv: (await miniflare.getKVNamespace('KV')) as unknown as KvBinding }
}

function interfere(response: ServerResponse, { status, headers, body, isCutOff }: Exclude<Interference, string>): void {
  response.writeHead(status, headers)
  if (!isCutOff) response.end(body)
  else response.write(body ?? '', () => response.socket?.destroy())
}

function isAllowed({ headers }: IncomingMessage): boolean {
  return headers.authorization === `Bearer ${token}`
}

interface Answer {
  readonly status: number
  readonly type: string
  readonly body: string | Uint8Array
}

async function carryOut(call: ApiCall, kv: KvBinding, accounts: CloudflareApiOptions['accounts']): Promise<Answer> {
  const { pathname, searchParams } = new URL(call.path, 'http://loopback')
  if (pathname === '/accounts') return success(accounts)
  const [, accountId, namespaceId, kind, key] =
    /^\/accounts\/(\w+)\/storage\/kv\/namespaces\/(\w+)\/(keys|values)(?:\/(.+))?$/.exec(pathname) ?? []
  if (accountId !== account) return refusal(404, 7003, `Could not route to ${pathname}`)
  if (namespaceId !== namespace) return refusal(404, 10013, `${call.method}: 'namespace not found'`)
  if (kind === 'keys') return listKeys(kv, searchParams)
  return carryOutOnKey(call, kv, decodeURIComponent(key!))
}

async function carryOutOnKey({ method, body }: ApiCall, kv: KvBinding, key: string): Promise<Answer> {
  switch (method) {
    case 'GET': {
      const value = await kv.get(key, 'arrayBuffer')
      if (!value) return refusal(404, 10009, "get: 'key not found'")
      return { status: 200, type: 'application/octet-stream', body: new Uint8Array(value) }
    }
    case 'PUT':
      await kv.put(key, body ?? new Uint8Array())
      return success({})
    case 'DELETE':
      await kv.delete(key)
      return success({})
    default:
      return refusal(405, 10000, 'Method not allowed')
  }
}

async function listKeys(kv: KvBinding, query: URLSearchParams): Promise<Answer> {
  const limit = Number(query.get('limit') ?? 1000)
  if (limit < 10 || limit > 1000) return refusal(400, 10028, 'invalid limit argument')
  const cursor = query.get('cursor')
  const options = { prefix: query.get('prefix') ?? '', limit, ...(cursor !== null && { cursor }) }
  const page = await kv.list(options)
  const info = { count: page.keys.length, cursor: page.list_complete ? '' : page.cursor }
  return success(
    page.keys.map(({ name }) => ({ name })),
    info,
  )
}

function success(result: unknown, info?: unknown): Answer {
  return json(200, {
    result,
    success: true,
    errors: [],
    messages: [],
    ...(info !== undefined && { result_info: info }),
  })
}

function refusal(status: number, code: number, message: string): Answer {
  return json(status, { result: null, success: false, errors: [{ code, message }], messages: [] })
}

function json(status: number, value: unknown): Answer {
  return { status, type: 'application/json', body: JSON.stringify(value) }
}
