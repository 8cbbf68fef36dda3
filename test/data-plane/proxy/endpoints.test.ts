import { describe, expect, test } from 'vitest'
import { Balancers } from '../../../src/data-plane/balance/balancers.ts'
import { Lease } from '../../../src/data-plane/limit/lease.ts'
import type { ForwardPlan } from '../../../src/data-plane/plan/request-plan.ts'
import type { AttemptOutcome, BodyEnd, Platform, UpstreamResponse } from '../../../src/data-plane/platform.ts'
import { resultOf } from '../../../src/data-plane/proxy/attempt-result.ts'
import { Attempts } from '../../../src/data-plane/proxy/attempts.ts'
import { createGateway } from '../../../src/data-plane/proxy/gateway.ts'
import type { ForwardAction } from '../../../src/fib/action.ts'
import type { Cluster } from '../../../src/fib/cluster.ts'
import type { OutlierDetection } from '../../../src/fib/outlier-detection.ts'
import { defaultRetries } from '../../../src/fib/retry.ts'
import type { TableView } from '../../../src/fib/view.ts'
import { type AccessLogEntry, accessLogObserver } from '../../../src/telemetry/access-log.ts'
import { type Play, play, type Sent, tableOf } from './play.ts'

const origin = { file: 'x.yaml', start: { line: 1, column: 1, offset: 0 }, end: { line: 1, column: 1, offset: 0 } }
const endpoint = (address: string) => ({ scheme: 'http', address, port: 80, weight: 1 }) as const

/** The first error is one too many. */
const atOnce: OutlierDetection = {
  serverErrors: 1,
  intervalMs: 1000,
  baseEjectionMs: 60_000,
  maxEjectionPercent: 100,
  minHealthPercent: 0,
}

/** One route to a cluster of these endpoints. */
function tableWith(
  addresses: readonly string[],
  cluster: Partial<Cluster>,
  action: Partial<ForwardAction<string>> = {},
  others: readonly Cluster[] = [],
) {
  const forward = { kind: 'forward', destinations: [{ cluster: 'c', weight: 1 }], ...action } as const
  return tableOf({
    clusters: new Map([
      ['c', { name: 'c', isKnown: true, endpoints: addresses.map(endpoint), ...cluster }],
      ...others.map(other => [other.name, other] as const),
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

/** A gateway that serves one request after the other, each a while after the one before. */
function gatewayWith(table: TableView) {
  const entries: AccessLogEntry[] = []
  const gateway = createGateway(
    accessLogObserver(entry => entries.push(entry)),
    error => {
      throw error
    },
  )
  let nowMs = 0
  return {
    async ask(answer: (sent: Sent) => Play, init: RequestInit = {}, end: BodyEnd = 'whole') {
      nowMs += 2000
      const platform = { now: () => nowMs }
      const { response, sent } = await play(table, { gateway, init, endpoint: answer, platform, end })
      return { response, asked: sent.map(({ url }) => new URL(url).hostname), entry: entries.at(-1)! }
    },
  }
}

const ok = () => new Response('ok')
const broken = () => new Response('broken', { status: 500 })

describe('an endpoint that fails', () => {
  test('is asked no more, and another one is', async () => {
    const gateway = gatewayWith(tableWith(['a.test', 'b.test'], { outlierDetection: atOnce }))
    const [first] = (await gateway.ask(broken)).asked
    const others = [await gateway.ask(ok), await gateway.ask(ok), await gateway.ask(ok)]
    expect(others.flatMap(({ asked }) => asked)).not.toContain(first)
  })

  test('with all others leaves nobody to ask: 503 (UH)', async () => {
    const gateway = gatewayWith(tableWith(['a.test', 'b.test'], { outlierDetection: atOnce }))
    await gateway.ask(broken)
    await gateway.ask(broken)
    const { response, asked, entry } = await gateway.ask(ok)
    expect([response.status, asked]).toEqual([503, []])
    expect(entry).toMatchObject({
      response_flags: 'UH',
      response_code_details: 'no_healthy_upstream',
      upstream_host: null,
      upstream_request_attempt_count: 0,
    })
  })

  test('leaves nobody to ask for a retry, either: 503 (UH), with the one that was asked', async () => {
    const retries = { ...defaultRetries, on: ['connect-failure'] as const }
    const gateway = gatewayWith(tableWith(['a.test'], { outlierDetection: atOnce }, { retries }))
    const { response, asked, entry } = await gateway.ask(() => 'connect')
    expect([response.status, asked]).toEqual([503, ['a.test']])
    expect(entry).toMatchObject({
      response_flags: 'UH',
      upstream_host: 'a.test:80',
      upstream_request_attempt_count: 1,
    })
  })

  test('as a mirror is not asked for further copies', async () => {
    const shadow = { name: 's', isKnown: true, endpoints: [endpoint('s.test')], outlierDetection: atOnce }
    const mirrored = tableWith(['a.test'], {}, { mirrors: [{ cluster: 's', percent: 100 }] }, [shadow])
    const gateway = gatewayWith(mirrored)
    const onlyMainAnswers = (sent: Sent) => (sent.url.includes('s.test') ? broken() : ok())
    expect((await gateway.ask(onlyMainAnswers)).asked.sort()).toEqual(['a.test', 's.test'])
    expect((await gateway.ask(onlyMainAnswers)).asked).toEqual(['a.test'])
  })

  test('as a mirror, by taking too long, is not asked for further copies', async () => {
    const shadow = { name: 's', isKnown: true, endpoints: [endpoint('s.test')], outlierDetection: atOnce }
    const mirrored = tableWith(['a.test'], {}, { mirrors: [{ cluster: 's', percent: 100 }] }, [shadow])
    const gateway = gatewayWith(mirrored)
    const onlyMainAnswers = (sent: Sent) => (sent.url.includes('s.test') ? 'silence' : ok())
    expect((await gateway.ask(onlyMainAnswers)).asked.sort()).toEqual(['a.test', 's.test'])
    expect((await gateway.ask(onlyMainAnswers)).asked).toEqual(['a.test'])
  })

  test('by taking too long is asked no more, be it for a try or in all', async () => {
    const retries = { ...defaultRetries, attempts: 0, perTryTimeoutMs: 100 }
    for (const action of [{ timeoutMs: 100 }, { retries }]) {
      const gateway = gatewayWith(tableWith(['a.test'], { outlierDetection: atOnce }, action))
      expect((await gateway.ask(() => 'silence')).response.status).toBe(504)
      expect((await gateway.ask(ok)).asked).toEqual([])
    }
  })

  test('with a body that breaks off is asked no more', async () => {
    const gateway = gatewayWith(tableWith(['a.test'], { outlierDetection: atOnce }))
    expect((await gateway.ask(ok, {}, 'reset')).response.status).toBe(200)
    expect((await gateway.ask(ok)).asked).toEqual([])
  })

  test('is asked for as long as it is the client who breaks off', async () => {
    const gateway = gatewayWith(tableWith(['a.test'], { outlierDetection: atOnce }))
    await gateway.ask(() => 'request')
    await gateway.ask(ok, {}, 'cut')
    expect((await gateway.ask(ok)).asked).toEqual(['a.test'])
  })
})

describe('what an attempt tells of its endpoint', () => {
  const answered = (status: number, headers: Record<string, string> = {}, isConnectFailure = false) => {
    const response = { status, headers: new Headers(headers), isConnectFailure } as unknown as UpstreamResponse
    return { kind: 'responded', response } as const
  }
  const failed = (fault: Extract<AttemptOutcome, { kind: 'failed' }>['fault']) =>
    ({ kind: 'failed', fault, reason: '' }) as const
  const unconnected = { ...failed('cancelled'), isConnected: false } as const
  test.each<[string, AttemptOutcome, Partial<Parameters<typeof resultOf>[1]>, ReturnType<typeof resultOf>]>([
    ['its status', answered(404), {}, 404],
    ['that there is none, where the platform made the answer', answered(522, {}, true), {}, 'connect'],
    ['what gRPC says, to a client of gRPC', answered(200, { 'grpc-status': '14' }), { isGrpc: true }, 503],
    ['that of gRPC that is a word', answered(200, { 'grpc-status': 'constructor' }), { isGrpc: true }, 500],
    ['its status, where gRPC says nothing', answered(200, { 'grpc-status': '' }), { isGrpc: true }, 200],
    ['that of gRPC that means nothing', answered(200, { 'grpc-status': '99' }), { isGrpc: true }, 500],
    ['its status, to other clients', answered(200, { 'grpc-status': '14' }), {}, 200],
    ['its status, where gRPC says something behind the body', answered(200), { isGrpc: true }, 200],
    ['that there was no connection', failed('connect'), {}, 'connect'],
    ['that it broke off', failed('reset'), {}, 'reset'],
    ['that it does not speak HTTP', failed('protocol'), {}, 'reset'],
    ['that time was up', failed('cancelled'), { isLate: true }, 'timeout'],
    ['nothing, where time was up before there was a connection', unconnected, { isLate: true }, undefined],
    ['nothing, where we gave up for another reason', failed('cancelled'), {}, undefined],
    ['nothing, where the client is to blame', failed('request'), {}, undefined],
    ['nothing, where nothing moved', failed('idle'), {}, undefined],
  ])('is %s', (_, outcome, facts, result) => {
    expect(resultOf(outcome, { isGrpc: false, isLate: false, ...facts })).toBe(result)
  })
})

const clusterOfTwo: Cluster = { name: 'c', isKnown: true, endpoints: [endpoint('a.test'), endpoint('b.test')] }

describe('requests under way are counted', () => {
  const cluster = clusterOfTwo
  const responded = {
    kind: 'responded',
    response: { status: 200, headers: new Headers(), whenClosed: () => {} } as unknown as UpstreamResponse,
  } as const
  const failed = { kind: 'failed', fault: 'connect', reason: '' } as const

  /** Runs attempts that end one after the other like this, and tells how many are under way at each moment. */
  async function run(outcomes: AttemptOutcome[]) {
    const balancer = new Balancers().of(cluster, { random: () => 0, nowMs: 0 })
    const counts: number[][] = []
    const count = () => counts.push(balancer.states.map(({ active }) => active))
    const platform = {
      random: () => 0,
      now: () => 0,
      startTimer: (_: number, onElapsed: () => void) => {
        queueMicrotask(onElapsed)
        return () => {}
      },
      send: () => {
        count()
        return { outcome: Promise.resolve(outcomes.shift()!), cancel() {} }
      },
    } as unknown as Platform
    const request = { method: 'GET', headers: new Headers(), body: undefined, isWebSocket: false }
    const plan = { cluster, target: '/', authority: 'a', retries: { ...defaultRetries, avoidsTriedEndpoints: false } }
    const lease = new Lease(platform)
    const sending = { request, platform, lease, headers: new Headers(), balancer }
    await new Attempts(plan as unknown as ForwardPlan, sending).run()
    return { lease, counts, count }
  }

  test('until the response is over', async () => {
    const { lease, counts, count } = await run([responded])
    count()
    lease.release()
    lease.release()
    count()
    expect(counts).toEqual([
      [1, 0],
      [1, 0],
      [0, 0],
    ])
  })

  test('one at a time, where they are tried again', async () => {
    const { lease, counts, count } = await run([failed, failed, responded])
    lease.release()
    count()
    expect(counts).toEqual([
      [1, 0],
      [1, 0],
      [1, 0],
      [0, 0],
    ])
  })

  test('no more where all of them failed', async () => {
    const { lease, counts, count } = await run([failed, failed, failed])
    lease.release()
    count()
    expect(counts.at(-1)).toEqual([0, 0])
  })
})

test('a copy is under way as long as it is not answered', async () => {
  const limited = { limits: { maxRequests: 1 } }
  const shadow = { name: 's', isKnown: true, endpoints: [endpoint('s.test')], ...limited }
  const gateway = gatewayWith(tableWith(['a.test'], {}, { mirrors: [{ cluster: 's', percent: 100 }] }, [shadow]))
  for (let count = 0; count < 3; count++) expect((await gateway.ask(ok)).asked.sort()).toEqual(['a.test', 's.test'])
})

describe('a client without the cookie that its endpoint is chosen by', () => {
  const balancing = { kind: 'ring', minSize: 1024 } as const
  const hashKeys = [{ kind: 'cookie', name: 'sid', ttlSeconds: 60 }] as const
  const table = tableWith(['a.test', 'b.test', 'c.test'], { balancing }, { hashKeys })

  test('is given one beside those of the endpoint, which leads back to it', async () => {
    const gateway = gatewayWith(table)
    const first = await gateway.ask(() => new Response('ok', { headers: { 'set-cookie': 'own=1' } }))
    const [own, given] = first.response.headers.getSetCookie()
    expect(own).toBe('own=1')
    expect(given).toMatch(/^sid="[0-9a-f]{16}"; Max-Age=60; HttpOnly$/)
    const cookie = given!.split(';')[0]!
    const again = await gateway.ask(ok, { headers: { cookie } })
    expect(again.asked).toEqual(first.asked)
    expect(again.response.headers.getSetCookie()).toEqual([])
  })

  test('is given none where endpoints are chosen in another way', async () => {
    const { response } = await gatewayWith(tableWith(['a.test', 'b.test'], {}, { hashKeys })).ask(ok)
    expect(response.headers.getSetCookie()).toEqual([])
  })
})

test('a key is read from the headers that the route has changed, as in Envoy', async () => {
  const changes = [{ remove: [], put: [{ name: 'x-user', value: ['one'], appends: false }] }]
  const destinations = [{ cluster: 'c', weight: 1, headers: { request: changes, response: [] } }]
  const hashKeys = [{ kind: 'header', name: 'x-user' }] as const
  const addresses = Array.from({ length: 8 }, (_, index) => `e${index}.test`)
  const balancing = { kind: 'maglev', size: 997 } as const
  const gateway = gatewayWith(tableWith(addresses, { balancing }, { hashKeys, destinations }))
  const asked = new Set<string | undefined>()
  for (const user of ['a', 'b', 'c', 'd', 'e']) {
    asked.add((await gateway.ask(ok, { headers: { 'x-user': user } })).asked[0])
  }
  expect(asked.size).toBe(1)
})
