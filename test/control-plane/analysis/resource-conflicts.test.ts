import { describe, expect, test } from 'vitest'
import { resource } from '../source-files.ts'
import { findings, toOne, virtualService } from './findings.ts'

describe('two Gateways for one host on one port', () => {
  const gateway = (name: string, { selector = '{ istio: ingressgateway }', port = 80, hosts = 'foo.bar' } = {}) =>
    resource(
      'Gateway',
      name,
      `
  selector: ${selector}
  servers:
    - { port: { number: ${port}, name: http, protocol: HTTP }, hosts: ["${hosts}"] }
`,
    )

  test.each([
    { title: 'conflict where they are for the same workloads', second: {}, count: 1 },
    {
      title: 'conflict where one selector takes more workloads',
      second: { selector: '{ istio: ingressgateway, app: edge }' },
      count: 1,
    },
    { title: 'conflict in the namespaces that both admit', second: { hosts: 'default/foo.bar' }, count: 1 },
    { title: 'are two where they are for other workloads', second: { selector: '{ istio: egressgateway }' }, count: 0 },
    { title: 'are two on two ports', second: { port: 8080 }, count: 0 },
    { title: 'are two for two hosts', second: { hosts: 'bar.foo' }, count: 0 },
  ])('$title', ({ second, count }) => {
    expect(findings(['IST0145'], [gateway('a'), gateway('b', second)])).toEqual(
      Array.from({ length: count }, () =>
        'IST0145 a.yaml:15:67 Gateway default/a serves "foo.bar" on port 80 too'.replace(
          '"foo.bar"',
          `"${second.hosts ?? 'foo.bar'}"`,
        ),
      ),
    )
  })

  test('are told once for each Gateway', () => {
    const wide = gateway('b', { hosts: 'foo.bar", "x.bar' })
    expect(findings(['IST0145'], [gateway('a', { hosts: 'foo.bar", "x.bar' }), wide])).toHaveLength(1)
  })
})

describe('two ServiceEntries for one port of one host', () => {
  const entry = (name: string, protocol: string, more = '') =>
    resource(
      'ServiceEntry',
      name,
      `  hosts: [api.example.com]\n  resolution: DNS\n  ports: [{ number: 80, name: p${protocol} }]\n${more}`,
    ).replace(/ \}\]/, protocol === '' ? ' }]' : `, protocol: ${protocol} }]`)

  test.each([
    {
      title: 'conflict by their protocols',
      entries: [entry('a', 'HTTP'), entry('b', 'TCP')],
      expected: ['IST0177 a.yaml:15:47 port 80 of "api.example.com" is TCP here, and HTTP in ServiceEntry default/a'],
    },
    { title: 'agree on one protocol', entries: [entry('a', 'HTTP'), entry('b', 'HTTP')], expected: [] },
    {
      title: 'never meet where each stays in its namespace',
      entries: [
        entry('a', 'HTTP', '  exportTo: ["."]\n'),
        entry('b', 'TCP', '  exportTo: ["."]\n').replace('name: b', 'name: b, namespace: other'),
      ],
      expected: [],
    },
  ])('$title', ({ entries, expected }) => {
    expect(findings(['IST0177'], entries)).toEqual(expected)
  })
})

describe('two DestinationRules for one host', () => {
  const rule = (name: string, spec: string) => resource('DestinationRule', name, `  host: one.internal\n${spec}`)
  const tls = (mode: string) => `  trafficPolicy: { tls: { mode: ${mode} } }\n`
  const subset = (version: string) => `  subsets: [{ name: v1, labels: { version: ${version} } }]\n`

  test.each([
    {
      title: 'conflict by their traffic policies',
      rules: [rule('a', tls('SIMPLE')), rule('b', tls('DISABLE'))],
      expected: [
        'SB4003 a.yaml:13:3 DestinationRule default/a has another traffic policy for "one.internal", and only that one counts',
      ],
    },
    {
      title: 'conflict by a subset of one name',
      rules: [rule('a', subset('v1')), rule('b', subset('v2'))],
      expected: [
        'SB4003 a.yaml:13:21 the subset "v1" of "one.internal" is defined differently in DestinationRule default/a, and only that one counts',
      ],
    },
    {
      title: 'are not merged where they are exported to others',
      rules: [rule('a', subset('v1')), rule('b', `${tls('SIMPLE')}  exportTo: [istio-system]\n`)],
      expected: ['SB4003 a.yaml:12:9 DestinationRule default/a is for "one.internal" too, and is exported to others'],
    },
    {
      title: 'are one where they say different things',
      rules: [rule('a', subset('v1')), rule('b', tls('SIMPLE'))],
      expected: [],
    },
    { title: 'may say the same', rules: [rule('a', tls('SIMPLE')), rule('b', tls('SIMPLE'))], expected: [] },
    {
      title: 'may be for other workloads',
      rules: [
        rule('a', tls('SIMPLE')),
        rule('b', `${tls('DISABLE')}  workloadSelector: { matchLabels: { app: x } }\n`),
      ],
      expected: [],
    },
  ])('$title', ({ rules, expected }) => {
    expect(findings(['SB4003'], rules)).toEqual(expected)
  })
})

describe('a DestinationRule for a host', () => {
  const rule = (host: string) =>
    resource('DestinationRule', 'a', `  host: "${host}"\n  trafficPolicy: { tls: { mode: SIMPLE } }`)

  test.each([
    {
      title: 'that nothing declares is told, with the one that was meant',
      routes: [rule('on.internal')],
      expected: ['IST0174 a.yaml:5:9 no ServiceEntry declares the host "on.internal"'],
    },
    {
      title: 'with a short name is told what it means',
      routes: [rule('reviews')],
      expected: [
        'IST0174 a.yaml:5:9 no ServiceEntry declares the host "reviews" (which means "reviews.default.svc.cluster.local")',
      ],
    },
    { title: 'that exists is no finding', routes: [rule('one.internal')], expected: [] },
    { title: 'that is a wildcard may be for hosts to come', routes: [rule('*.internal')], expected: [] },
    {
      title: 'that a destination names is told there',
      routes: [rule('three.internal'), virtualService('    - route: [{ destination: { host: three.internal } }]')],
      expected: ['IST0101 a.yaml:15:38 no ServiceEntry declares the host "three.internal"'],
    },
  ])('$title', ({ routes, expected }) => {
    expect(findings(['IST0174', 'IST0101'], routes)).toEqual(expected)
  })
})

describe('a ServiceEntry', () => {
  const entry = (spec: string) =>
    resource(
      'ServiceEntry',
      'a',
      `  hosts: [api.example.com]\n  ports: [{ number: 80, name: http, protocol: HTTP }]\n${spec}`,
    )

  test.each([
    {
      title: 'with `resolution: STATIC` needs endpoints',
      routes: [entry('  resolution: STATIC')],
      expected: [
        'SB3003 a.yaml:7:15 `resolution: STATIC` uses the listed endpoints, and ServiceEntry default/a lists none',
      ],
    },
    {
      title: 'that a destination names is told there',
      routes: [
        entry('  resolution: STATIC'),
        virtualService('    - route: [{ destination: { host: api.example.com } }]'),
      ],
      expected: ['IST0173 a.yaml:16:38 host "api.example.com" has no endpoint'],
    },
    {
      title: 'without a resolution is dialled by its name',
      routes: [entry('')],
      expected: [
        'SB6015 a.yaml:4:1 the gateway connects to the hosts by their names: without `resolution` it is NONE, which leaves the address to the client',
      ],
    },
    { title: 'with one is as it says', routes: [entry('  resolution: DNS')], expected: [] },
  ])('$title', ({ routes, expected }) => {
    expect(findings(['SB3003', 'SB6015', 'IST0173'], routes)).toEqual(expected)
  })
})

describe('a subset', () => {
  const subset = resource(
    'DestinationRule',
    'a',
    '  host: api.example.com\n  subsets: [{ name: v1, labels: { version: v1 } }]',
  )
  const route = virtualService('    - route: [{ destination: { host: api.example.com, subset: v1 } }]')
  const entry = (endpoints: string) =>
    resource(
      'ServiceEntry',
      'b',
      `  hosts: [api.example.com]\n  resolution: DNS\n  ports: [{ number: 80, name: http, protocol: HTTP }]\n${endpoints}`,
    )

  test.each([
    { title: 'of a host without endpoints asks for labels that nothing has', endpoints: '', expected: 'SB3002' },
    {
      title: 'of other endpoints selects none',
      endpoints: '  endpoints: [{ address: a.example.net }]',
      expected: 'IST0173',
    },
  ])('$title', ({ endpoints, expected }) => {
    expect(findings(['SB3002', 'IST0173'], [subset, route, entry(endpoints)])).toEqual([
      expect.stringContaining(`${expected} a.yaml:15:63`),
    ])
  })
})

test.each([
  { spec: '  workloadSelector: {}', message: 'the `workloadSelector` has no labels' },
  { spec: '  workloadSelector: { matchLabels: { app: a } }', message: undefined },
])('of the selector `$spec` is told: $message', ({ spec, message }) => {
  const rule = resource(
    'DestinationRule',
    'a',
    `  host: one.internal\n  trafficPolicy: { tls: { mode: SIMPLE } }\n${spec}`,
  )
  expect(findings(['SB2010'], [rule])).toEqual(message === undefined ? [] : [`SB2010 a.yaml:7:3 ${message}`])
})

test.each([
  { suites: 'ECDHE-RSA-AES128-GCM-SHA256, "[AES128-SHA|AES256-SHA]"', messages: [] },
  { suites: 'NO-SUCH-CIPHER', messages: ['"NO-SUCH-CIPHER" is not a known cipher suite'] },
  { suites: 'AES128-SHA, AES128-SHA', messages: ['the cipher suite "AES128-SHA" is listed twice'] },
])('of the cipher suites $suites is told: $messages', ({ suites, messages }) => {
  const gateway = resource(
    'Gateway',
    'a',
    `
  servers:
    - port: { number: 443, name: https, protocol: HTTPS }
      hosts: [a.example.com]
      tls: { mode: SIMPLE, credentialName: c, cipherSuites: [${suites}] }
`,
  )
  expect(findings(['SB2010'], [gateway]).map(each => each.replace(/^.*? .*? /, ''))).toEqual(messages)
})

test('what Istio means to drop is told where it stands, but of a subset', () => {
  const rule = resource(
    'DestinationRule',
    'a',
    `
  host: one.internal
  trafficPolicy:
    loadBalancer: { consistentHash: { httpHeaderName: x-user, minimumRingSize: 10 } }
    outlierDetection: { consecutiveErrors: 5 }
    portLevelSettings:
      - port: { number: 80 }
        loadBalancer: { warmupDurationSecs: 5s }
  subsets:
    - { name: v1, trafficPolicy: { outlierDetection: { consecutiveErrors: 5 } } }
`,
  )
  expect(findings(['IST0002'], [rule])).toEqual([
    'IST0002 a.yaml:7:63 `minimumRingSize` is deprecated',
    'IST0002 a.yaml:8:25 `consecutiveErrors` is deprecated',
    'IST0002 a.yaml:11:25 `warmupDurationSecs` is deprecated',
  ])
})

test('a Gateway that sends what is HTTPS already to HTTPS has nothing to act on', () => {
  const gateway = resource(
    'Gateway',
    'a',
    `
  servers:
    - port: { number: 443, name: https, protocol: HTTPS }
      hosts: [a.example.com]
      tls: { mode: SIMPLE, credentialName: c, httpsRedirect: true }
`,
  )
  expect(findings(['SB6007'], [gateway])).toEqual(['SB6007 a.yaml:8:47 `httpsRedirect` has no effect here'])
})

test('routes without a slip are quiet', () => {
  const quiet = [
    virtualService(`    - match: [{ uri: { exact: /login } }]\n      ${toOne}\n    - ${toOne}`),
    resource('DestinationRule', 'one', '  host: one.internal\n  subsets: [{ name: v1, labels: { version: v1 } }]'),
  ]
  expect(findings(['IST0130', 'IST0131', 'IST0174', 'SB4003', 'SB5008', 'SB5009', 'SB6001', 'SB6007'], quiet)).toEqual(
    [],
  )
})

describe('servers on one port', () => {
  const server = (protocol: string, more = '') =>
    `    - { port: { number: 8443, name: ${protocol.toLowerCase()}, protocol: ${protocol} }, hosts: ["*"]${more} }\n`
  const tls = ', tls: { mode: SIMPLE, credentialName: a }'
  const gateway = (name: string, servers: string, app = 'a') =>
    resource('Gateway', name, `  selector: { app: ${app} }\n  servers:\n${servers}`)

  test.each([
    {
      title: 'of one Gateway speak two protocols',
      gateways: [gateway('a', server('HTTP') + server('HTTPS', tls))],
      expected: ['SB4004 a.yaml:8:9 the port 8443 uses HTTPS here, and HTTP in another server'],
    },
    {
      title: 'of two Gateways speak two protocols',
      gateways: [gateway('a', server('HTTPS', tls)), gateway('b', server('HTTP'))],
      expected: ['SB4004 a.yaml:15:9 the port 8443 uses HTTP here, and HTTPS in another server'],
    },
    {
      title: 'of other workloads may',
      gateways: [gateway('a', server('HTTPS', tls)), gateway('b', server('HTTP'), 'b')],
      expected: [],
    },
    {
      title: 'may be several of one protocol',
      gateways: [gateway('a', server('HTTPS', tls)), gateway('b', server('HTTPS', tls))],
      expected: [],
    },
  ])('$title', ({ gateways, expected }) => {
    expect(findings(['SB4004'], gateways)).toEqual(expected)
  })
})
