import { describe, expect, test } from 'vitest'
import type { HostChange } from '../../../src/cli/changes/host-changes.ts'
import { changesAnything, compareTables, hostsKept } from '../../../src/cli/changes/table-changes.ts'
import { resource, serviceEntry } from '../../control-plane/source-files.ts'
import { gateway, rules, rulesOn, service, tableOf, tableOfFiles } from './table-of.ts'

const ok = 'directResponse: { status: 200 }'
const at = (path: string, action = ok, name?: string) =>
  `{ ${name === undefined ? '' : `name: ${name}, `}match: [{ uri: { prefix: ${path} } }], ${action} }`
const to = (...destinations: readonly string[]) => `route: [${destinations.join(', ')}]`
const v = (subset: string, weight?: number, more = '') =>
  `{ destination: { host: shop.internal, subset: ${subset} }${weight === undefined ? '' : `, weight: ${weight}`}${more} }`
const v1 = 'outbound|443|v1|shop.internal'
const v2 = 'outbound|443|v2|shop.internal'

/** What changes, one thing a line: hosts, and under each its routes. */
function told(before: readonly string[], after: readonly string[]): string[] {
  return compareTables(tableOf(...before), tableOf(...after)).hosts.flatMap(host => [
    `${host.kind} ${host.domains.join(' ')} on ${host.listeners.join(' ')}`,
    ...routesOf(host),
  ])
}

function routesOf(host: HostChange): string[] {
  if (host.kind !== 'changed') return []
  return host.routes.map(({ kind, name, match, differences }) =>
    [`  ${kind} ${name}: ${match}`, ...differences.map(({ aspect }) => aspect)].join(', '),
  )
}

const http = '{ port: { number: 80, name: http, protocol: HTTP }, hosts: ["*"] }'

describe('a host is a domain on a listener', () => {
  test.each([
    {
      title: 'one that comes is added',
      before: [rules('a.example', at('/'))],
      after: [rules('a.example', at('/')), rules('b.example', at('/'))],
      says: ['added b.example on default'],
    },
    {
      title: 'one that goes is removed',
      before: [rules('a.example', at('/')), rules('b.example', at('/'))],
      after: [rules('b.example', at('/'))],
      says: ['removed a.example on default'],
    },
    {
      title: 'one that joins others is added, and they stay',
      before: [rules('a.example', at('/'))],
      after: [rules('a.example, *.b.example', at('/'))],
      says: ['added *.b.example on default'],
    },
    {
      title: 'one that leaves others for the same routes of its own stays',
      before: [rules('a.example, b.example', at('/', ok, 'home'))],
      after: [rules('a.example', at('/', ok, 'home')), rules('b.example', at('/', ok, 'home'))],
      says: [],
    },
    {
      title: 'one of several that gets other routes changes alone',
      before: [rules('a.example, b.example, c.example', at('/', ok, 'home'))],
      after: [rules('a.example, c.example', at('/', ok, 'home')), rules('b.example', at('/x', ok, 'home'))],
      says: ['changed b.example on default', '  changed home: uri.prefix /x, match'],
    },
    {
      title: 'those that share their routes change together',
      before: [rules('a.example, b.example', at('/', ok, 'home'))],
      after: [rules('a.example, b.example', at('/x', ok, 'home'))],
      says: ['changed a.example b.example on default', '  changed home: uri.prefix /x, match'],
    },
    {
      title: 'the same change on several listeners is one',
      before: [gateway('edge', http), rulesOn('edge, mesh', 'a.example', at('/'))],
      after: [gateway('edge', http), rulesOn('edge, mesh', 'a.example', at('/x'), at('/'))],
      says: ['changed a.example on http.80 default', '  added a-example.http[0]: uri.prefix /x'],
    },
    {
      title: 'one that moves to another listener is removed there and added here',
      before: [gateway('edge', http), rules('a.example', at('/'))],
      after: [gateway('edge', http), rulesOn('edge', 'a.example', at('/'))],
      says: ['removed a.example on default', 'added a.example on http.80'],
    },
  ])('$title', ({ before, after, says }) => {
    expect(told(before, after)).toEqual(says)
  })
})

describe('a route is the same one', () => {
  const other = 'directResponse: { status: 404 }'
  test.each([
    {
      title: 'although one was inserted above all of them',
      before: [at('/a'), at('/b'), at('/c')],
      after: [at('/new'), at('/a'), at('/b'), at('/c')],
      says: ['added shop.http[0]: uri.prefix /new'],
    },
    {
      title: 'although one above it is gone',
      before: [at('/a'), at('/b'), at('/c')],
      after: [at('/a'), at('/c')],
      says: ['removed shop.http[1]: uri.prefix /b'],
    },
    {
      title: 'where it asks for the same and does something else',
      before: [at('/a'), at('/b')],
      after: [at('/a', other), at('/b')],
      says: ['changed shop.http[0]: uri.prefix /a, response'],
    },
    {
      title: 'where it does the same between the same others, and asks for something else',
      before: [at('/a', other), at('/b'), at('/c', other)],
      after: [at('/a', other), at('/x'), at('/c', other)],
      says: ['changed shop.http[1]: uri.prefix /x, match'],
    },
    {
      title: 'but not where it also stands elsewhere: one is gone and another one is there',
      before: [at('/a'), at('/b'), at('/c')],
      after: [at('/b'), at('/c'), at('/x')],
      says: ['removed shop.http[0]: uri.prefix /a', 'added shop.http[2]: uri.prefix /x'],
    },
    {
      title: 'where it alone was given the name, whatever else is new',
      before: [at('/a', ok, 'canary'), at('/b'), at('/c')],
      after: [at('/b'), at('/c'), at('/x', other, 'canary')],
      says: ['changed canary: uri.prefix /x, match, response, order'],
    },
    {
      title: 'where only its place differs: the fewest that explain the order are moved',
      before: [at('/a'), at('/b'), at('/c'), at('/d')],
      after: [at('/d'), at('/a'), at('/b'), at('/c')],
      says: ['moved shop.http[0]: uri.prefix /d'],
    },
    {
      title: 'where only its name differs',
      before: [at('/a', ok, 'one')],
      after: [at('/a', ok, 'two')],
      says: ['renamed two: uri.prefix /a, name'],
    },
    {
      title: 'and a name that was made up is as good with another number',
      before: [`{ match: [{ gateways: [nowhere] }], ${ok} }`, at('/a')],
      after: [at('/a')],
      says: [],
    },
    {
      title: 'where several ask for the same, in their order',
      before: [at('/a', ok, 'first'), at('/a', other, 'last')],
      after: [at('/a', ok, 'first'), at('/a', ok, 'second'), at('/a', other, 'last')],
      says: ['added second: uri.prefix /a'],
    },
    {
      title: 'where it asks for a header as well by now',
      before: [at('/a', ok, 'beta'), at('/a', other)],
      after: [`{ name: beta, match: [{ uri: { prefix: /a }, headers: { x-beta: {} } }], ${ok} }`, at('/a', other)],
      says: ['changed beta: uri.prefix /a, headers x-beta present, match'],
    },
  ])('$title', ({ before, after, says }) => {
    const [, ...routes] = told([rules('shop', ...before)], [rules('shop', ...after)])
    expect(routes.map(line => line.trim())).toEqual(says)
  })
})

describe('of a changed route is told', () => {
  const differences = (before: string, after: string) => {
    const [host] = compareTables(
      tableOf(service('shop.internal'), rules('shop', `{ name: r, ${before} }`)),
      tableOf(service('shop.internal'), rules('shop', `{ name: r, ${after} }`)),
    ).hosts
    return host?.kind === 'changed' ? host.routes.flatMap(route => route.differences) : []
  }
  const one = to(v('v1'))
  const forward = (more: string) => `${one}, ${more}`
  test.each([
    {
      title: 'how weights move, cluster by cluster',
      before: to(v('v1', 90), v('v2', 10)),
      after: to(v('v1', 80), v('v2', 20)),
      is: {
        aspect: 'weights',
        shares: [
          { cluster: v1, from: 90, to: 80 },
          { cluster: v2, from: 10, to: 20 },
        ],
      },
    },
    {
      title: 'weights that come to the same shares, as they are written',
      before: to(v('v1', 90), v('v2', 10)),
      after: to(v('v1', 9), v('v2', 1)),
      is: {
        aspect: 'weights',
        from: [`${v1} weight 90`, `${v2} weight 10`],
        to: [`${v1} weight 9`, `${v2} weight 1`],
      },
    },
    {
      title: 'destinations in another order, whole',
      before: to(v('v1', 50), v('v2', 50)),
      after: to(v('v2', 50), v('v1', 50)),
      is: { aspect: 'weights', to: [`${v2} weight 50`, `${v1} weight 50`] },
    },
    {
      title: 'a destination that comes',
      before: one,
      after: to(v('v1', 99), v('v2', 1)),
      is: {
        aspect: 'destinations',
        shares: [
          { cluster: v1, from: 100, to: 99 },
          { cluster: v2, to: 1 },
        ],
      },
    },
    {
      title: 'a destination in place of another one',
      before: one,
      after: to(v('v2')),
      is: {
        aspect: 'destinations',
        shares: [
          { cluster: v2, to: 100 },
          { cluster: v1, from: 100 },
        ],
      },
    },
    {
      title: 'a rewrite',
      before: one,
      after: forward('rewrite: { uri: /x }'),
      is: { aspect: 'rewrite', from: [], to: ['/x'] },
    },
    {
      title: 'a rewrite of the Host',
      before: forward('rewrite: { authority: a }'),
      after: forward('rewrite: { authority: b }'),
      is: { aspect: 'host rewrite', from: ['a'], to: ['b'] },
    },
    { title: 'a timeout', before: one, after: forward('timeout: 2s'), is: { aspect: 'timeout', to: ['2000 ms'] } },
    {
      title: 'of retries what is not as before',
      before: one,
      after: forward('retries: { attempts: 5, perTryTimeout: 1s }'),
      is: { aspect: 'retries', from: ['up to 2'], to: ['up to 5', 'per try 1000 ms'] },
    },
    {
      title: 'retries that are switched off',
      before: one,
      after: forward('retries: { attempts: 0 }'),
      is: { aspect: 'retries', to: ['off'] },
    },
    {
      title: 'a mirror',
      before: one,
      after: forward('mirror: { host: shop.internal, subset: v2 }, mirrorPercentage: { value: 5 }'),
      is: { aspect: 'mirrors', from: [], to: [`${v2} 5 %`] },
    },
    {
      title: 'a fault',
      before: forward('fault: { abort: { httpStatus: 503, percentage: { value: 1 } } }'),
      after: forward('fault: { delay: { fixedDelay: 1s, percentage: { value: 50 } } }'),
      is: { aspect: 'fault', from: ['abort 503 for 1 %'], to: ['delay 1000 ms for 50 %'] },
    },
    {
      title: 'of CORS what is not as before',
      before: forward('corsPolicy: { allowOrigins: [{ exact: "https://a" }], allowMethods: [GET] }'),
      after: forward('corsPolicy: { allowOrigins: [{ exact: "https://a" }, { prefix: x }], allowMethods: [GET] }'),
      is: { aspect: 'cors', from: [], to: ['origin prefix "x"'] },
    },
    {
      title: 'of headers what is not as before',
      before: forward('headers: { request: { set: { x-a: "1", x-b: "2" } } }'),
      after: forward('headers: { request: { set: { x-a: "1" } }, response: { remove: [x-c] } }'),
      is: { aspect: 'headers', from: ['request = x-b: 2'], to: ['response − x-c'] },
    },
    {
      title: 'whose headers they are, where destinations differ in them',
      before: to(v('v1', 50), v('v2', 50)),
      after: to(v('v1', 50), v('v2', 50, ', headers: { request: { set: { x-a: "1" } } }')),
      is: { aspect: 'headers', from: [], to: [`${v2}: request = x-a: 1`] },
    },
    {
      title: 'a redirect',
      before: 'redirect: { uri: /a }',
      after: 'redirect: { uri: /a, scheme: https, port: 8443, redirectCode: 302 }',
      is: { aspect: 'redirect', from: ['301 path /a'], to: ['302 https port 8443 path /a'] },
    },
    {
      title: 'a direct response',
      before: 'directResponse: { status: 200 }',
      after: 'directResponse: { status: 200, body: { string: hi } }',
      is: { aspect: 'response', from: ['200'], to: ['200 "hi"'] },
    },
    {
      title: 'headers of an answer',
      before: 'redirect: { uri: /a }',
      after: 'redirect: { uri: /a }, headers: { response: { add: { x-a: "1" } } }',
      is: { aspect: 'headers', to: ['response + x-a: 1'] },
    },
    {
      title: 'that it answers instead of forwarding',
      before: to(v('v1', 90), v('v2', 10)),
      after: 'directResponse: { status: 503 }',
      is: { aspect: 'action', from: [`→ ${v1} 90 %, ${v2} 10 %`], to: ['respond 503'] },
    },
  ])('$title', ({ before, after, is }) => {
    expect(differences(before, after)).toMatchObject([is])
  })

  test('everything, where several things differ', () => {
    const found = differences(one, `match: [{ uri: { prefix: /a } }], ${to(v('v2'))}, timeout: 1s`)
    expect(found.map(({ aspect }) => aspect)).toEqual(['match', 'destinations', 'timeout'])
  })
})

test('of a route, what makes the key of its requests is told', () => {
  const shop = rules('shop', `{ ${to('{ destination: { host: a.internal } }')} }`)
  const byHeader = (name: string) => [
    shop,
    serviceEntry('a.internal', 'one'),
    resource(
      'DestinationRule',
      'a',
      `  host: a.internal\n  trafficPolicy: { loadBalancer: { consistentHash: { httpHeaderName: ${name} } } }`,
    ),
  ]
  const [host] = compareTables(tableOf(...byHeader('x-user')), tableOf(...byHeader('x-tenant'))).hosts
  expect(host?.kind === 'changed' && host.routes[0]!.differences).toEqual([
    { aspect: 'key', from: ['header x-user'], to: ['header x-tenant'] },
  ])
})

describe('of clusters is told', () => {
  const shop = rules('shop', `{ ${to('{ destination: { host: a.internal } }')} }`)
  const entry = (...addresses: readonly string[]) => serviceEntry('a.internal', ...addresses)
  const name = 'outbound|80||a.internal'
  const http1 = { scheme: 'http', weight: 1 }
  test.each([
    {
      title: 'an endpoint that comes and one that goes, though no route changes',
      before: [shop, entry('one', 'two')],
      after: [shop, entry('two', 'three')],
      changed: [
        {
          name,
          endpointsAfter: 2,
          endpoints: [
            { endpoint: 'one:80', from: http1 },
            { endpoint: 'three:80', to: http1 },
          ],
        },
      ],
    },
    {
      title: 'another weight',
      before: [shop, entry('one', 'two')],
      after: [shop, entry('one', 'two').replace('address: two', 'address: two, weight: 3')],
      changed: [{ endpoints: [{ endpoint: 'two:80', from: http1, to: { scheme: 'http', weight: 3 } }] }],
    },
    {
      title: 'TLS that begins',
      before: [shop, entry('one')],
      after: [
        shop,
        entry('one'),
        resource('DestinationRule', 'a', '  host: a.internal\n  trafficPolicy: { tls: { mode: SIMPLE } }'),
      ],
      changed: [{ endpoints: [{ endpoint: 'one:80', from: http1, to: { scheme: 'https', weight: 1 } }] }],
    },
    {
      title: 'another way to choose one of them',
      before: [shop, entry('one', 'two')],
      after: [
        shop,
        entry('one', 'two'),
        resource(
          'DestinationRule',
          'a',
          '  host: a.internal\n  trafficPolicy: { loadBalancer: { simple: RANDOM }, outlierDetection: { maxEjectionPercent: 50 }, connectionPool: { http: { http2MaxRequests: 9 } } }',
        ),
      ],
      changed: [
        {
          endpoints: [],
          differences: [
            { aspect: 'balancing', from: ['fewest requests'], to: ['at random'] },
            {
              aspect: 'outlier detection',
              from: [],
              to: ['after 5 server errors', 'for 30000 ms, checked every 10000 ms', 'at most 50 %'],
            },
            { aspect: 'limits', from: [], to: ['at most 9 requests'] },
          ],
        },
      ],
    },
    {
      title: 'that nothing declares them any more',
      before: [shop, entry('one')],
      after: [shop],
      changed: [{ endpointsAfter: 0, differences: [{ aspect: 'declared', to: ['nothing declares it'] }] }],
    },
    {
      title: 'another order of their endpoints',
      before: [shop, entry('one', 'two')],
      after: [shop, entry('two', 'one')],
      changed: [{ endpoints: [], differences: [{ aspect: 'endpoint order' }] }],
    },
    {
      title: 'how many come, where routes name them',
      before: [shop, entry('one')],
      after: [shop, rules('b', `{ ${to('{ destination: { host: b.internal } }')} }`), entry('one')],
      added: 1,
      changed: [],
    },
  ])('$title', ({ before, after, changed, added = 0 }) => {
    const { clusters } = compareTables(tableOf(...before), tableOf(...after))
    expect(clusters).toMatchObject({ changed, added, removed: 0 })
  })
})

describe('of listeners is told', () => {
  const https = (host: string, name = 'https') =>
    `{ port: { number: 443, name: ${name}, protocol: HTTPS }, hosts: ["${host}"], tls: { mode: SIMPLE, credentialName: c } }`
  test('one that comes, one that goes', () => {
    const { listeners } = compareTables(tableOf(gateway('edge', http)), tableOf(gateway('edge', https('*'))))
    expect(listeners).toEqual([
      { kind: 'added', name: 'https.443.https.edge.default', differences: [] },
      { kind: 'removed', name: 'http.80', differences: [] },
    ])
  })

  test('that an HTTPS server admits other hosts', () => {
    const { listeners } = compareTables(
      tableOf(gateway('edge', https('*.a.example'))),
      tableOf(gateway('edge', https('a.example'))),
    )
    expect(listeners).toEqual([
      {
        kind: 'changed',
        name: 'https.443.https.edge.default',
        differences: [{ aspect: 'admitted hosts', from: ['*.a.example'], to: ['a.example'] }],
      },
    ])
  })

  test('that it asks for certificates', () => {
    const { listeners } = compareTables(
      tableOf(gateway('edge', https('a.example'))),
      tableOf(gateway('edge', https('a.example').replace('SIMPLE', 'MUTUAL'))),
    )
    expect(listeners).toMatchObject([
      { kind: 'changed', differences: [{ aspect: 'client certificates', from: [], to: ['required'] }] },
    ])
  })

  test('only the name, where a Gateway has another one: its hosts stay', () => {
    const { listeners, hosts } = compareTables(
      tableOf(gateway('edge', https('*')), rulesOn('edge', 'a.example', at('/'))),
      tableOf(gateway('rim', https('*')), rulesOn('rim', 'a.example', at('/'))),
    )
    expect({ listeners, hosts }).toMatchObject({
      listeners: [{ kind: 'changed', name: 'https.443.https.rim.default', differences: [{ aspect: 'name' }] }],
      hosts: [],
    })
  })
})

test.each([
  {
    title: 'how paths are normalised',
    mesh: 'pathNormalization: { normalization: NONE }\n',
    is: { aspect: 'path normalisation', from: ['base'], to: ['none'] },
  },
  {
    title: 'how many proxies are trusted',
    mesh: 'defaultConfig: { gatewayTopology: { numTrustedProxies: 2 } }\n',
    is: { aspect: 'trusted hops', from: ['0'], to: ['2'] },
  },
])('of settings is told: $title', ({ mesh, is }) => {
  const files = { 'a.yaml': rules('a.example', at('/')) }
  const changes = compareTables(tableOfFiles(files), tableOfFiles({ ...files, 'mesh.yaml': mesh }))
  expect(changes).toMatchObject({ settings: [is], hosts: [] })
  expect(changesAnything(changes)).toBe(true)
})

describe('how many hosts are left', () => {
  test.each([
    { title: 'none of none', before: undefined, after: ['a.example'], is: { before: 0, after: 1, kept: 0 } },
    { title: 'those of the same name', before: ['a.example', 'b.example'], after: ['b.example', 'c'], is: { kept: 1 } },
    {
      title: 'those whose suffix is served',
      before: ['a.b.example', '*.c.b.example'],
      after: ['*.b.example'],
      is: { kept: 2 },
    },
    {
      title: 'not those that only * would take',
      before: ['a.example'],
      after: ['*'],
      is: { before: 1, after: 1, kept: 0 },
    },
    { title: 'nor those of which a suffix was served', before: ['*.example'], after: ['a.example'], is: { kept: 0 } },
  ])('$title', ({ before, after, is }) => {
    const tables = [before, after].map(
      hosts => hosts && tableOf(gateway('edge', http), ...hosts.map(host => rulesOn('edge', host, at('/')))),
    )
    expect(hostsKept(compareTables(tables[0], tables[1]!))).toMatchObject(is)
  })
})

test('where nothing was served before, all hosts are added and nothing has changed', () => {
  const changes = compareTables(undefined, tableOf(rules('a.example', at('/'), at('/x'))))
  expect(changes).toMatchObject({
    hosts: [{ kind: 'added', domains: ['a.example'], routes: 1 }],
    listeners: [{ kind: 'added', name: 'default' }],
    settings: [],
  })
  expect(changes).not.toHaveProperty('before')
  expect(changesAnything(changes)).toBe(true)
})
