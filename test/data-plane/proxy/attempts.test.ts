import { describe, expect, test } from 'vitest'
import type { UpstreamFault } from '../../../src/data-plane/platform.ts'
import { replayLimitBytes } from '../../../src/data-plane/proxy/attempts.ts'
import type { ForwardAction } from '../../../src/fib/action.ts'
import { defaultRetries, type RetryCondition, type RetryPolicy } from '../../../src/fib/retry.ts'
import type { TableView } from '../../../src/fib/view.ts'
import { PlayedBody, play, tableOf } from './play.ts'

const origin = { file: 'x.yaml', start: { line: 1, column: 1, offset: 0 }, end: { line: 1, column: 1, offset: 0 } }
const endpoint = (address: string) => ({ scheme: 'http', address, port: 80, weight: 1 }) as const

/** One route to two endpoints, `a.test` and `b.test`. */
function tableWith(action: Partial<ForwardAction<string>>): TableView {
  const forward = { kind: 'forward', destinations: [{ cluster: 'two', weight: 1 }], ...action } as const
  return tableOf({
    clusters: new Map([
      ['two', { name: 'two', isKnown: true, endpoints: [endpoint('a.test'), endpoint('b.test')] }],
      ['shadow', { name: 'shadow', isKnown: true, endpoints: [endpoint('shadow.test')] }],
    ]),
    listeners: [
      {
        name: 'default',
        protocol: 'http',
        virtualHosts: [
          { domains: ['a.example'], routes: [{ name: 'all', match: { conditions: [] }, action: forward, origin }] },
        ],
      },
    ],
  })
}

const on = (conditions: readonly RetryCondition[], more: Partial<RetryPolicy> = {}) =>
  tableWith({ retries: { ...defaultRetries, on: conditions, ...more } })

/** An endpoint that says nothing until all of the body has come. */
const afterTheBody = (fault: UpstreamFault, body: PlayedBody) => () =>
  new Promise<UpstreamFault>(resolve => body.whenReceived(() => resolve(fault)))

describe('an outcome is tried again where the policy names it', () => {
  const answer = (status: number, headers: Record<string, string> = {}) => new Response(null, { status, headers })
  test.each<{ title: string; on: RetryCondition[]; first: () => Response | UpstreamFault; tries: number }>([
    { title: '5xx means any 5xx', on: ['5xx'], first: () => answer(500), tries: 2 },
    { title: '5xx means no 4xx', on: ['5xx'], first: () => answer(404), tries: 1 },
    { title: '5xx means no answer, too', on: ['5xx'], first: () => 'reset', tries: 2 },
    { title: '5xx means no connection, too', on: ['5xx'], first: () => 'connect', tries: 2 },
    { title: 'gateway-error means 502 to 504', on: ['gateway-error'], first: () => answer(504), tries: 2 },
    { title: 'gateway-error does not mean 500', on: ['gateway-error'], first: () => answer(500), tries: 1 },
    { title: 'gateway-error means no answer, too', on: ['gateway-error'], first: () => 'reset', tries: 2 },
    { title: 'reset means no answer', on: ['reset'], first: () => 'reset', tries: 2 },
    { title: 'reset means what is no HTTP', on: ['reset'], first: () => 'protocol', tries: 2 },
    { title: 'reset means no status', on: ['reset'], first: () => answer(503), tries: 1 },
    { title: 'connect-failure means no connection', on: ['connect-failure'], first: () => 'connect', tries: 2 },
    { title: 'connect-failure means no reset', on: ['connect-failure'], first: () => 'reset', tries: 1 },
    {
      title: 'reset-before-request means no connection',
      on: ['reset-before-request'],
      first: () => 'connect',
      tries: 2,
    },
    {
      title: 'reset-before-request means no later reset',
      on: ['reset-before-request'],
      first: () => 'reset',
      tries: 1,
    },
    { title: 'retriable-4xx means 409', on: ['retriable-4xx'], first: () => answer(409), tries: 2 },
    { title: 'retriable-4xx means 409 alone', on: ['retriable-4xx'], first: () => answer(429), tries: 1 },
    {
      title: 'envoy-ratelimited means its header',
      on: ['envoy-ratelimited'],
      first: () => answer(429, { 'x-envoy-ratelimited': 'true' }),
      tries: 2,
    },
    {
      title: 'unavailable means grpc-status 14',
      on: ['unavailable'],
      first: () => answer(200, { 'grpc-status': '14' }),
      tries: 2,
    },
    {
      title: 'unavailable means no other',
      on: ['unavailable'],
      first: () => answer(200, { 'grpc-status': '13' }),
      tries: 1,
    },
    {
      title: 'internal means grpc-status 13',
      on: ['internal'],
      first: () => answer(200, { 'grpc-status': '13' }),
      tries: 2,
    },
    {
      title: 'cancelled means grpc-status 1',
      on: ['cancelled'],
      first: () => answer(200, { 'grpc-status': '1' }),
      tries: 2,
    },
    {
      title: 'deadline-exceeded means 4',
      on: ['deadline-exceeded'],
      first: () => answer(200, { 'grpc-status': '4' }),
      tries: 2,
    },
    {
      title: 'resource-exhausted means 8',
      on: ['resource-exhausted'],
      first: () => answer(200, { 'grpc-status': '8' }),
      tries: 2,
    },
    {
      title: 'what the client breaks off is never tried again',
      on: ['5xx', 'reset'],
      first: () => 'request',
      tries: 1,
    },
    {
      title: 'a loop that a gateway has found is never gone round again',
      on: ['5xx'],
      first: () => answer(508, { 'x-signalbox-hop': '8' }),
      tries: 1,
    },
  ])('$title', async ({ on: conditions, first, tries }) => {
    const { sent } = await play(on(conditions), {
      endpoint: (_, index) => (index === 0 ? first() : new Response('ok')),
    })
    expect(sent).toHaveLength(tries)
  })

  test('a status that is listed is tried again, whatever it is', async () => {
    const table = on([], { statuses: [418] })
    const { sent, response } = await play(table, {
      endpoint: (_, index) => new Response(null, { status: index === 0 ? 418 : 200 }),
    })
    expect(sent).toHaveLength(2)
    expect(response.status).toBe(200)
  })

  test('without a policy Istio’s applies: two more tries where nothing was sent', async () => {
    expect((await play(tableWith({}), { endpoint: () => 'connect' })).sent).toHaveLength(3)
    expect((await play(tableWith({}), { endpoint: () => 'reset' })).sent).toHaveLength(1)
    expect((await play(tableWith({}), { endpoint: () => new Response(null, { status: 503 }) })).sent).toHaveLength(1)
  })
})

describe('tries', () => {
  test('end with the last answer, which is handed on, and the log says that they are used up', async () => {
    const { response, sent, entries } = await play(on(['5xx'], { attempts: 3 }), {
      endpoint: (_, index) => new Response(`answer ${index}`, { status: 503 }),
    })
    expect(sent).toHaveLength(4)
    expect(await response.text()).toBe('answer 3')
    expect(entries).toMatchObject([{ response_flags: 'URX', upstream_request_attempt_count: 4, response_code: 503 }])
  })

  test('are switched off by 0', async () => {
    const { sent, entries } = await play(on(['5xx'], { attempts: 0 }), { endpoint: () => 'connect' })
    expect(sent).toHaveLength(1)
    expect(entries).toMatchObject([{ response_flags: 'UF' }])
  })

  test('avoid the endpoints that were tried, where another one is drawn in time', async () => {
    // Where turns begin; then two draws for each choice, and one for the pause before a retry: a, again a, then b.
    const draws = [0, 0.1, 0.1, 0.5, 0.1, 0.1, 0.9, 0.9]
    const { sent } = await play(on(['5xx'], { attempts: 1 }), {
      endpoint: () => 'reset',
      random: () => draws.shift() ?? 0.9,
    })
    expect(sent.map(({ url }) => url)).toEqual(['http://a.test:80/', 'http://b.test:80/'])
  })

  test('take the endpoint that is drawn, where the policy does not avoid any', async () => {
    const draws = [0, 0.1, 0.1, 0.5, 0.1, 0.1]
    const { sent } = await play(on(['5xx'], { attempts: 1, avoidsTriedEndpoints: false }), {
      endpoint: () => 'reset',
      // Another choice would be `b`.
      random: () => draws.shift() ?? 0.9,
    })
    expect(sent.map(({ url }) => url)).toEqual(['http://a.test:80/', 'http://a.test:80/'])
  })

  test('wait in between, twice as long and more each time, up to ten times the base', async () => {
    const { sent } = await play(on(['5xx'], { attempts: 6, backoffMs: 100 }), {
      endpoint: () => 'reset',
      random: () => 0.5,
    })
    const pauses = sent.slice(1).map(({ atMs }, index) => atMs - sent[index]!.atMs)
    expect(pauses).toEqual([50, 150, 350, 500, 500, 500])
  })

  test('are the same request each time, by one id', async () => {
    const { sent } = await play(on(['5xx']), { endpoint: () => 'reset' })
    expect(new Set(sent.map(({ headers }) => JSON.stringify([...headers]))).size).toBe(1)
  })
})

describe('a body', () => {
  const post = { method: 'POST' }
  test('is sent again with each try', async () => {
    const { sent } = await play(on(['5xx'], { attempts: 1 }), {
      init: post,
      body: new PlayedBody('x'.repeat(100)),
      endpoint: () => 'reset',
    })
    expect(sent.map(({ body }) => body?.length)).toEqual([100, 100])
  })

  test('that is too large to be kept is sent once, and the log says why', async () => {
    const { sent, response, entries } = await play(on(['5xx']), {
      init: post,
      body: new PlayedBody('x'.repeat(replayLimitBytes + 1)),
      endpoint: () => new Response(null, { status: 503 }),
    })
    expect(sent).toHaveLength(1)
    expect(response.status).toBe(503)
    expect(entries).toMatchObject([{ response_code_details: 'via_upstream{request_body_too_large_to_retry}' }])
  })
})

describe('a request in which nothing moves', () => {
  test('is the endpoint’s to answer for once it is complete: 504', async () => {
    const body = new PlayedBody('all', 0)
    const { response } = await play(tableWith({}), {
      init: { method: 'POST' },
      body,
      endpoint: afterTheBody('idle', body),
    })
    expect(response.status).toBe(504)
  })

  test('is the client’s before: 408', async () => {
    const body = new PlayedBody('never', 60_000)
    const { response, entries } = await play(tableWith({}), {
      init: { method: 'POST' },
      body,
      endpoint: () => 'idle',
    })
    expect(response.status).toBe(408)
    expect(entries).toMatchObject([{ response_flags: 'SI' }])
  })
})

describe('a try of its own timeout', () => {
  const slow = { perTryTimeoutMs: 100, backoffMs: 0 }
  test('is tried again where a missing answer is', async () => {
    const { sent, response, elapsedMs } = await play(on(['5xx'], { ...slow, attempts: 2 }), {
      endpoint: (_, index) => (index < 2 ? 'silence' : new Response('third')),
    })
    expect(sent.map(({ isCancelled }) => isCancelled)).toEqual([true, true, false])
    expect(await response.text()).toBe('third')
    expect(elapsedMs).toBe(200)
  })

  test('is 504 where it is not, or where it was the last one', async () => {
    const once = await play(on(['connect-failure'], slow), { endpoint: () => 'silence' })
    expect(once.sent).toHaveLength(1)
    expect(once.response.status).toBe(504)
    const all = await play(on(['5xx'], { ...slow, attempts: 1 }), { endpoint: () => 'silence' })
    expect(all.sent).toHaveLength(2)
    expect(all.entries).toMatchObject([{ response_code: 504, response_flags: 'UT,URX' }])
  })

  test('does not cut an answer that has begun', async () => {
    const { response, isCut } = await play(on(['5xx'], slow), {
      endpoint: () => new Response('slow body', { headers: { 'x-endless': 'yes' } }),
    })
    expect(response.status).toBe(200)
    expect(isCut).toBe(false)
  })
})

describe('the timeout of a route', () => {
  test('ends a request that nobody answers: 504, and the endpoint is asked no longer', async () => {
    const { response, sent, entries, elapsedMs } = await play(tableWith({ timeoutMs: 300 }), {
      endpoint: () => 'silence',
    })
    expect(response.status).toBe(504)
    expect(await response.text()).toBe('upstream request timeout')
    expect(sent.map(({ isCancelled }) => isCancelled)).toEqual([true])
    expect(elapsedMs).toBe(300)
    expect(entries).toMatchObject([{ response_flags: 'UT', duration: 300, response_code_details: 'response_timeout' }])
  })

  test('spans all tries and the pauses between them', async () => {
    const table = tableWith({
      timeoutMs: 250,
      retries: { ...defaultRetries, attempts: 9, on: ['5xx'], backoffMs: 200 },
    })
    const { response, sent, elapsedMs } = await play(table, { endpoint: () => 'reset' })
    expect(response.status).toBe(504)
    expect(sent).toHaveLength(2)
    expect(elapsedMs).toBe(250)
  })

  test('cuts a response that is still coming in, which the log tells', async () => {
    const { response, isCut, entries } = await play(tableWith({ timeoutMs: 300 }), {
      endpoint: () => new Response('endless', { headers: { 'x-endless': 'yes' } }),
    })
    expect(response.status).toBe(200)
    expect(isCut).toBe(true)
    expect(entries).toMatchObject([{ response_code: 200, response_flags: 'UT', duration: 300 }])
  })

  test('leaves a response alone that is over', async () => {
    const { isCut, entries } = await play(tableWith({ timeoutMs: 300 }))
    expect(isCut).toBe(false)
    expect(entries).toMatchObject([{ response_flags: '-' }])
  })

  test('starts when the request has come in: a slow upload is not the endpoint’s fault', async () => {
    const { response, elapsedMs } = await play(tableWith({ timeoutMs: 300 }), {
      init: { method: 'POST' },
      body: new PlayedBody('slow', 10_000),
      endpoint: () => 'silence',
    })
    expect(response.status).toBe(504)
    expect(elapsedMs).toBe(10_300)
  })

  test('does not count the delay of a fault', async () => {
    const delayed = { delay: { durationMs: 1000, percent: 100 } }
    const { response, elapsedMs, entries } = await play(tableWith({ timeoutMs: 300, fault: delayed }), {
      endpoint: () => 'silence',
    })
    expect(response.status).toBe(504)
    expect(elapsedMs).toBe(1300)
    expect(entries).toMatchObject([{ response_flags: 'DI,UT' }])
  })

  test('is none where none is said', async () => {
    const { entries } = await play(tableWith({}), {
      endpoint: () => new Promise(resolve => setImmediate(() => resolve(new Response('late')))),
    })
    expect(entries).toMatchObject([{ response_flags: '-' }])
  })
})

describe('a client that goes away', () => {
  test('ends the request upstream, and is told of in the log alone', async () => {
    const { sent, entries } = await play(tableWith({ timeoutMs: 9000 }), {
      endpoint: () => 'silence',
      disconnectAtMs: 40,
    })
    expect(sent.map(({ isCancelled }) => isCancelled)).toEqual([true])
    expect(entries).toMatchObject([{ response_code: 0, response_flags: 'DC', duration: 40 }])
  })

  test('is not served further tries', async () => {
    const { sent } = await play(on(['5xx'], { attempts: 9, backoffMs: 100 }), {
      endpoint: () => 'reset',
      disconnectAtMs: 60,
    })
    expect(sent).toHaveLength(2)
  })
})

describe('requests that are upstream at once', () => {
  test('are bounded: one more is 503 UO', async () => {
    const { response, sent, entries } = await play(tableWith({}), { limits: { maxUpstreamRequests: 0 } })
    expect(sent).toHaveLength(0)
    expect(response.status).toBe(503)
    expect(entries).toMatchObject([{ response_flags: 'UO', response_code_details: 'overflow' }])
  })

  test('leave their place when they are over, mirrors too', async () => {
    const table = tableWith({ mirrors: [{ cluster: 'shadow', percent: 100 }] })
    const limits = { maxUpstreamRequests: 1 }
    const { sent, response } = await play(table, { limits })
    // The request has taken the only place: its copy is not sent, and nobody misses it.
    expect(sent.map(({ url }) => url)).toEqual(['http://b.test:80/'])
    expect(response.status).toBe(200)
  })
})

describe('a mirror', () => {
  const mirrored = tableWith({ mirrors: [{ cluster: 'shadow', percent: 100 }] })
  const isShadow = (url: string) => url.startsWith('http://shadow.test')

  test('gets the same request, and its answer goes nowhere', async () => {
    const { sent, response } = await play(mirrored, {
      target: '/x?y',
      init: { headers: { 'x-kept': '1' } },
      endpoint: ({ url }) => new Response(isShadow(url) ? 'shadow' : 'main'),
    })
    expect(await response.text()).toBe('main')
    const copy = sent.find(({ url }) => isShadow(url))!
    const main = sent.find(({ url }) => !isShadow(url))!
    expect(copy.url).toBe('http://shadow.test:80/x?y')
    expect([...copy.headers]).toEqual([...main.headers])
    expect(copy.authority).toBe(main.authority)
  })

  test.each<{ title: string; shadow: 'silence' | UpstreamFault }>([
    { title: 'is silent', shadow: 'silence' },
    { title: 'is dead', shadow: 'connect' },
    { title: 'breaks off', shadow: 'reset' },
  ])('that $title delays nothing', async ({ shadow }) => {
    const { response, elapsedMs, entries } = await play(mirrored, {
      endpoint: ({ url }) => (isShadow(url) ? shadow : new Response('main')),
    })
    expect(await response.text()).toBe('main')
    expect(elapsedMs).toBe(0)
    expect(entries).toMatchObject([{ response_flags: '-' }])
  })

  test('is given up after the route’s timeout', async () => {
    const table = tableWith({ timeoutMs: 700, mirrors: [{ cluster: 'shadow', percent: 100 }] })
    const { sent } = await play(table, {
      endpoint: ({ url }) => (isShadow(url) ? 'silence' : new Response('main')),
    })
    expect(sent.find(({ url }) => isShadow(url))!.isCancelled).toBe(true)
  })

  test('gets the body once all of it has come, and nothing of one that is too large', async () => {
    const init = { method: 'POST' }
    const copies = async (text: string) => {
      const { sent } = await play(mirrored, { init, body: new PlayedBody(text) })
      return sent.filter(({ url }) => isShadow(url)).map(({ body }) => body)
    }
    expect(await copies('small')).toEqual(['small'])
    expect(await copies('x'.repeat(replayLimitBytes + 1))).toEqual([])
  })

  test('is asked once, however often the request is tried', async () => {
    const table = tableWith({
      retries: { ...defaultRetries, on: ['5xx'], attempts: 3 },
      mirrors: [{ cluster: 'shadow', percent: 100 }],
    })
    const { sent } = await play(table, {
      endpoint: ({ url }) => (isShadow(url) ? new Response('') : new Response(null, { status: 503 })),
    })
    expect(sent.filter(({ url }) => isShadow(url))).toHaveLength(1)
    expect(sent).toHaveLength(5)
  })
})
