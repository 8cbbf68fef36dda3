import { expect, test } from 'vitest'
import type { RoutePolicy } from '../../../src/cli/explain/decision.ts'
import { renderDecision } from '../../../src/cli/explain/render-decision.ts'
import { type Asking, explainRules } from './explained.ts'

const toOrigin = 'route: [{ destination: { host: origin.example } }]'
const defaultPolicy = {
  source: 'default',
  attempts: 2,
  on: ['connect-failure', 'refused-stream', 'unavailable', 'cancelled'],
  statuses: [],
  backoffMs: 25,
  avoidsTriedEndpoints: true,
}

interface PolicyCase {
  readonly title: string
  readonly rule: string
  readonly asking?: Asking
  readonly policy: Partial<RoutePolicy> | undefined
  readonly text: readonly string[]
}

test.each<PolicyCase>([
  {
    title: 'Istio’s defaults are told',
    rule: toOrigin,
    policy: { retries: defaultPolicy } as RoutePolicy,
    text: ['no timeout · retries 2 on connect-failure,refused-stream,unavailable,cancelled (default)'],
  },
  {
    title: 'the route’s own policy is told, with all that is not as by default',
    rule: `${toOrigin}, timeout: 3s, retries: { attempts: 1, retryOn: "reset,503,429", perTryTimeout: 1s, backoff: 1s, retryIgnorePreviousHosts: false }`,
    policy: {
      timeoutMs: 3000,
      retries: {
        source: 'route',
        attempts: 1,
        perTryTimeoutMs: 1000,
        on: ['reset', 'retriable-status-codes'],
        statuses: [503, 429],
        backoffMs: 1000,
        avoidsTriedEndpoints: false,
      },
    },
    text: [
      'timeout 3000 ms · retries 1 on reset,503,429, per try 1000 ms, backoff 1000 ms, also at endpoints that were tried (route)',
    ],
  },
  {
    title: 'the route’s own policy is its own, also where it is the default',
    rule: `${toOrigin}, retries: { attempts: 2 }`,
    policy: { retries: { ...defaultPolicy, source: 'route' } as RoutePolicy['retries'] },
    text: ['no timeout · retries 2 on connect-failure,refused-stream,unavailable,cancelled (route)'],
  },
  {
    title: 'a list without statuses is told as it is',
    rule: `${toOrigin}, retries: { attempts: 2, retryOn: retriable-status-codes }`,
    policy: {
      retries: { ...defaultPolicy, source: 'route', on: ['retriable-status-codes'] } as RoutePolicy['retries'],
    },
    text: ['no timeout · retries 2 on retriable-status-codes (route)'],
  },
  {
    title: 'the mesh’s policy is told',
    rule: toOrigin,
    asking: { mesh: 'defaultHttpRetryPolicy: { attempts: 4, retryOn: gateway-error }\n' },
    policy: {
      retries: { ...defaultPolicy, source: 'mesh', attempts: 4, on: ['gateway-error'] } as RoutePolicy['retries'],
    },
    text: ['no timeout · retries 4 on gateway-error (mesh)'],
  },
  {
    title: 'retries that are off are told, and by whom',
    rule: `${toOrigin}, retries: { attempts: 0 }`,
    asking: { mesh: 'defaultHttpRetryPolicy: { attempts: 4 }\n' },
    policy: { retries: { ...defaultPolicy, source: 'route', attempts: 0, on: [] } as RoutePolicy['retries'] },
    text: ['no timeout · retries off (route)'],
  },
  {
    title: 'mirrors are told with their shares, and whether this request is copied',
    rule: `${toOrigin}, mirrors: [{ destination: { host: origin.example } },
      { destination: { host: origin.example }, percentage: { value: 12.5 } },
      { destination: { host: gone.example, subset: v1, port: { number: 80 } } },
      { destination: { host: origin.example, subset: v9 }, percentage: { value: 0 } }]`,
    policy: {
      mirrors: [
        { cluster: 'outbound|80||origin.example', percent: 100, isDrawn: true },
        { cluster: 'outbound|80||origin.example', percent: 12.5, isDrawn: false },
        { cluster: 'outbound|80|v1|gone.example', subset: 'v1', percent: 100, isDrawn: false, missing: 'cluster' },
      ],
    },
    text: [
      'no timeout · retries 2 on connect-failure,refused-stream,unavailable,cancelled (default)',
      'mirror → outbound|80||origin.example   100 %, drawn',
      'mirror → outbound|80||origin.example   12.5 %, not drawn',
      'mirror → outbound|80|v1|gone.example   100 %, not sent: nothing declares it',
    ],
  },
  {
    title: 'what a fault aborts is not copied, whatever was drawn',
    rule: `${toOrigin}, mirror: { host: origin.example }, fault: { abort: { httpStatus: 500, percentage: { value: 100 } } }`,
    policy: { mirrors: [{ cluster: 'outbound|80||origin.example', percent: 100, isDrawn: false }] },
    text: [
      'no timeout · retries 2 on connect-failure,refused-stream,unavailable,cancelled (default)',
      'mirror → outbound|80||origin.example   100 %, no copy: the request is not forwarded',
      'fault abort 500   100 %, drawn',
    ],
  },
  {
    title: 'a route that answers by itself has no policy',
    rule: 'directResponse: { status: 200 }',
    policy: undefined,
    text: [],
  },
])('$title', ({ rule, asking, policy, text }) => {
  const { decision } = explainRules(`  - { ${rule} }`, asking)
  if (policy) expect(decision.policy).toMatchObject(policy)
  else expect(decision).not.toHaveProperty('policy')
  expect(policyText(renderDecision(decision, { color: false }))).toEqual(text)
})

/** A rule with the policy of its destination. */
const withPolicy = (policy: string) => `  - { ${toOrigin} }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: o }
spec: { host: origin.example, trafficPolicy: { ${policy} } }`

test.each<{ title: string; policy: string; balancing?: object; text: string }>([
  {
    title: 'in turn',
    policy: 'loadBalancer: { simple: ROUND_ROBIN }',
    balancing: { kind: 'round-robin' },
    text: 'balanced in turn',
  },
  {
    title: 'by key',
    policy: 'loadBalancer: { consistentHash: { httpCookie: { name: sid, ttl: 60s, path: /p } } }',
    balancing: {
      kind: 'ring',
      minSize: 1024,
      keys: [{ kind: 'cookie', name: 'sid', ttlSeconds: 60, path: '/p' }],
    },
    text: 'balanced by key, ring of 1024: cookie sid, given for 60 s at /p',
  },
  {
    title: 'by a key that nothing names',
    policy: 'loadBalancer: { consistentHash: { maglev: { tableSize: 65537 } } }',
    balancing: { kind: 'maglev', size: 65_537 },
    text: 'balanced by key, Maglev table of 65537: no key is named',
  },
  {
    title: 'within limits',
    policy:
      'connectionPool: { tcp: { maxConnections: 2, connectTimeout: 1s }, http: { http1MaxPendingRequests: 1, maxRetries: 3 } }',
    text: 'limited: at most 2 concurrent requests, others wait, at most 1 waiting, at most 3 concurrent retries, at most 1000 ms to connect',
  },
  {
    title: 'without outliers',
    policy: 'outlierDetection: { consecutiveGatewayErrors: 2, minHealthPercent: 40 }',
    text: 'outliers ejected after 5 server errors, after 2 gateway errors, for 30000 ms, checked every 10000 ms, at most 10 %, all in use below 40 %',
  },
])('how endpoints are chosen is told: $title', ({ policy, balancing, text }) => {
  const { decision } = explainRules(withPolicy(policy))
  expect(decision.policy?.balancing).toEqual(balancing)
  expect(policyText(renderDecision(decision, { color: false }))[1]).toBe(text)
})

test('the endpoint that is told is the one where the key leads', () => {
  const byUser = withPolicy('loadBalancer: { consistentHash: { httpHeaderName: x-user } }')
  const drawn = (user: string, random: number) => {
    const { decision } = explainRules(byUser, { headers: [`x-user: ${user}`], random })
    return decision.outcome.endpoints?.find(({ isDrawn }) => isDrawn)?.address
  }
  const users = Array.from({ length: 20 }, (_, user) => `user-${user}`)
  const told = users.map(user => drawn(user, 0))
  expect(users.map(user => drawn(user, 0.99))).toEqual(told)
  expect(new Set(told).size).toBe(2)
})

test('a mirror without endpoints is told as such', () => {
  const { decision } = explainRules(`  - { ${toOrigin}, mirror: { host: origin.example, subset: v3 } }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: o }
spec: { host: origin.example, subsets: [{ name: v3, labels: { version: v3 } }] }`)
  expect(decision.policy?.mirrors).toEqual([
    { cluster: 'outbound|80|v3|origin.example', subset: 'v3', percent: 100, isDrawn: false, missing: 'endpoint' },
  ])
  const text = policyText(renderDecision(decision, { color: false }))
  expect(text[1]).toBe('mirror → outbound|80|v3|origin.example   100 %, not sent: it has no endpoint')
})

test('of many mirrors, those that are drawn are told', () => {
  const mirrors = Array.from({ length: 30 }, (_, index) => {
    const percent = index === 20 ? 100 : 1
    return `{ destination: { host: origin.example }, percentage: { value: ${percent} } }`
  })
  const { decision } = explainRules(`  - { ${toOrigin}, mirrors: [${mirrors.join(', ')}] }`)
  expect(decision.policy?.mirrors).toHaveLength(30)
  const text = policyText(renderDecision(decision, { color: false }))
  expect(text.filter(line => line.endsWith(' drawn'))).toContain('mirror → outbound|80||origin.example   100 %, drawn')
  expect(text.filter(line => line.startsWith('…'))).toEqual(['… 18 more', '… 6 more'])
})

/** The lines of the section `policy`. */
function policyText(rendered: string): string[] {
  const lines = rendered.split('\n')
  const first = lines.findIndex(line => line.startsWith('policy'))
  if (first < 0) return []
  const next = lines.findIndex((line, index) => index > first && /^\S/.test(line))
  return lines.slice(first, next).map(line => line.slice(10))
}
