import { describe, expect, test, vi } from 'vitest'
import type { PathMatch, Rib, Route } from '../../../src/control-plane/ir/rib.ts'
import { noRoute } from '../../../src/data-plane/plan/refusals.ts'
import type { HeaderFields, Platform, UpstreamFault } from '../../../src/data-plane/platform.ts'
import { createGateway } from '../../../src/data-plane/proxy/gateway.ts'
import { hopHeader } from '../../../src/data-plane/proxy/hops.ts'
import { templateValues } from '../../../src/data-plane/proxy/template-values.ts'
import type { Action, ForwardAction } from '../../../src/fib/action.ts'
import type { Cluster } from '../../../src/fib/cluster.ts'
import type { ClientContext } from '../../../src/fib/request-head.ts'
import { webRequest } from '../../../src/runtimes/web-request.ts'
import { type AccessLogEntry, accessLogObserver } from '../../../src/telemetry/access-log.ts'
import { type Play, PlayedBody, play, tableOf } from './play.ts'

const origin = { file: 'x.yaml', start: { line: 1, column: 1, offset: 0 }, end: { line: 1, column: 1, offset: 0 } }
const endpoint = (address: string) => ({ scheme: 'https', address, port: 443, weight: 1 }) as const
const clusters: readonly Cluster[] = [
  { name: 'good', isKnown: true, endpoints: [endpoint('origin.example')] },
  { name: 'limited', isKnown: true, endpoints: [endpoint('origin.example')], limits: { maxRequests: 1 } },
  { name: 'v6', isKnown: true, endpoints: [endpoint('2001:db8::1')] },
  { name: 'empty', isKnown: true, endpoints: [] },
  { name: 'unknown', isKnown: false, endpoints: [] },
]

function routeTo(path: PathMatch | undefined, action: Action<string>): Route {
  return { name: action.kind, match: { ...(path && { path }), conditions: [] }, action, origin }
}

const prefix = (value: string): PathMatch => ({ kind: 'prefix', value, ignoresCase: false })
const to = (cluster: string, rewrite?: string): Action<string> => ({
  kind: 'forward',
  destinations: [{ cluster, weight: 1 }],
  ...(rewrite !== undefined && { rewrite: { kind: 'prefix', path: rewrite } }),
})

const pathOperator = { operator: 'REQ', header: ':path' } as const
const hostOperator = { operator: 'UPSTREAM_HOST' } as const
const codeOperator = { operator: 'RESPONSE_CODE' } as const

const rib: Rib = {
  clusters: new Map(clusters.map(cluster => [cluster.name, cluster])),
  listeners: [
    {
      name: 'default',
      protocol: 'http',
      virtualHosts: [
        {
          domains: ['a.example'],
          routes: [
            routeTo(prefix('/unknown'), to('unknown')),
            routeTo(prefix('/empty'), to('empty')),
            routeTo(prefix('/limited'), to('limited')),
            routeTo(prefix('/v6'), to('v6')),
            routeTo(prefix('/strip/'), to('good', '/')),
            routeTo(prefix('/old'), to('good', '/new/')),
            routeTo(prefix('/bare'), to('good', 'x')),
            routeTo(prefix('/hash'), to('good', '/new#\t')),
            routeTo({ kind: 'regex', regex: '/r/.*' }, to('good', '/whole')),
            routeTo(prefix('/teapot'), { kind: 'respond', status: 418, body: { text: 'short and stout' } }),
            routeTo(prefix('/gone'), { kind: 'respond', status: 204, body: { text: 'never sent' } }),
            routeTo(prefix('/moved'), { kind: 'redirect', status: 308, authority: 'b.example', scheme: 'https' }),
            {
              ...routeTo(prefix('/near'), to('good', '/germany')),
              match: {
                path: prefix('/near'),
                conditions: [
                  {
                    subject: 'header',
                    name: 'x-signalbox-client-country',
                    match: { kind: 'exact', value: 'DE' },
                    isNegated: false,
                  },
                ],
              },
            },
            routeTo(prefix('/slow-abort'), {
              ...to('good'),
              fault: { delay: { durationMs: 250, percent: 100 }, abort: { status: 418, percent: 100 } },
            } as Action<string>),
            routeTo(prefix('/changed'), {
              kind: 'forward',
              authority: 'inner.example',
              destinations: [
                {
                  cluster: 'good',
                  weight: 1,
                  headers: {
                    request: [{ remove: ['x-gone'], put: [{ name: 'x-path', value: [pathOperator], appends: false }] }],
                    response: [
                      { remove: ['server'], put: [{ name: 'x-code', value: [codeOperator], appends: false }] },
                    ],
                  },
                },
              ],
            }),
            routeTo(undefined, to('good')),
          ],
        },
      ],
    },
  ],
}
const table = tableOf(rib)

/** Sends one request through the gateway, to an origin that is played by `answer`. */
async function send(
  target: string,
  init: RequestInit = {},
  answer: () => Play | Promise<Play> = () => new Response('hello'),
  client: ClientContext = {},
) {
  const { response, sent, entries } = await play(table, { target, init, endpoint: answer, client })
  expect(entries).toHaveLength(1)
  return { response, fetched: sent[0], entry: entries[0]! }
}

describe('a request that cannot be served is answered with the reason in the log alone', () => {
  test.each([
    { title: 'no virtual host', target: '/', host: 'b.example', status: 404, flag: 'NR', body: '' },
    {
      title: 'a cluster that nothing declares',
      target: '/unknown',
      status: 503,
      flag: 'NC',
      body: 'service unavailable',
    },
    { title: 'a cluster without endpoints', target: '/empty', status: 503, flag: 'UH', body: 'service unavailable' },
    {
      title: 'a Host with a path in it',
      target: '/',
      host: 'a.example/x',
      status: 400,
      flag: 'DPE',
      body: 'bad request',
    },
    { title: 'an escaped NUL', target: '/a%00', status: 400, flag: 'DPE', body: 'bad request' },
    {
      title: 'a rewrite that makes a dot segment',
      target: '/old../x',
      status: 400,
      flag: 'DPE',
      body: 'bad request',
    },
  ])('$title: $status $flag', async ({ target, host, status, flag, body }) => {
    const { response, fetched, entry } = await send(target, { headers: { host: host ?? 'a.example' } })
    expect(fetched).toBeUndefined()
    expect(response.status).toBe(status)
    expect(await response.text()).toBe(body)
    expect(entry).toMatchObject({ response_code: status, response_flags: flag })
  })

  test.each<{ fault: UpstreamFault; status: number; flags: string; body: string; details: string }>([
    {
      fault: 'connect',
      status: 503,
      flags: 'UF,URX',
      body: 'service unavailable',
      details: 'upstream_reset_before_response_started{connect by 10.0.0.7}',
    },
    {
      fault: 'reset',
      status: 503,
      flags: 'UC',
      body: 'service unavailable',
      details: 'upstream_reset_before_response_started{reset by 10.0.0.7}',
    },
    {
      fault: 'protocol',
      status: 502,
      flags: 'UPE',
      body: 'bad gateway',
      details: 'upstream_protocol_error{protocol by 10.0.0.7}',
    },
    {
      fault: 'idle',
      status: 504,
      flags: 'SI',
      body: 'upstream request timeout',
      details: 'stream_idle_timeout',
    },
  ])('an endpoint with a fault of kind $fault: $status $flags', async ({ fault, status, flags, body, details }) => {
    const { response, entry } = await send('/', {}, () => fault)
    expect(response.status).toBe(status)
    expect(await response.text()).toBe(body)
    expect(entry).toMatchObject({
      response_code: status,
      response_flags: flags,
      response_code_details: details,
      upstream_host: 'origin.example:443',
    })
  })
})

test('a fault of our own is 500 without a word to the client, and has its log entry', async () => {
  const entries: AccessLogEntry[] = []
  const faults: unknown[] = []
  const gateway = createGateway(
    accessLogObserver(entry => entries.push(entry)),
    error => faults.push(error),
  )
  const broken = { now: () => 0, random: () => 0, newHeaders: () => new Headers() } as unknown as Platform
  const request = webRequest(new Request('http://a.example/', { headers: { host: 'a.example' } }), undefined)
  const reply = await gateway(request, table, broken)
  expect(reply).toMatchObject({ kind: 'local', status: 500, body: undefined })
  expect(faults).toHaveLength(1)
  expect(entries).toMatchObject([{ response_code: 500, response_code_details: 'gateway_fault' }])
})

describe.each([
  { place: 'place', target: '/', maxUpstreamRequests: 1 },
  { place: 'place at its cluster', target: '/limited', maxUpstreamRequests: 2 },
])('a fault of our own gives back the $place that its request has taken', ({ target, maxUpstreamRequests }) => {
  const noise = () => {
    throw new Error('of our own')
  }
  /** A response whose headers have to be copied, since one of them ends at this hop. */
  const response = {
    status: 200,
    headers: new Headers({ 'keep-alive': 'timeout=5' }),
    copyHeaders: noise,
    discard: vi.fn(),
    whenClosed: () => {},
  }
  test.each<{ title: string; send: Platform['send']; discarded: number }>([
    { title: 'before it is sent', send: noise, discarded: 0 },
    {
      title: 'when its answer is handed on; nobody reads that any more',
      send: () => ({ outcome: Promise.resolve({ kind: 'responded', response }), cancel: () => {} }),
      discarded: 2,
    },
  ])('$title', async ({ send, discarded }) => {
    const ours: Partial<Platform> = { send, now: () => 0, random: () => 0, newHeaders: () => new Headers() }
    const platform = { ...ours, keepsHost: true, keepsTarget: true, keepsTrailers: true, uuid: () => 'id' } as Platform
    const gateway = createGateway(undefined, () => {}, { maxUpstreamRequests })
    // 503 if the only place were still taken.
    for (let turn = 0; turn < 2; turn++) {
      const request = webRequest(
        new Request(`http://a.example${target}`, { headers: { host: 'a.example' } }),
        undefined,
      )
      expect(await gateway(request, table, platform)).toMatchObject({ status: 500 })
    }
    expect(response.discard).toHaveBeenCalledTimes(discarded)
  })
})

describe('a fault that the route asks for', () => {
  test('delays, then aborts, and shows both in the log', async () => {
    const { response, fetched, entry } = await send('/slow-abort')
    expect(fetched).toBeUndefined()
    expect(response.status).toBe(418)
    expect(await response.text()).toBe('fault filter abort')
    expect(entry).toMatchObject({ response_flags: 'DI,FI', duration: 250 })
  })

  test('is told to a gRPC client in its own words', async () => {
    const { response } = await send('/slow-abort', { headers: { 'content-type': 'application/grpc' } })
    expect(response.status).toBe(200)
    expect(response.headers.get('grpc-status')).toBe('2')
    expect(response.headers.get('grpc-message')).toBe('fault filter abort')
  })
})

describe('the endpoint is asked for the rewritten path', () => {
  test.each([
    {
      title: 'without a rewrite, for the path as matched',
      target: '/x/../y?q=1',
      url: 'https://origin.example:443/y?q=1',
    },
    { title: 'a prefix is replaced, and nothing else', target: '/old/x?q', url: 'https://origin.example:443/new//x?q' },
    {
      title: 'a regex match replaces the whole path',
      target: '/r/a/b?q=1',
      url: 'https://origin.example:443/whole?q=1',
    },
    { title: 'an empty query keeps its mark', target: '/strip/a?', url: 'https://origin.example:443/a?' },
    { title: 'an IPv6 address stands in brackets', target: '/v6', url: 'https://[2001:db8::1]:443/v6' },
    {
      title: 'what a URL parser would cut off or drop is escaped',
      target: '/hash/secret?x=1',
      url: 'https://origin.example:443/new%23%09/secret?x=1',
    },
    {
      title: 'a rewrite without a slash cannot run into the authority',
      target: '/bare@evil.example/',
      url: 'https://origin.example:443/x@evil.example/',
    },
  ])('$title', async ({ target, url }) => {
    const { fetched, entry } = await send(target)
    expect(fetched!.url).toBe(url)
    expect(`https://${entry.upstream_host}${entry.upstream_path}`).toBe(url)
  })
})

describe('headers', () => {
  test('those of one hop end here, in both directions, and so do those that Connection names', async () => {
    const { response, fetched } = await send(
      '/',
      {
        headers: {
          te: 'trailers',
          connection: 'x-private, keep-alive',
          'x-private': '1',
          'keep-alive': '5',
          'x-kept': '1',
        },
      },
      () => new Response('hello', { headers: { connection: 'x-hop', 'x-hop': '1', 'x-kept': '2', 'keep-alive': '5' } }),
    )
    for (const name of ['te', 'connection', 'x-private', 'keep-alive', 'host'])
      expect(fetched!.headers.has(name)).toBe(false)
    expect(fetched!.headers.get('x-kept')).toBe('1')
    for (const name of ['connection', 'x-hop', 'keep-alive']) expect(response.headers.has(name)).toBe(false)
    expect(response.headers.get('x-kept')).toBe('2')
  })

  test('the reserved prefix and x-envoy- cannot be sent by clients', async () => {
    const { fetched } = await send('/', { headers: { 'x-signalbox-client-country': 'XX', 'x-envoy-retry-on': '5xx' } })
    expect([...fetched!.headers.keys()].filter(name => /^x-(?:signalbox|envoy)-/.test(name))).toEqual([hopHeader])
  })

  test('the origin learns what the client asked for', async () => {
    const { fetched } = await send('/', { headers: { host: 'A.example:8080', 'x-forwarded-proto': 'https' } })
    expect(fetched!.headers.get('x-forwarded-host')).toBe('A.example:8080')
    expect(fetched!.headers.get('x-forwarded-proto')).toBe('http')
  })

  test('are changed by the route, in both directions, with the path as the client asked for it', async () => {
    const { response, fetched } = await send(
      '/changed/x?q=1',
      { headers: { 'x-gone': '1' } },
      () => new Response('hello', { status: 201, headers: { server: 'origin' } }),
    )
    expect(fetched!.headers.get('x-path')).toBe('/changed/x?q=1')
    expect(fetched!.headers.has('x-gone')).toBe(false)
    expect(fetched!.headers.get('x-forwarded-host')).toBe('inner.example')
    expect(response.headers.get('x-code')).toBe('201')
    expect(response.headers.has('server')).toBe(false)
  })

  test('Connection cannot name away what other hops vouch for', async () => {
    const { fetched } = await send('/', {
      headers: { connection: 'X-Forwarded-For, x-mine', 'x-forwarded-for': '192.0.2.1', 'x-mine': '1' },
    })
    expect(fetched!.headers.get('x-forwarded-for')).toBe('192.0.2.1')
    expect(fetched!.headers.has('x-mine')).toBe(false)
  })

  test('several cookies arrive as several lines', async () => {
    const headers = new Headers([
      ['set-cookie', 'a=1'],
      ['set-cookie', 'b=2'],
      ['connection', 'close'],
    ])
    const { response } = await send('/', {}, () => new Response(null, { headers }))
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
  })
})

describe('what a gateway at the edge says of a request', () => {
  const peer = { address: '198.51.100.7' }
  const trusting = { ...table, trustedHops: 1 }

  test('the peer is appended to what it says of its own peers', async () => {
    const forwardedFor = async (headers: Record<string, string>) =>
      (await play(table, { init: { headers }, client: peer })).sent[0]!.headers.get('x-forwarded-for')
    expect(await forwardedFor({})).toBe('198.51.100.7')
    expect(await forwardedFor({ 'x-forwarded-for': '192.0.2.1' })).toBe('192.0.2.1,198.51.100.7')
  })

  test('the scheme is this hop’s, unless a trusted proxy tells the client’s', async () => {
    const init = { headers: { 'x-forwarded-proto': 'https' } }
    expect((await play(table, { init, client: peer })).sent[0]!.headers.get('x-forwarded-proto')).toBe('http')
    expect((await play(trusting, { init, client: peer })).sent[0]!.headers.get('x-forwarded-proto')).toBe('https')
  })

  test('each request has an id of its own, whatever its client says', async () => {
    const ids = ['first', 'second']
    const platform = { uuid: () => ids.shift()! }
    const init = { headers: { 'x-request-id': 'mine' } }
    for (const id of ['first', 'second']) {
      const { sent } = await play(table, { init, platform })
      expect(sent[0]!.headers.get('x-request-id')).toBe(id)
    }
  })

  test('Host is told in a header only where it cannot be sent', async () => {
    const { sent } = await play(table, { platform: { keepsHost: true } })
    expect(sent[0]!.authority).toBe('a.example')
    expect(sent[0]!.headers.has('x-forwarded-host')).toBe(false)
  })

  test('the gateways that it has come through are counted, and a loop ends', async () => {
    const through = async (hops: string) => {
      const { response, sent, entries } = await play(table, { init: { headers: { [hopHeader]: hops } } })
      return { status: response.status, next: sent[0]?.headers.get(hopHeader), flags: entries[0]!.response_flags }
    }
    expect(await through('2')).toEqual({ status: 200, next: '3', flags: '-' })
    expect(await through('7')).toEqual({ status: 200, next: '8', flags: '-' })
    expect(await through('8')).toEqual({ status: 508, next: undefined, flags: 'DPE' })
    expect(await through('none')).toEqual({ status: 508, next: undefined, flags: 'DPE' })
  })
})

describe('a response that breaks off behind its head', () => {
  test.each([
    { end: 'whole', flags: '-', details: 'via_upstream' },
    { end: 'reset', flags: 'UC', details: 'upstream_reset_after_response_started' },
    { end: 'idle', flags: 'SI', details: 'stream_idle_timeout' },
  ] as const)('is told in the log: $end is $flags', async ({ end, flags, details }) => {
    const { response, entries } = await play(table, { end })
    expect(response.status).toBe(200)
    expect(entries).toMatchObject([{ response_code: 200, response_flags: flags, response_code_details: details }])
  })
})

test('an operator stands for the first line of a header, where the runtime knows lines', async () => {
  const lines = { get: () => 'one, two', valuesOf: () => ['one', 'two'] }
  const context = { request: { headers: lines as unknown as HeaderFields }, head: undefined, startMs: 0 }
  expect(templateValues(noRoute, context, {}).request('x-many')).toBe('one')
  expect(templateValues(noRoute, context, { responseHeaders: { get: () => 'a, b' } }).response('x-many')).toBe('a, b')
})

test('request headers are changed before an endpoint is chosen: of those two, only a response can name it', async () => {
  const told = [{ remove: [], put: [{ name: 'x-at', value: ['at ', hostOperator], appends: false }] }]
  const action = to('good') as ForwardAction<string>
  const destinations = action.destinations.map(each => ({ ...each, headers: { request: told, response: told } }))
  const naming = tableOf({
    ...rib,
    listeners: [
      {
        ...rib.listeners[0]!,
        virtualHosts: [{ domains: ['a.example'], routes: [routeTo(undefined, { ...action, destinations })] }],
      },
    ],
  } as Rib)
  const { sent, response } = await play(naming)
  expect(sent[0]!.headers.get('x-at')).toBe('at')
  expect(response.headers.get('x-at')).toBe('at origin.example:443')
})

describe('what cannot be carried', () => {
  const grpc = { method: 'POST', headers: { 'content-type': 'application/grpc' } }

  test('a body in another transfer coding than chunked is 501', async () => {
    const body = () => new PlayedBody('x')
    const coded = async (codings: string) => {
      const init = { method: 'POST', headers: { 'transfer-encoding': codings } }
      const { response, sent } = await play(table, { init, body: body() })
      return [response.status, sent.length]
    }
    expect(await coded('Chunked')).toEqual([200, 1])
    expect(await coded('gzip, chunked')).toEqual([501, 0])
    expect(await coded('identity')).toEqual([501, 0])
  })

  test('a gRPC answer whose status would be lost with its trailers is an error, not half an answer', async () => {
    const { response, entries } = await play(table, { init: grpc })
    expect(response.headers.get('grpc-status')).toBe('12')
    expect(await response.text()).toBe('')
    expect(entries).toMatchObject([{ response_flags: 'UPE', response_code_details: 'trailers_not_supported' }])
  })

  test('a gRPC answer without a body tells its status in time', async () => {
    const { response } = await play(table, {
      init: grpc,
      endpoint: () => new Response(null, { headers: { 'grpc-status': '5' } }),
    })
    expect(response.headers.get('grpc-status')).toBe('5')
  })

  test('a gRPC answer is handed on where trailers are', async () => {
    const { response } = await play(table, { init: grpc, platform: { keepsTrailers: true } })
    expect(await response.text()).toBe('hello')
  })

  test('a path that `fetch` would resolve is refused, but not where targets are sent as they are', async () => {
    const ask = async (keepsTarget: boolean) => {
      const { response, sent } = await play(table, { target: '/old../x', platform: { keepsTarget } })
      return [response.status, sent[0]?.url]
    }
    expect(await ask(false)).toEqual([400, undefined])
    expect(await ask(true)).toEqual([200, 'https://origin.example:443/new/../x'])
  })
})

describe('what the runtime knows of the client', () => {
  test('can be matched as a header, and is not forwarded by itself', async () => {
    const { fetched } = await send('/near', {}, undefined, { country: 'DE' })
    expect(fetched!.url).toBe('https://origin.example:443/germany')
    expect([...fetched!.headers.keys()].filter(name => name.startsWith('x-signalbox-'))).toEqual([hopHeader])
  })

  test.each([
    { title: 'the client is elsewhere', client: { country: 'FR' } },
    { title: 'nothing is known', client: {} },
  ])('is not what a client says of itself, where $title', async ({ client }) => {
    const { fetched } = await send('/near', { headers: { 'x-signalbox-client-country': 'DE' } }, undefined, client)
    expect(fetched!.url).toBe('https://origin.example:443/near')
  })
})

describe('a route can answer by itself', () => {
  test('with a status and a text', async () => {
    const { response, entry } = await send('/teapot')
    expect(response.status).toBe(418)
    expect(await response.text()).toBe('short and stout')
    expect(response.headers.get('content-type')).toBe('text/plain')
    expect(entry).toMatchObject({ response_flags: '-', response_code_details: 'direct_response', upstream_host: null })
  })

  test('without a body where its status has none', async () => {
    const { response } = await send('/gone')
    expect(response.status).toBe(204)
    expect(response.body).toBeNull()
  })

  test('with a redirect', async () => {
    const { response } = await send('/moved/x?y')
    expect(response.status).toBe(308)
    expect(response.headers.get('location')).toBe('https://b.example/moved/x?y')
  })
})
