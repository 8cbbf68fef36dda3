import { expect, test } from 'vitest'
import type { ForwardAction } from '../../../src/fib/action.ts'
import { defaultRetries } from '../../../src/fib/retry.ts'
import type { ObservedRequest, Observer } from '../../../src/telemetry/observer.ts'
import { play, type Scene, tableOf } from './play.ts'

const origin = { file: 'x.yaml', start: { line: 1, column: 1, offset: 0 }, end: { line: 1, column: 1, offset: 0 } }

function tableWith(action: Partial<ForwardAction<string>>) {
  const forward = { kind: 'forward', destinations: [{ cluster: 'c', weight: 1 }], ...action } as const
  const routes = [{ name: 'all', match: { conditions: [] }, action: forward, origin }]
  const endpoints = [{ scheme: 'http', address: 'a.test', port: 80, weight: 1 }] as const
  return tableOf({
    clusters: new Map([['c', { name: 'c', isKnown: true, endpoints }]]),
    listeners: [{ name: 'default', protocol: 'http', virtualHosts: [{ domains: ['a.example'], routes }] }],
  })
}

/** What an observer sees, in order; of one request, always the same. */
function watch() {
  const seen: string[] = []
  const requests = new Set<ObservedRequest>()
  const note = (request: ObservedRequest, text: string) => {
    requests.add(request)
    seen.push(text)
  }
  const observer: Observer = {
    requestStarted: request => note(request, `start ${request.request.method} ${request.authority}${request.target}`),
    attemptStarted: (request, number, { address, port }) => note(request, `try ${number} ${address}:${port}`),
    attemptEnded: (request, number, end) => note(request, `tried ${number} ${end}`),
    requestEnded: (request, { status, flags, attempts }) => note(request, `end ${status} ${flags} ${attempts}`),
  }
  return { seen, requests, observer }
}

const retries = { ...defaultRetries, attempts: 1, on: ['5xx'], backoffMs: 0 } as const

test.each<{ title: string; action?: Partial<ForwardAction<string>>; scene: Scene; seen: string[] }>([
  { title: 'a request that is served', scene: {}, seen: ['try 1 a.test:80', 'tried 1 200', 'end 200  1'] },
  {
    title: 'each attempt',
    action: { retries },
    scene: { endpoint: (_, index) => (index === 0 ? 'reset' : new Response(null, { status: 503 })) },
    seen: ['try 1 a.test:80', 'tried 1 reset', 'try 2 a.test:80', 'tried 2 503', 'end 503 URX 2'],
  },
  {
    title: 'a timeout',
    action: { timeoutMs: 100 },
    scene: { endpoint: () => 'silence' },
    seen: ['try 1 a.test:80', 'tried 1 timeout', 'end 504 UT 1'],
  },
  {
    title: 'the timeout of a try',
    action: { retries: { ...retries, attempts: 0, perTryTimeoutMs: 100 } },
    scene: { endpoint: () => 'silence' },
    seen: ['try 1 a.test:80', 'tried 1 per-try-timeout', 'end 504 UT 1'],
  },
  {
    title: 'a client that disconnects',
    scene: { endpoint: () => 'silence', disconnectAtMs: 50 },
    seen: ['try 1 a.test:80', 'tried 1 downstream-disconnect', 'end 0 DC 0'],
  },
  {
    title: 'a response that is cut, whose attempt has ended before',
    action: { timeoutMs: 100 },
    scene: { endpoint: () => new Response('endless', { headers: { 'x-endless': 'yes' } }) },
    seen: ['try 1 a.test:80', 'tried 1 200', 'end 200 UT 1'],
  },
  {
    title: 'no attempt of a request that never leaves the gateway',
    scene: { init: { headers: { host: 'b.example' } } },
    seen: ['end 404 NR 0'],
  },
])('an observer sees $title', async ({ action = {}, scene, seen: expected }) => {
  const { seen, requests, observer } = watch()
  await play(tableWith(action), { ...scene, observer })
  expect(seen[0]).toMatch(/^start GET [ab]\.example\/$/)
  expect(seen.slice(1)).toEqual(expected)
  expect(requests.size).toBe(1)
})
