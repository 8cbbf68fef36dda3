import { describe, expect, test } from 'vitest'
import { Balancers } from '../../../src/data-plane/balance/balancers.ts'
import { ConcurrencyLimit } from '../../../src/data-plane/limit/concurrency-limit.ts'
import { Lease } from '../../../src/data-plane/limit/lease.ts'
import type { ForwardPlan } from '../../../src/data-plane/plan/request-plan.ts'
import type { AttemptOutcome, BodyEnd, Platform, UpstreamResponse } from '../../../src/data-plane/platform.ts'
import { forward } from '../../../src/data-plane/proxy/forward.ts'
import { createGateway, type Gateway } from '../../../src/data-plane/proxy/gateway.ts'
import type { RequestContext } from '../../../src/data-plane/proxy/request-context.ts'
import type { ForwardAction } from '../../../src/fib/action.ts'
import type { Cluster } from '../../../src/fib/cluster.ts'
import type { RequestHead } from '../../../src/fib/request-head.ts'
import { defaultRetries } from '../../../src/fib/retry.ts'
import { webRequest } from '../../../src/runtimes/web-request.ts'
import { PlayedBody, play, type Scene, tableOf } from './play.ts'

const origin = { file: 'x.yaml', start: { line: 1, column: 1, offset: 0 }, end: { line: 1, column: 1, offset: 0 } }
const cluster: Cluster = {
  name: 'c',
  isKnown: true,
  endpoints: [{ scheme: 'http', address: 'a.test', port: 80, weight: 1 }],
  limits: { maxConnections: 1, maxRequests: 1, maxRetries: 1 },
}
const retries = { ...defaultRetries, attempts: 1, on: ['connect-failure'], perTryTimeoutMs: 500 } as const

/** Lets everything happen that needs no time. */
const settle = () => new Promise(done => setImmediate(done))

/**
 * A request at a gateway and a cluster with room for one, on a runtime as workerd is: once its client has disconnected,
 * nothing more of its code is run. So all is looked at in the same moment, before anything behind an `await` comes.
 */
function oneRequest(outcomes: readonly AttemptOutcome[], fires = false) {
  const calls: { isOver: boolean }[] = []
  const timers = new Map<() => void, number>()
  const platform = {
    keepsHost: true,
    keepsTrailers: true,
    now: () => 0,
    random: () => 0,
    uuid: () => 'id',
    newHeaders: () => new Headers(),
    startTimer(durationMs: number, onElapsed: () => void) {
      timers.set(onElapsed, durationMs)
      if (fires && durationMs === 0) queueMicrotask(onElapsed)
      return () => timers.delete(onElapsed)
    },
    send() {
      const outcome = outcomes[calls.length]
      const call = { isOver: outcome?.kind === 'failed' }
      calls.push(call)
      return {
        outcome: outcome ? Promise.resolve(outcome) : new Promise<AttemptOutcome>(() => {}),
        cancel: () => {
          call.isOver = true
        },
      }
    },
  } as unknown as Platform
  const balancer = new Balancers().of(cluster, { random: () => 0, nowMs: 0 })
  const limit = new ConcurrencyLimit(1)
  const lease = new Lease(platform)
  const request = webRequest(
    { method: 'GET', url: 'http://a.example/', headers: new Headers({ host: 'a.example' }) },
    undefined,
  )
  const plan = {
    kind: 'forward',
    routeName: 'all',
    cluster,
    target: '/',
    authority: 'a.example',
    requestHeaders: [],
    timeoutMs: 9000,
    retries,
    mirrors: [],
  } as ForwardPlan
  const head = { scheme: 'http' } as RequestHead
  const context = { request, head, table: { trustedHops: 0 }, platform, startMs: 0, lease, limit }
  const begin = () => forward(plan, context as unknown as RequestContext<RequestHead>, { own: balancer, mirrors: [] })
  const breaker = balancer.breaker!
  /** What another request could have now, and what is still going on. */
  const look = () => {
    const probe = new Lease(platform)
    const found = {
      isLimitFree: limit.acquire(probe),
      isSlotFree: breaker.tryAcquire(probe),
      isRetryFree: breaker.acquireRetry(probe),
      active: balancer.states[0]!.active,
      timers: timers.size,
      running: calls.filter(({ isOver }) => !isOver).length,
    }
    probe.release()
    return found
  }
  const elapse = (elapsedMs: number) => {
    for (const [onElapsed, durationMs] of timers) if (durationMs === elapsedMs) onElapsed()
  }
  return { begin, lease, breaker, platform, look, elapse, calls }
}

const failed = { kind: 'failed', fault: 'connect', reason: '' } as const
const responded = {
  kind: 'responded',
  response: { status: 200, headers: new Headers(), whenClosed: () => {} } as unknown as UpstreamResponse,
} as const
const nothing = { isLimitFree: true, isSlotFree: true, isRetryFree: true, active: 0, timers: 0, running: 0 }

describe('all that a request holds is given back in the moment in which its client disconnects', () => {
  test.each<{ title: string; outcomes: AttemptOutcome[]; fires?: boolean; before: object }>([
    { title: 'while it is connecting', outcomes: [], before: { isSlotFree: false, active: 1, timers: 2, running: 1 } },
    {
      title: 'while it pauses before a retry',
      outcomes: [failed],
      before: { isLimitFree: false, isSlotFree: true, isRetryFree: false, active: 0, timers: 2, running: 0 },
    },
    {
      title: 'while it is tried again',
      outcomes: [failed],
      fires: true,
      before: { isSlotFree: false, isRetryFree: false, active: 1, timers: 2, running: 1 },
    },
    {
      title: 'while the response is on its way',
      outcomes: [responded],
      before: { isLimitFree: false, isSlotFree: false, isRetryFree: true, active: 1, timers: 1, running: 1 },
    },
    {
      title: 'while the response to a retry is on its way, which counts as one no more',
      outcomes: [failed, responded],
      fires: true,
      before: { isLimitFree: false, isSlotFree: false, isRetryFree: true, active: 1, timers: 1, running: 1 },
    },
  ])('$title', async ({ outcomes, fires, before }) => {
    const { begin, lease, look } = oneRequest(outcomes, fires)
    void begin()
    await settle()
    expect(look()).toMatchObject(before)
    lease.release()
    expect(look()).toEqual(nothing)
  })

  test.each([
    { title: 'while it queues for a connection', isGranted: false },
    { title: 'when it has just got one, and has not learnt of that', isGranted: true },
  ])('$title', async ({ isGranted }) => {
    const { begin, lease, breaker, platform, look, calls } = oneRequest([])
    const other = new Lease(platform)
    breaker.tryAcquire(other)
    void begin()
    await settle()
    expect(calls).toEqual([])
    if (isGranted) other.release()
    lease.release()
    other.release()
    expect(look()).toEqual(nothing)
  })

  test('before it began', async () => {
    const { begin, lease, look, calls } = oneRequest([])
    lease.release()
    const begun = begin()
    expect(look()).toEqual(nothing)
    expect(await begun).toMatchObject({ isUnanswered: true, flags: ['DC'] })
    expect(calls).toEqual([])
  })
})

test('a request whose time is up leaves the queue at once', async () => {
  const { begin, breaker, platform, look, elapse, calls } = oneRequest([])
  const other = new Lease(platform)
  breaker.tryAcquire(other)
  const begun = begin()
  await settle()
  elapse(9000)
  other.release()
  expect(look()).toMatchObject({ isSlotFree: true, active: 0 })
  expect(await begun).toMatchObject({ flags: ['UT'], attempts: 1 })
  expect(calls).toEqual([])
})

/** One route to the cluster with room for one. */
function tableWith(action: Partial<ForwardAction<string>>) {
  const forward = { kind: 'forward', destinations: [{ cluster: 'c', weight: 1 }], ...action } as const
  const routes = [{ name: 'all', match: { conditions: [] }, action: forward, origin }]
  return tableOf({
    clusters: new Map([['c', cluster]]),
    listeners: [{ name: 'default', protocol: 'http', virtualHosts: [{ domains: ['a.example'], routes }] }],
  })
}

const narrowGateway = (maxUpstreamRequests = 1) => createGateway(undefined, () => {}, { maxUpstreamRequests })

describe('the next request has the place of one that', () => {
  const silence = () => 'silence' as const
  const grpc = { method: 'POST', headers: { 'content-type': 'application/grpc' } }
  const endless = () => new Response('endless', { headers: { 'x-endless': 'yes' } })
  const delay = { delay: { durationMs: 100, percent: 100 } }
  const noise = () => {
    throw new Error('of our own')
  }
  test.each<{ title: string; action?: Partial<ForwardAction<string>>; scene: Scene }>([
    ...(['whole', 'reset', 'idle', 'cut'] as const satisfies BodyEnd[]).map(end => ({
      title: `has a response whose body ends: ${end}`,
      scene: { end },
    })),
    { title: 'finds no connection, again and again', scene: { endpoint: () => 'connect' } },
    { title: 'is reset', scene: { endpoint: () => 'reset' } },
    { title: 'is not answered in time', action: { timeoutMs: 100 }, scene: { endpoint: silence } },
    {
      title: 'is not answered in time in any of its tries',
      action: { retries: { ...retries, on: ['5xx'] } },
      scene: { endpoint: silence },
    },
    { title: 'is cut, since it takes too long', action: { timeoutMs: 100 }, scene: { endpoint: endless } },
    { title: 'would lose its trailers', scene: { init: grpc } },
    { title: 'meets a fault of ours as it is sent', scene: { platform: { send: noise } } },
    { title: 'meets a fault of ours as it is named', scene: { platform: { uuid: noise } } },
    { title: 'has lost its client before a response', scene: { endpoint: silence, disconnectAtMs: 50 } },
    {
      title: 'has lost its client before all of it was sent',
      scene: { init: { method: 'POST' }, body: new PlayedBody('x', 900), endpoint: silence, disconnectAtMs: 50 },
    },
    { title: 'has lost its client while a fault delayed it', action: { fault: delay }, scene: { disconnectAtMs: 50 } },
    {
      title: 'has lost its client while it paused',
      action: { retries: { ...retries, attempts: 9, backoffMs: 200 } },
      scene: { endpoint: () => 'connect', disconnectAtMs: 150 },
    },
  ])('$title', async ({ action = {}, scene }) => {
    const gateway = narrowGateway()
    const table = tableWith(action)
    await play(table, { ...scene, gateway })
    for (const retried of [false, true]) {
      const { response } = await play(tableWith({ retries }), {
        gateway,
        endpoint: (_, index) => (retried && index === 0 ? 'connect' : new Response('ok')),
      })
      expect(response.status).toBe(200)
    }
  })
})

test('a fault of ours as a copy is sent gives back what the copy has taken', async () => {
  const gateway = narrowGateway(2)
  const noise = () => {
    throw new Error('of our own')
  }
  const mirrored = tableWith({ mirrors: [{ cluster: 'c', percent: 100 }] })
  for (let turn = 0; turn < 3; turn++) await play(mirrored, { gateway, platform: { send: noise } })
  expect((await play(tableWith({}), { gateway })).response.status).toBe(200)
})

test('a client that disconnects gives back its place at once, though nothing more of its request is run', async () => {
  const gateway = narrowGateway()
  const table = tableWith({})
  const leave: (() => void)[] = []
  const ask = (gateway: Gateway) => {
    const asked = { method: 'GET', url: 'http://a.example/', headers: new Headers({ host: 'a.example' }) }
    const never = { outcome: new Promise<AttemptOutcome>(() => {}), cancel() {} }
    const platform = {
      client: {},
      keepsHost: false,
      keepsTarget: false,
      keepsTrailers: false,
      send: () => never,
      newHeaders: () => new Headers(),
      startTimer: () => () => {},
      now: () => 0,
      random: () => 0,
      uuid: () => 'a',
      waitUntil: () => {},
    } as Platform
    void gateway(
      webRequest(asked, undefined, callback => leave.push(callback)),
      table,
      platform,
    )
  }
  ask(gateway)
  await settle()
  for (const callback of leave) callback()
  const { response } = await play(table, { gateway })
  expect(response.status).toBe(200)
})
