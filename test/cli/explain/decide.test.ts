import { describe, expect, test } from 'vitest'
import { documents, resource } from '../../control-plane/source-files.ts'
import { explainRules, explainText } from './explained.ts'

describe('what comes of a route', () => {
  test.each([
    {
      title: 'a redirect tells its location',
      rules: '  - redirect: { uri: /new, redirectCode: 308 }',
      decision: {
        outcome: { kind: 'answer', status: 308, location: 'http://a.example/new', details: 'direct_response' },
        action: { kind: 'redirect', status: 308 },
        responseHeaders: { changes: [], sent: [['location', 'http://a.example/new']] },
      },
    },
    {
      title: 'a direct response tells its body',
      rules: '  - directResponse: { status: 418, body: { string: tea } }',
      decision: {
        outcome: { kind: 'answer', status: 418, body: { text: 'tea' } },
        action: { kind: 'respond', status: 418 },
      },
    },
    {
      title: 'a prefix rewrite tells what it replaces',
      rules: `
  - match: [{ uri: { prefix: /x } }]
    rewrite: { uri: /y, authority: b.example }
    route: [{ destination: { host: origin.example } }]`,
      decision: {
        outcome: { kind: 'forward', target: '/y', authority: 'b.example', cluster: 'outbound|80||origin.example' },
        action: { kind: 'forward', rewrite: { kind: 'prefix', from: '/x', to: '/y' }, authority: 'b.example' },
      },
    },
    {
      title: 'a regex rewrite tells its regex',
      rules: `
  - rewrite: { uriRegexRewrite: { match: "^/(.)", rewrite: '/\\1-x' } }
    route: [{ destination: { host: origin.example } }]`,
      decision: {
        outcome: { target: '/x-x' },
        action: { rewrite: { kind: 'regex', from: '^/(.)', to: '/\\1-x' } },
      },
    },
    {
      title: 'a fault that is not drawn is told and has no effect',
      rules: `
  - fault: { abort: { httpStatus: 500, percentage: { value: 40 } } }
    route: [{ destination: { host: origin.example } }]`,
      decision: {
        outcome: { kind: 'forward' },
        policy: { fault: { abort: { status: 500, percent: 40, isDrawn: false } } },
      },
    },
    {
      title: 'a fault that is drawn decides',
      rules: `
  - fault:
      delay: { fixedDelay: 2s, percentage: { value: 100 } }
      abort: { httpStatus: 500, percentage: { value: 60 } }
    route: [{ destination: { host: origin.example } }]`,
      decision: {
        outcome: { kind: 'refuse', status: 500, flag: 'DI,FI', delayMs: 2000, details: 'fault_filter_abort' },
        policy: { fault: { delay: { isDrawn: true }, abort: { isDrawn: true } } },
      },
    },
    {
      title: 'a destination is drawn also where a fault decides',
      rules: `
  - fault: { abort: { httpStatus: 500, percentage: { value: 60 } } }
    route:
      - { destination: { host: origin.example }, weight: 20 }
      - { destination: { host: origin.example }, weight: 80 }`,
      decision: {
        outcome: { kind: 'refuse', flag: 'FI' },
        split: [
          { weight: 20, isDrawn: false },
          { weight: 80, isDrawn: true },
        ],
      },
    },
    {
      title: 'of two mirrors to one cluster, the greater share gets the one copy',
      rules: `
  - mirrors:
      - { destination: { host: origin.example }, percentage: { value: 10 } }
      - { destination: { host: origin.example }, percentage: { value: 90 } }
    route: [{ destination: { host: origin.example } }]`,
      decision: {
        policy: {
          mirrors: [
            { percent: 10, isDrawn: false },
            { percent: 90, isDrawn: true },
          ],
        },
      },
    },
    {
      title: 'an unknown destination is refused with its cluster',
      rules: '  - route: [{ destination: { host: nowhere.example, port: { number: 80 } } }]',
      decision: {
        outcome: {
          kind: 'refuse',
          status: 503,
          flag: 'NC',
          cluster: 'outbound|80||nowhere.example',
          route: 'shop.http[0]',
        },
      },
    },
  ])('$title', ({ rules, decision }) => {
    const explanation = explainRules(rules)
    expect(explanation.difference).toBeUndefined()
    expect(explanation.decision).toMatchObject(decision)
  })
})

test('header changes are told as written, and the origin’s headers as they come out', () => {
  const { decision } = explainRules(
    `
  - headers:
      request: { set: { x-path: "%REQ(:path)%" }, add: { x-user: b }, remove: [x-secret] }
      response: { set: { x-code: "%RESPONSE_CODE%" } }
    route: [{ destination: { host: origin.example } }]`,
    { headers: ['X-User: a', 'x-secret: s', 'connection: x-hop', 'x-hop: 1'] },
  )
  expect(decision.requestHeaders?.changes).toEqual(
    expect.arrayContaining([
      { change: 'remove', name: 'x-secret' },
      { change: 'set', name: 'x-path', value: '%REQ(:path)%' },
      { change: 'add', name: 'x-user', value: 'b' },
    ]),
  )
  expect(decision.requestHeaders?.sent).toEqual([
    ['x-forwarded-host', 'a.example'],
    ['x-forwarded-proto', 'http'],
    ['x-path', '/x'],
    ['x-request-id', '(a new UUID)'],
    ['x-signalbox-hop', '1'],
    ['x-user', 'a, b'],
  ])
  expect(decision.responseHeaders).toEqual({ changes: [{ change: 'set', name: 'x-code', value: '%RESPONSE_CODE%' }] })
})

test('a preflight is answered with the headers that CORS gives it', () => {
  const { decision } = explainRules(
    `
  - corsPolicy: { allowOrigins: [{ exact: "https://app.example" }], allowMethods: [GET] }
    route: [{ destination: { host: origin.example } }]`,
    { method: 'OPTIONS', headers: ['origin: https://app.example', 'access-control-request-method: GET'] },
  )
  expect(decision.outcome).toMatchObject({ kind: 'answer', status: 200, details: 'cors_response' })
  expect(decision.policy?.cors?.effect).toBe('preflight-answered')
  expect(decision.responseHeaders?.sent).toContainEqual(['access-control-allow-origin', 'https://app.example'])
})

test.each([
  { random: 0, drawn: 'v1', endpoint: '10.0.0.1' },
  { random: 0.89, drawn: 'v1', endpoint: '10.0.0.1' },
  { random: 0.91, drawn: 'v2', endpoint: '10.0.0.2' },
])('the draw $random goes to $drawn', ({ random, drawn, endpoint }) => {
  const { decision } = explainText(canary, { url: 'http://canary.example/', random })
  expect(decision.split).toEqual([
    { cluster: 'outbound|80|v1|o.example', subset: 'v1', weight: 90, percent: 90, isDrawn: drawn === 'v1' },
    { cluster: 'outbound|80|v2|o.example', subset: 'v2', weight: 10, percent: 10, isDrawn: drawn === 'v2' },
  ])
  expect(decision.outcome).toMatchObject({
    subset: drawn,
    endpoints: [{ address: endpoint, percent: 100, isDrawn: true }],
  })
})

describe('where nothing matches', () => {
  test('the routes whose path matches come nearest', () => {
    const { decision } = explainRules(`
  - match: [{ uri: { prefix: /xy } }]
    route: [{ destination: { host: origin.example } }]
  - match: [{ uri: { prefix: /x }, method: { exact: POST } }]
    route: [{ destination: { host: origin.example } }]`)
    expect(decision.outcome).toMatchObject({ kind: 'refuse', status: 404, flag: 'NR' })
    expect(decision.nearest).toEqual({
      routes: [{ route: 'shop.http[1]', file: 'shop.yaml', line: 9, why: 'method exact "POST" ≠ "GET"' }],
      hosts: [],
    })
  })

  test('else those that share the longest beginning', () => {
    const rules = ['/', '/api/orders', '/api', '/web'].map(
      path => `  - match: [{ uri: { exact: ${path} } }]\n    route: [{ destination: { host: origin.example } }]`,
    )
    const { decision } = explainRules(rules.join('\n'), { url: 'http://a.example/api/Orderz' })
    expect(decision.nearest?.routes.map(({ why }) => why)).toEqual([
      'uri.exact /api/orders begins like the path: /api/Order',
      'uri.exact /api begins like the path: /api',
    ])
  })

  test.each([
    { url: 'http://canray.example/', hosts: ['canary.example'] },
    { url: 'http://one.wild.exmaple/', hosts: ['*.wild.example'] },
    { url: 'http://elsewhere.test/', hosts: [] },
  ])('without a virtual host for $url, hosts that are written alike', ({ url, hosts }) => {
    const { decision } = explainText(canary, { url })
    expect(decision).toMatchObject({
      outcome: { flag: 'NR' },
      considered: [],
      tried: [],
      nearest: { routes: [], hosts },
    })
  })
})

test.each([
  { title: 'a path that no target can be', url: 'http://a.example/%00' },
  { title: 'two hosts', url: 'http://a.example/', headers: ['host: a.example', 'host: b.example'] },
])('a malformed head is refused before any rule: $title', asking => {
  const { decision } = explainRules('  - route: [{ destination: { host: origin.example } }]', asking)
  expect(decision).toMatchObject({ outcome: { kind: 'refuse', status: 400, flag: 'DPE' }, considered: [], tried: [] })
  expect(decision.request).not.toHaveProperty('path')
})

const canary = documents(
  resource(
    'VirtualService',
    'canary',
    `
  hosts: [canary.example, "*.wild.example"]
  http:
  - route:
    - { destination: { host: o.example, subset: v1 }, weight: 90 }
    - { destination: { host: o.example, subset: v2 }, weight: 10 }`,
  ),
  resource(
    'DestinationRule',
    'o',
    `
  host: o.example
  subsets: [{ name: v1, labels: { version: v1 } }, { name: v2, labels: { version: v2 } }]`,
  ),
  resource(
    'ServiceEntry',
    'o',
    `
  hosts: [o.example]
  resolution: STATIC
  ports: [{ number: 80, name: http, protocol: HTTP }]
  endpoints:
  - { address: 10.0.0.1, labels: { version: v1 } }
  - { address: 10.0.0.2, labels: { version: v2 } }`,
  ),
)

describe('what the runtime makes of it', () => {
  const rules = `
  - match: [{ headers: { x-user: { exact: b } } }]
    rewrite: { uri: /old/../new, authority: b.example }
    route: [{ destination: { host: origin.example } }]`
  const asking = { headers: ['x-user: a, c', 'x-user: b'] }

  test.each(['deno', 'node'] as const)('%s sends the Host and the path that are meant', runtime => {
    const { decision } = explainRules(rules, { ...asking, runtime })
    expect(decision).toMatchObject({
      runtime,
      outcome: { kind: 'forward', target: '/old/../newx', authority: 'b.example' },
    })
    const sent = Object.fromEntries(decision.requestHeaders!.sent!)
    expect(sent).toMatchObject({ host: 'b.example' })
    expect(sent).not.toHaveProperty('x-forwarded-host')
  })

  test('workerd would ask for another path, and tells the Host in a header', () => {
    const { decision } = explainRules(rules, asking)
    expect(decision).toMatchObject({
      runtime: 'workerd',
      outcome: { kind: 'refuse', status: 400, details: 'path_has_dot_segments' },
    })
    const plain = explainRules(rules.replace('/old/../new', '/new'), asking)
    const sent = Object.fromEntries(plain.decision.requestHeaders!.sent!)
    expect(sent).toMatchObject({ 'x-forwarded-host': 'b.example' })
    expect(sent).not.toHaveProperty('host')
  })

  test('a part of a header line is tested by itself only where lines are joined', () => {
    const ofParts = rules.replace('exact: b', 'exact: c').replace('/old/../new', '/new')
    const kinds = (['workerd', 'deno', 'node'] as const).map(
      runtime => explainRules(ofParts, { ...asking, runtime }).decision.outcome.kind,
    )
    expect(kinds).toEqual(['forward', 'refuse', 'refuse'])
  })
})

describe('a listener that asks for client certificates', () => {
  const hash = 'ab'.repeat(32)
  const guarded = (tls: string) =>
    documents(
      resource(
        'Gateway',
        'edge',
        `  servers: [{ port: { number: 443, name: tls, protocol: HTTPS }, hosts: ["*"], tls: { ${tls}, credentialName: c } }]\n`,
      ),
      resource(
        'VirtualService',
        'a',
        '  hosts: [a.example]\n  gateways: [edge]\n  http: [{ directResponse: { status: 200 } }]\n',
      ),
    )
  const url = 'https://a.example/'
  const verified = { 'cert-verified': 'true', 'cert-sha256': hash }

  test.each([
    {
      title: 'tells that there is none',
      tls: 'mode: MUTUAL',
      refused: 'it admits only clients with a verified certificate',
    },
    {
      title: 'tells which ones it lets in',
      tls: `mode: MUTUAL, verifyCertificateHash: ["${hash}"]`,
      client: { ...verified, 'cert-sha256': 'cd'.repeat(32) },
      refused: `it admits the client certificate with the SHA-256 ${hash}, not ${'cd'.repeat(32)}`,
    },
    {
      title: 'tells that nobody gets in',
      tls: 'mode: MUTUAL, subjectAltNames: [a]',
      client: verified,
      refused: 'it rejects every client: its conditions on client certificates cannot be checked',
    },
  ])('$title', ({ tls, client, refused }) => {
    const { decision, difference } = explainText(guarded(tls), { url, ...(client && { client }) })
    expect(difference).toBeUndefined()
    const listener = 'https.443.tls.edge.default'
    expect(decision).toMatchObject({
      outcome: { kind: 'refuse', status: 403, flag: 'DPE', details: 'client_certificate_required', listener },
      entrance: { listener, reason: 'port', serving: [listener], refused },
      considered: [],
      tried: [],
    })
    expect(decision).not.toHaveProperty('nearest')
    expect(decision.outcome).not.toHaveProperty('virtualHost')
  })

  test('lets in who has one', () => {
    const { decision, difference } = explainText(guarded('mode: MUTUAL'), { url, client: verified })
    expect(difference).toBeUndefined()
    expect(decision).toMatchObject({ outcome: { kind: 'answer', status: 200 } })
    expect(decision.entrance).not.toHaveProperty('refused')
  })
})
