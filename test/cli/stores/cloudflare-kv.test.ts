import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type ApiPlatform, CloudflareApi, type CloudflareCredentials } from '../../../src/cli/stores/cloudflare-api.ts'
import { CloudflareKv } from '../../../src/cli/stores/cloudflare-kv.ts'
import { StoreError } from '../../../src/store/version-store.ts'
import { type FakeCloudflare, type Interference, startCloudflareApi } from './cloudflare-api.ts'

let cloudflare: FakeCloudflare
beforeAll(async () => {
  cloudflare = await startCloudflareApi()
})
afterAll(() => cloudflare.stop())
beforeEach(() => {
  cloudflare.onRequest = () => 'pass'
  cloudflare.calls.length = 0
})

const value = new TextEncoder().encode('value')

/** A store whose waits are over at once; `waits` tells how long they would have been. */
function open(
  changes: Partial<ApiPlatform> & {
    readonly credentials?: CloudflareCredentials
    readonly namespace?: string
    readonly account?: string
    readonly baseUrl?: string
  } = {},
) {
  const { credentials, namespace, account, baseUrl, ...platform } = changes
  const waits: number[] = []
  const api = new CloudflareApi(
    baseUrl ?? cloudflare.baseUrl,
    credentials ?? { type: 'api_token', token: cloudflare.token },
    {
      fetch,
      now: () => Date.parse('2026-01-01T00:00:00Z'),
      wait: async durationMs => void waits.push(durationMs),
      timeLimit: () => new AbortController().signal,
      ...platform,
    },
  )
  const id = { account: account ?? cloudflare.account, namespace: namespace ?? cloudflare.namespace }
  return { store: new CloudflareKv(api, id), waits }
}

/** Interferes with the first requests, one after the other, and lets the rest pass. */
function interfereWith(...interferences: readonly Interference[]): void {
  const rest = [...interferences]
  cloudflare.onRequest = () => rest.shift() ?? 'pass'
}

function refusal(status: number, code: number, message: string): Interference {
  return { status, body: JSON.stringify({ success: false, errors: [{ code, message }], messages: [], result: null }) }
}

test('the title names the namespace and the account by what one sees of them', () => {
  expect(open().store.title).toBe('KV namespace f9e8d7c6… of account 0a1b2c3d…')
})

describe('refusals say what to do', () => {
  test.each([
    {
      title: '401: log in, and what the token needs',
      interference: refusal(401, 10000, 'Authentication error'),
      message: /npx wrangler login.*CLOUDFLARE_API_TOKEN.*"Workers KV Storage: Edit".*HTTP 401: Authentication error/,
    },
    {
      title: '400 for a token that has no form: log in',
      interference: refusal(400, 6003, 'Invalid request headers'),
      message: /npx wrangler login.*HTTP 400/,
    },
    {
      title: '403: what the token needs',
      interference: refusal(403, 10000, 'Authentication error'),
      message: /the token needs the permission "Workers KV Storage: Edit".*\[code 10000\]/,
    },
    {
      title: '400 for an id that is none',
      interference: refusal(400, 10011, "get: 'malformed namespace ID'"),
      message: /no such KV namespace/,
    },
    {
      title: '413: how much KV takes',
      interference: refusal(413, 10024, 'payload too large'),
      message: /25 MiB.*HTTP 413/,
    },
    {
      title: 'the limit of the day, at once',
      interference: refusal(429, 10048, 'KV put() limit exceeded for the day.'),
      message: /limit of KV operations for this day.*tomorrow/,
    },
    {
      title: '404 that does not come from the API: it does not mean that the key is missing',
      interference: { status: 404, body: '<h1>Not found</h1>' } as const,
      message: /refused this \(HTTP 404\)/,
    },
    {
      title: 'a redirection, which is not followed',
      interference: { status: 302, headers: { location: 'http://127.0.0.1:9/' } } as const,
      message: /refused this \(HTTP 302\)/,
    },
  ])('$title', async ({ interference, message }) => {
    cloudflare.onRequest = () => interference
    const { store, waits } = open()
    for (const work of [() => store.read('key', 10), () => store.write('key', value), () => store.list('k')]) {
      await expect(work()).rejects.toThrow(StoreError)
      await expect(work()).rejects.toThrow(message)
    }
    expect(waits).toEqual([])
  })

  test('a namespace that is not there is not taken for a missing key', async () => {
    const { store } = open({ namespace: '00000000000000000000000000000000' })
    const message = /^key in KV namespace 00000000… of account .*no such KV namespace.*wrangler kv namespace list/
    await expect(store.read('key', 10)).rejects.toThrow(message)
    await expect(store.remove('key')).rejects.toThrow(message)
    await expect(store.write('key', value)).rejects.toThrow(message)
  })

  test('an account that is not there', async () => {
    await expect(open({ account: 'nobody' }).store.list('')).rejects.toThrow(/^KV namespace .*no such account/)
  })

  test('what is quoted is short, visible, and without the token', async () => {
    const { token } = cloudflare
    cloudflare.onRequest = () => refusal(403, 1, `\u001b[31m${token} ${'x'.repeat(5000)}`)
    const { message } = (await open()
      .store.read('key', 10)
      .then(undefined, (error: Error) => error)) as Error
    expect(message).not.toContain(token)
    expect(message).toContain('\\x1b[31m… xxx')
    expect(message.length).toBeLessThan(500)
  })

  test('a token that no header can carry is not quoted either', () => {
    const making = () => open({ credentials: { type: 'oauth', token: 'secret\u2026secret' } })
    expect(making).toThrow(StoreError)
    expect(making).not.toThrow('secret')
  })
})

test.each([
  { credentials: { type: 'oauth', token: 't' }, headers: { authorization: 'Bearer t' } },
  { credentials: { type: 'api_token', token: 't' }, headers: { authorization: 'Bearer t' } },
  { credentials: { type: 'api_key', key: 'k', email: 'e@x' }, headers: { 'x-auth-key': 'k', 'x-auth-email': 'e@x' } },
] as const)('$credentials.type credentials go into headers', async ({ credentials, headers }) => {
  let seen: unknown
  const recording: typeof fetch = (url, init) => {
    seen = Object.fromEntries(init!.headers as Headers)
    return fetch(url, init)
  }
  await open({ credentials, fetch: recording })
    .store.list('')
    .catch(() => undefined)
  expect(seen).toEqual(headers)
})

describe('what may pass is tried again', () => {
  test.each([
    { title: '429', interferences: [{ status: 429 }, { status: 429 }], waits: [500, 1000] },
    { title: '500, four times', interferences: Array(4).fill({ status: 500 }), waits: [500, 1000, 2000, 4000] },
    { title: '503 with HTML', interferences: [{ status: 503, body: '<html>' }], waits: [500] },
    { title: 'a connection that is dropped', interferences: ['drop'], waits: [500] },
    { title: 'one that is dropped when all was done', interferences: ['drop-after'], waits: [500] },
    {
      title: 'an answer that is cut off',
      interferences: [{ status: 200, headers: { 'content-length': '9' }, body: 'half', isCutOff: true }],
      waits: [500],
    },
    { title: 'one of unknown length', interferences: [{ status: 200, body: 'half', isCutOff: true }], waits: [500] },
    {
      title: 'after the seconds that were asked for',
      interferences: [{ status: 429, headers: { 'retry-after': '7' } }],
      waits: [7000],
    },
    {
      title: 'at the time that was asked for',
      interferences: [{ status: 503, headers: { 'retry-after': 'Thu, 01 Jan 2026 00:00:03 GMT' } }],
      waits: [3000],
    },
    {
      title: 'not sooner than else where the time is past',
      interferences: [{ status: 503, headers: { 'retry-after': 'Thu, 01 Jan 2015 00:00:03 GMT' } }],
      waits: [500],
    },
  ])('$title', async ({ interferences, waits }) => {
    const works = [
      (store: CloudflareKv) => store.write('key', value),
      async (store: CloudflareKv) => expect(await store.read('key', 10)).toEqual(value),
      async (store: CloudflareKv) => expect(await store.list('key')).toEqual(['key']),
      (store: CloudflareKv) => store.remove('key'),
    ]
    for (const work of works) {
      interfereWith(...(interferences as Interference[]))
      const opened = open()
      await work(opened.store)
      expect(opened.waits).toEqual(waits)
    }
  })

  test.each([
    {
      title: '500 for ever',
      interference: refusal(500, 10001, 'service temporarily unavailable'),
      message: /Cloudflare failed \(HTTP 500: service temporarily.*\), 5 times in a row; try again later/,
    },
    {
      title: '429 for ever',
      interference: { status: 429 } as const,
      message: /accepts no more requests for now \(HTTP 429\), 5 times in a row; try again later/,
    },
    {
      title: 'connections that are dropped for ever',
      interference: 'drop' as const,
      message: /the connection to Cloudflare's API broke off, 5 times in a row: /,
    },
  ])('but not for ever: $title', async ({ interference, message }) => {
    cloudflare.onRequest = () => interference
    const { store, waits } = open()
    const reading = store.read('key', 10)
    await expect(reading).rejects.toThrow(StoreError)
    await expect(reading).rejects.toThrow(message)
    expect(waits).toEqual([500, 1000, 2000, 4000])
    expect(cloudflare.calls).toHaveLength(5)
  })

  test('who is asked to wait for very long says so instead', async () => {
    cloudflare.onRequest = () => ({ status: 429, headers: { 'retry-after': '3600' } })
    const { store, waits } = open()
    await expect(store.read('key', 10)).rejects.toThrow('(HTTP 429); try again in 3600 seconds')
    expect(waits).toEqual([])
  })
})

describe('answers that are not the API', () => {
  test.each([
    { title: 'a page', body: '<html>Log in to the wireless network</html>' },
    { title: 'nothing', body: '' },
    { title: 'JSON of something else', body: '{"result":[]}' },
    { title: 'JSON that is cut off', body: '{"success":true,"result":[{"na' },
  ])('are not taken for success: $title', async ({ body }) => {
    cloudflare.onRequest = () => ({ status: 200, body })
    const { store } = open()
    for (const work of [() => store.write('key', value), () => store.remove('key'), () => store.list('')]) {
      await expect(work()).rejects.toThrow(StoreError)
      await expect(work()).rejects.toThrow(/is not from Cloudflare's API: is there a proxy/)
    }
  })

  test('a list that is none', async () => {
    cloudflare.onRequest = () => ({ status: 200, body: '{"success":true,"result":{}}' })
    await expect(open().store.list('')).rejects.toThrow('is not a list of keys')
  })
})

describe('no more is read than the caller takes', () => {
  test.each([
    { title: 'by the length that is announced', headers: { 'content-length': '1000000' } },
    { title: 'of what comes without one', headers: {} },
  ])('$title', async ({ headers }) => {
    cloudflare.onRequest = () => ({ status: 200, headers, body: new Uint8Array(1_000_000) })
    const { store, waits } = open()
    await expect(store.read('key', 1000)).rejects.toThrow('the response is longer than 1000 bytes')
    expect(waits).toEqual([])
  })

  test('of a refusal, its beginning is enough', async () => {
    cloudflare.onRequest = () => ({ status: 403, body: 'x'.repeat(1_000_000) })
    await expect(open().store.read('key', 1000)).rejects.toThrow('Workers KV Storage: Edit')
  })
})

describe('the time of a request is limited', () => {
  test.each([
    { title: 'for a small value', maxBytes: 1024, limitMs: 30_000 },
    { title: 'for one that may be large', maxBytes: 25 * 1024 * 1024, limitMs: 120_000 },
  ])('$title', async ({ maxBytes, limitMs }) => {
    const asked: number[] = []
    const timeLimit = (durationMs: number) => {
      asked.push(durationMs)
      return AbortSignal.abort(new DOMException('over', 'TimeoutError'))
    }
    const { store } = open({ timeLimit })
    await expect(store.read('key', maxBytes)).rejects.toThrow(`no complete response within ${limitMs / 1000} seconds`)
    await expect(store.write('key', new Uint8Array(maxBytes))).rejects.toThrow(StoreError)
    expect(asked).toEqual([limitMs, limitMs])
  })

  test('also where the answer has begun', async () => {
    const over = new AbortController()
    const begun: typeof fetch = async (url, init) => {
      const response = await fetch(url, init)
      over.abort(new DOMException('over', 'TimeoutError'))
      return response
    }
    cloudflare.onRequest = () => ({ status: 200, body: new Uint8Array(1_000_000) })
    const { store } = open({ fetch: begun, timeLimit: () => over.signal })
    await expect(store.read('key', 1_000_000)).rejects.toThrow('no complete response within 30 seconds')
  })
})

test('where nobody listens, it is told at once', async () => {
  // Port 9 is "discard", which no machine has listened to for decades.
  const { store, waits } = open({ baseUrl: 'http://127.0.0.1:9/client/v4' })
  await expect(store.read('key', 10)).rejects.toThrow(/cannot be reached: .*is this machine online\? Behind a proxy/)
  expect(waits).toEqual([])
})

test('an address of the API that is none', () => {
  expect(() => open({ baseUrl: 'api.cloudflare.com' })).toThrow('CLOUDFLARE_API_BASE_URL is not a URL')
})

test.each(['', '.', '..'])('a key that would name the namespace itself is a fault of ours: %j', async key => {
  const { store } = open()
  for (const work of [() => store.remove(key), () => store.write(key, value)]) {
    await expect(work()).rejects.toThrow('not a key of KV')
    await expect(work()).rejects.not.toThrow(StoreError)
  }
  expect(cloudflare.calls).toEqual([])
})
