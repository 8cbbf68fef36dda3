import { expect, test } from 'vitest'
import { compile } from '../../../src/control-plane/compile/compile.ts'
import { planRequest } from '../../../src/data-plane/plan/plan-request.ts'
import { headerLinesOf } from '../../../src/fib/request-head.ts'
import { defaultRetries, type RetryPolicy } from '../../../src/fib/retry.ts'
import { openTable } from '../../../src/fib/view.ts'

const endpoint = { scheme: 'http', address: '192.0.2.1', port: 80, weight: 1 } as const
const origin = { file: 'x.yaml', start: { line: 1, column: 1, offset: 0 }, end: { line: 1, column: 1, offset: 0 } }
const off: RetryPolicy = { ...defaultRetries, attempts: 0, on: [] }
const own: RetryPolicy = { ...defaultRetries, on: ['5xx'], statuses: [429], perTryTimeoutMs: 50 }

test.each<{ title: string; policy: { timeoutMs?: number; retries?: RetryPolicy }; retries: RetryPolicy }>([
  { title: 'a route that says nothing is retried by default, without a limit', policy: {}, retries: defaultRetries },
  { title: 'a route can switch retries off', policy: { retries: off }, retries: off },
  { title: 'a route has its own policy and limit', policy: { timeoutMs: 300, retries: own }, retries: own },
])('$title', ({ policy, retries }) => {
  const action = { kind: 'forward', destinations: [{ cluster: 'c', weight: 1 }], ...policy } as const
  const routes = [{ name: 'r', match: { conditions: [] }, action, origin }]
  const listeners = [{ name: 'default', protocol: 'http', virtualHosts: [{ domains: ['a.test'], routes }] }] as const
  const clusters = new Map([['c', { name: 'c', isKnown: true, endpoints: [endpoint] }]])
  const table = openTable(compile({ listeners, clusters }))
  const head = { method: 'GET', scheme: 'http', authority: 'a.test', host: 'a.test', port: 80, path: '/' } as const
  const plan = planRequest(table, { ...head, query: undefined, headers: headerLinesOf([]) }, () => 0)
  expect(plan).toMatchObject({ kind: 'forward', retries })
  expect('timeoutMs' in plan ? plan.timeoutMs : undefined).toBe(policy.timeoutMs)
})
