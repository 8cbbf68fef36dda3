import { describe, expect, test } from 'vitest'
import type { ForwardAction } from '../../../src/fib/action.ts'
import { defaultRetries } from '../../../src/fib/retry.ts'
import { inNamespace, translated } from './served-routes.ts'

const service = inNamespace(
  'shop',
  'ServiceEntry',
  'b',
  '{ hosts: [b.test], ports: [{ number: 80, name: http, protocol: HTTP }], resolution: DNS, endpoints: [{ address: v1.test }] }',
)

/** What one rule makes of its destination: the route's action, and the cluster that it forwards to. */
function lowered(policy: string, { rule = '', destination = '', mesh }: Lowered = {}) {
  const { listeners, clusters } = translated(
    [
      service,
      inNamespace('shop', 'DestinationRule', 'b', `{ host: b.test, ${policy} }`),
      inNamespace(
        'shop',
        'VirtualService',
        'a',
        `{ hosts: [a.test], http: [{ ${rule} route: [{ destination: { host: b.test, ${destination} } }] }] }`,
      ),
    ],
    {},
    mesh,
  )
  const action = listeners.at(-1)!.virtualHosts[0]!.routes[0]!.action as ForwardAction<string>
  return { action, cluster: clusters.get(action.destinations[0]!.cluster)! }
}
interface Lowered {
  readonly rule?: string
  /** More of the destination than its host. */
  readonly destination?: string
  readonly mesh?: string
}

const balancer = (simple: string) => `loadBalancer: { simple: ${simple} }`
const header = (name: string) => `loadBalancer: { consistentHash: { httpHeaderName: ${name} } }`
const ofPort = (port: number, parts: string) => `portLevelSettings: [{ port: { number: ${port} }, ${parts} }]`
const subset = (parts: string) => `subsets: [{ name: s, trafficPolicy: { ${parts} } }]`

describe('the policy of a cluster', () => {
  const s = 'subset: s'
  test.each<{ title: string; policy: string; destination?: string; kind: string | undefined; scheme?: string }>([
    { title: 'is as by default where nothing is said', policy: 'exportTo: ["*"]', kind: undefined },
    { title: 'is that of its host', policy: `trafficPolicy: { ${balancer('RANDOM')} }`, kind: 'random' },
    {
      title: 'has the parts of its subset first',
      policy: `trafficPolicy: { ${balancer('RANDOM')} }, ${subset(balancer('ROUND_ROBIN'))}`,
      destination: s,
      kind: 'round-robin',
    },
    {
      title: 'has the other parts of its host',
      policy: `trafficPolicy: { ${balancer('RANDOM')} }, ${subset('tls: { mode: SIMPLE }')}`,
      destination: s,
      kind: 'random',
      scheme: 'https',
    },
    {
      title: 'is what its port says, and no more',
      policy: `trafficPolicy: { ${balancer('RANDOM')}, ${ofPort(80, 'tls: { mode: SIMPLE }')} }`,
      kind: undefined,
      scheme: 'https',
    },
    {
      title: 'is nothing of what another port says',
      policy: `trafficPolicy: { ${balancer('RANDOM')}, ${ofPort(81, balancer('ROUND_ROBIN'))} }`,
      kind: 'random',
    },
    {
      title: 'is what the port of its subset says, and nothing of its host',
      policy: `trafficPolicy: { ${balancer('RANDOM')}, tls: { mode: SIMPLE } }, ${subset(ofPort(80, 'outlierDetection: {}'))}`,
      destination: s,
      kind: undefined,
      scheme: 'http',
    },
    {
      title: 'has the parts of its subset beside what the port of its host says',
      policy: `trafficPolicy: { ${ofPort(80, 'tls: { mode: SIMPLE }')} }, ${subset(balancer('RANDOM'))}`,
      destination: s,
      kind: 'random',
      scheme: 'https',
    },
  ])('$title', ({ policy, destination, kind, scheme = 'http' }) => {
    const { cluster } = lowered(policy, { ...(destination && { destination }) })
    expect(cluster.balancing?.kind).toBe(kind)
    expect(cluster.endpoints[0]!.scheme).toBe(scheme)
  })
})

describe('balancing', () => {
  test.each([
    { written: 'simple: LEAST_REQUEST', expected: undefined },
    { written: 'simple: LEAST_CONN', expected: undefined },
    { written: 'simple: UNSPECIFIED', expected: undefined },
    { written: 'simple: ROUND_ROBIN', expected: { kind: 'round-robin' } },
    { written: 'simple: RANDOM', expected: { kind: 'random' } },
    { written: 'consistentHash: { httpHeaderName: a }', expected: { kind: 'ring', minSize: 1024 } },
    { written: 'consistentHash: { httpHeaderName: a, minimumRingSize: 7 }', expected: { kind: 'ring', minSize: 7 } },
    {
      written: 'consistentHash: { httpHeaderName: a, ringHash: { minimumRingSize: 9 } }',
      expected: { kind: 'ring', minSize: 9 },
    },
    {
      written: 'consistentHash: { httpHeaderName: a, ringHash: { minimumRingSize: 99999999 } }',
      expected: { kind: 'ring', minSize: 131_072 },
    },
    { written: 'consistentHash: { httpHeaderName: a, ringHash: {} }', expected: { kind: 'ring', minSize: 1024 } },
    {
      written: 'consistentHash: { httpHeaderName: a, maglev: { tableSize: 997 } }',
      expected: { kind: 'maglev', size: 997 },
    },
  ])('$written', ({ written, expected }) => {
    expect(lowered(`trafficPolicy: { loadBalancer: { ${written} } }`).cluster.balancing).toEqual(expected)
  })
})

describe('the key of requests', () => {
  const key = (policy: string, destination = '') => lowered(policy, { destination }).action.hashKeys

  test.each([
    { written: 'httpHeaderName: X-User', expected: [{ kind: 'header', name: 'x-user' }] },
    { written: 'httpQueryParameterName: User', expected: [{ kind: 'query', name: 'User' }] },
    { written: 'useSourceIp: true', expected: [{ kind: 'client-address' }] },
    { written: 'useSourceIp: false', expected: undefined },
    { written: 'httpCookie: { name: c }', expected: [{ kind: 'cookie', name: 'c' }] },
    { written: 'httpCookie: { name: c, ttl: 0s }', expected: [{ kind: 'cookie', name: 'c', ttlSeconds: 0 }] },
    {
      written:
        'httpCookie: { name: c, ttl: 1500ms, path: /p, attributes: [{ name: SameSite, value: Lax }, { name: Secure }] }',
      expected: [{ kind: 'cookie', name: 'c', ttlSeconds: 1, path: '/p', attributes: ['SameSite=Lax', 'Secure'] }],
    },
  ])('$written', ({ written, expected }) => {
    expect(key(`trafficPolicy: { loadBalancer: { consistentHash: { ${written} } } }`)).toEqual(expected)
  })

  const everywhere = `trafficPolicy: { ${header('of-host')}, ${ofPort(80, header('of-port'))} }, subsets: [{ name: s, trafficPolicy: { ${header('of-subset')} } }, { name: t, trafficPolicy: { ${ofPort(80, header('of-subset-port'))} } }, { name: u }]`
  test.each([
    {
      title: 'is that of the port where the destination names it',
      destination: 'port: { number: 80 }',
      name: 'of-port',
    },
    { title: 'is that of the host where it does not', destination: '', name: 'of-host' },
    { title: 'is that of the subset', destination: 'subset: s, port: { number: 80 }', name: 'of-subset' },
    {
      title: 'is that of the port of the subset before',
      destination: 'subset: t, port: { number: 80 }',
      name: 'of-subset-port',
    },
    { title: 'is that of the host where the port is left out', destination: 'subset: t', name: 'of-host' },
    {
      title: 'is that of the port where the subset says nothing',
      destination: 'subset: u, port: { number: 80 }',
      name: 'of-port',
    },
  ])('$title', ({ destination, name }) => {
    expect(key(everywhere, destination)).toEqual([{ kind: 'header', name }])
  })

  test('is made of those of all destinations that get something', () => {
    const documents = ['b', 'c', 'd'].flatMap(name => [
      inNamespace(
        'shop',
        'ServiceEntry',
        name,
        `{ hosts: [${name}.test], ports: [{ number: 80, name: http, protocol: HTTP }], resolution: DNS }`,
      ),
      inNamespace('shop', 'DestinationRule', name, `{ host: ${name}.test, trafficPolicy: { ${header(name)} } }`),
    ])
    const routes = ['b', 'c', 'd'].map(
      (name, index) => `{ destination: { host: ${name}.test }, weight: ${[30, 0, 70][index]} }`,
    )
    const virtualService = inNamespace(
      'shop',
      'VirtualService',
      'a',
      `{ hosts: [a.test], http: [{ route: [${routes}] }] }`,
    )
    const { listeners } = translated([...documents, virtualService])
    const action = listeners.at(-1)!.virtualHosts[0]!.routes[0]!.action as ForwardAction<string>
    expect(action.hashKeys?.map(each => 'name' in each && each.name)).toEqual(['b', 'd'])
    // With several destinations, tries avoid who was tried, as elsewhere.
    expect(action.retries).toBeUndefined()
  })
})

describe('tries at a destination that is balanced by key', () => {
  const byKey = `trafficPolicy: { ${header('a')} }`
  const mesh = (policy: string) => `defaultHttpRetryPolicy: { ${policy} }\n`
  test.each<{ title: string; policy?: string; rule?: string; mesh?: string; avoids: boolean | undefined }>([
    { title: 'stay where the key leads', avoids: false },
    { title: 'also those of a rule', rule: 'retries: { attempts: 3 },', avoids: false },
    { title: 'also those of the mesh', mesh: mesh('attempts: 3'), avoids: false },
    {
      title: 'unless the rule says otherwise',
      rule: 'retries: { attempts: 3, retryIgnorePreviousHosts: true },',
      avoids: true,
    },
    { title: 'those elsewhere do not', policy: 'trafficPolicy: { tls: { mode: DISABLE } }', avoids: undefined },
    {
      title: 'those of the mesh elsewhere do not',
      policy: 'trafficPolicy: { tls: { mode: DISABLE } }',
      mesh: mesh('attempts: 3'),
      avoids: true,
    },
  ])('$title', ({ policy = byKey, rule, mesh, avoids }) => {
    const { retries } = lowered(policy, { ...(rule && { rule }), ...(mesh && { mesh }) }).action
    expect(retries?.avoidsTriedEndpoints).toBe(avoids)
    expect(retries?.on ?? defaultRetries.on).toEqual(defaultRetries.on)
  })
})

describe('outlier detection', () => {
  const byDefault = {
    serverErrors: 5,
    intervalMs: 10_000,
    baseEjectionMs: 30_000,
    maxEjectionPercent: 10,
    minHealthPercent: 0,
  }
  const { serverErrors: _, ...withoutServerErrors } = byDefault
  test.each([
    { written: '', expected: byDefault },
    { written: 'consecutive5xxErrors: 0', expected: withoutServerErrors },
    { written: 'consecutiveErrors: 2', expected: byDefault },
    { written: 'consecutiveGatewayErrors: 3', expected: { ...byDefault, gatewayErrors: 3 } },
    { written: 'consecutiveGatewayErrors: 0', expected: byDefault },
    { written: 'splitExternalLocalOriginErrors: true', expected: { ...byDefault, localFailures: 5 } },
    {
      written: 'splitExternalLocalOriginErrors: true, consecutiveLocalOriginFailures: 2',
      expected: { ...byDefault, localFailures: 2 },
    },
    {
      written: 'interval: 1s, baseEjectionTime: 2m, maxEjectionPercent: 50, minHealthPercent: 40',
      expected: {
        ...byDefault,
        intervalMs: 1000,
        baseEjectionMs: 120_000,
        maxEjectionPercent: 50,
        minHealthPercent: 40,
      },
    },
    { written: 'maxEjectionPercent: 0', expected: byDefault },
  ])('{ $written }', ({ written, expected }) => {
    const { cluster } = lowered(`trafficPolicy: { outlierDetection: { ${written} } }`)
    expect(cluster.outlierDetection).toEqual(expected)
  })
})

describe('limits', () => {
  test.each([
    { written: 'http: { http2MaxRequests: 3 }', expected: { maxRequests: 3 } },
    {
      written: 'tcp: { maxConnections: 1 }, http: { http1MaxPendingRequests: 2, maxRetries: 4 }',
      expected: { maxConnections: 1, maxWaiting: 2, maxRetries: 4 },
    },
    { written: 'http: { http2MaxRequests: 0, maxRetries: 0 }', expected: undefined },
  ])('{ $written }', ({ written, expected }) => {
    expect(lowered(`trafficPolicy: { connectionPool: { ${written} } }`).cluster.limits).toEqual(expected)
  })
})

test('a time to connect', () => {
  const { cluster } = lowered('trafficPolicy: { connectionPool: { tcp: { connectTimeout: 1500ms } } }')
  expect([cluster.connectTimeoutMs, cluster.limits]).toEqual([1500, undefined])
})

test('an IPv6 address is known by its shortest form', () => {
  const entry = inNamespace(
    'shop',
    'ServiceEntry',
    'b',
    '{ hosts: [b.test], ports: [{ number: 80, name: http, protocol: HTTP }], resolution: STATIC, endpoints: [{ address: "2001:DB8:0:0::1" }, { address: "2001:db8::1" }, { address: "::ffff:102:304" }, { address: "::ffff:1.2.3.4" }, { address: "0:0:0:0:0:0:1:2" }, { address: "64:ff9b::1.2.3.4" }, { address: "0:0::1" }] }',
  )
  const rule = '{ hosts: [a.test], http: [{ route: [{ destination: { host: b.test } }] }] }'
  const { clusters } = translated([entry, inNamespace('shop', 'VirtualService', 'a', rule)])
  const addresses = [...clusters.values()][0]!.endpoints.map(({ address }) => address)
  // As Envoy's list of clusters has them.
  expect(addresses).toEqual(['2001:db8::1', '::ffff:1.2.3.4', '::0.1.0.2', '64:ff9b::102:304', '::1'])
})

describe('an address that is declared twice', () => {
  const addresses = (resolution: string) => {
    const endpoints = '[{ address: 10.0.0.1 }, { address: 10.0.0.2 }, { address: 10.0.0.1, weight: 5 }]'
    const entry = inNamespace(
      'shop',
      'ServiceEntry',
      'b',
      `{ hosts: [b.test], ports: [{ number: 80, name: http, protocol: HTTP }], resolution: ${resolution}, endpoints: ${endpoints} }`,
    )
    const { clusters } = translated([
      entry,
      inNamespace(
        'shop',
        'VirtualService',
        'a',
        '{ hosts: [a.test], http: [{ route: [{ destination: { host: b.test } }] }] }',
      ),
    ])
    return [...clusters.values()][0]!.endpoints.map(({ address, weight }) => `${address} ${weight}`)
  }

  test('counts once where addresses are taken as they stand', () => {
    expect(addresses('STATIC')).toEqual(['10.0.0.1 1', '10.0.0.2 1'])
  })

  test('counts as often as it is declared where names are resolved', () => {
    expect(addresses('DNS')).toEqual(['10.0.0.1 1', '10.0.0.2 1', '10.0.0.1 5'])
  })
})
