import { describe, expect, test } from 'vitest'
import { compileRoutes } from '../../../src/control-plane/compile-routes.ts'
import { documents, resource, serviceEntry, sourceFiles } from '../source-files.ts'

/** The findings about a config, each as `CODE line:column message`. */
function findings(...resources: string[]): string[] {
  return compileRoutes(sourceFiles({ 'a.yaml': documents(...resources) })).diagnostics.map(
    ({ code, span, message }) => `${code} ${span?.start.line}:${span?.start.column} ${message}`,
  )
}

const origin = serviceEntry('reviews.example.net', 'reviews-v1.example.net v1')
const rule = resource(
  'DestinationRule',
  'reviews',
  `
  host: reviews.example.net
  subsets:
    - { name: v1, labels: { version: v1 } }
    - { name: v2, labels: { version: v2 } }
`,
)
const routeTo = (destination: string, more = '') =>
  resource(
    'VirtualService',
    'reviews',
    `
  hosts: [reviews.example.com]
${more}  http:
    - route:
        - destination: ${destination}
`,
  )

describe('a destination', () => {
  test.each([
    { title: 'that exists is no finding', destination: '{ host: reviews.example.net, subset: v1 }', expected: [] },
    {
      title: 'with an unknown host',
      destination: '{ host: review.example.net }',
      expected: ['IST0101 8:32 no ServiceEntry declares the host "review.example.net"'],
    },
    {
      title: 'with a short name is told what it means',
      destination: '{ host: reviews }',
      expected: [
        'IST0101 8:32 no ServiceEntry declares the host "reviews" (which means "reviews.default.svc.cluster.local")',
      ],
    },
    {
      title: 'with an unknown subset',
      destination: '{ host: reviews.example.net, subset: v3 }',
      expected: ['IST0101 8:61 subset "v3" of reviews.example.net is not defined'],
    },
    {
      title: 'with a subset that selects no endpoint',
      destination: '{ host: reviews.example.net, subset: v2 }',
      expected: ['IST0173 8:61 subset "v2" of reviews.example.net selects no endpoint'],
    },
    {
      title: 'with a port that the host lacks',
      destination: '{ host: reviews.example.net, port: { number: 81 } }',
      expected: ['IST0101 8:69 host "reviews.example.net" has no port 81'],
    },
  ])('$title', ({ destination, expected }) => {
    expect(findings(routeTo(destination), rule, origin)).toEqual(expected)
  })
})

describe('a mirror', () => {
  const mirrored = (field: string) =>
    resource(
      'VirtualService',
      'reviews',
      `
  hosts: [reviews.example.com]
  http:
    - route: [{ destination: { host: reviews.example.net } }]
      ${field}
`,
    )
  test.each([
    { title: 'that exists is no finding', field: 'mirror: { host: reviews.example.net, subset: v1 }', expected: [] },
    {
      title: 'with an unknown host',
      field: 'mirror: { host: review.example.net }',
      expected: ['IST0101 8:23 no ServiceEntry declares the host "review.example.net"'],
    },
    {
      title: 'with an unknown subset',
      field: 'mirror: { host: reviews.example.net, subset: v3 }',
      expected: ['IST0101 8:52 subset "v3" of reviews.example.net is not defined'],
    },
    {
      title: 'of a list, with a subset that selects no endpoint',
      field:
        'mirrors: [{ destination: { host: reviews.example.net } }, { destination: { host: reviews.example.net, subset: v2 } }]',
      expected: ['IST0173 8:117 subset "v2" of reviews.example.net selects no endpoint'],
    },
  ])('$title', ({ field, expected }) => {
    expect(findings(mirrored(field), rule, origin)).toEqual(expected)
  })

  test('that cannot be sent anything fails no request', () => {
    const files = sourceFiles({ 'a.yaml': documents(mirrored('mirror: { host: gone.example.net }'), rule, origin) })
    expect(compileRoutes(files).diagnostics.map(({ why }) => why)).toEqual(['no request is mirrored to it'])
  })
})

const gateway = (hosts: string) =>
  resource(
    'Gateway',
    'edge',
    `
  servers:
    - port: { number: 80, name: http, protocol: HTTP }
      hosts: [${hosts}]
`,
  )

describe('a Gateway', () => {
  const good = '{ host: reviews.example.net }'
  test.each([
    { title: 'that exists is no finding', gateways: 'edge', hosts: '"*.example.com"', expected: [] },
    { title: 'may be named with its namespace', gateways: 'default/edge', hosts: '"*"', expected: [] },
    {
      title: 'that does not exist',
      gateways: 'egde',
      hosts: '"*"',
      expected: ['IST0101 6:14 no Gateway is called "default/egde"'],
    },
    {
      title: 'that does not admit the host',
      gateways: 'edge',
      hosts: 'shop.example.com',
      expected: ['IST0132 6:14 no server of Gateway default/edge admits the host "reviews.example.com"'],
    },
  ])('$title', ({ gateways, hosts, expected }) => {
    expect(findings(routeTo(good, `  gateways: [${gateways}]\n`), gateway(hosts), origin)).toEqual(expected)
  })
})

test('two VirtualServices of the default listener for one host conflict', () => {
  const first = routeTo('{ host: reviews.example.net }')
  const second = first.replace('name: reviews', 'name: zzz')
  expect(findings(first, second, origin)).toEqual([
    'IST0109 14:11 host "reviews.example.com" is also served by VirtualService default/reviews, and neither is bound to a Gateway',
  ])
})

describe('what is in another namespace', () => {
  const advice = (...resources: string[]) =>
    compileRoutes(sourceFiles({ 'a.yaml': documents(...resources) })).diagnostics.flatMap(({ severity, help }) =>
      severity === 'error' ? [help] : [],
    )
  const to = (destination: string) => routeTo(destination)
  const into = (namespace: string, text: string) =>
    text.replace(/metadata: \{ /, `metadata: { namespace: ${namespace}, `)

  test('is a policy that is not asked', () => {
    expect(advice(origin, into('stage', rule), to('{ host: reviews.example.net, subset: v1 }'))).toEqual([
      'put DestinationRule stage/reviews into the namespace "default": in its namespace it does not apply',
    ])
  })

  test('is a host with the short name', () => {
    const other = into('prod', serviceEntry('rev.prod.svc.cluster.local', 'rev.example.net'))
    expect(advice(other, to('{ host: rev }'))).toEqual([
      'write "rev.prod.svc.cluster.local", or add a ServiceEntry with this host',
    ])
  })

  const selecting = resource(
    'ServiceEntry',
    'vm',
    '  hosts: [vm.internal]\n  resolution: DNS\n  ports: [{ number: 80, name: http, protocol: HTTP }]\n  workloadSelector: { labels: { app: vm } }',
  )
  const workload = (app: string) =>
    resource('WorkloadEntry', 'vm-1', `  address: a.b\n  labels: { app: ${app}, version: v1 }`)
  const vmRule = resource(
    'DestinationRule',
    'vm',
    '  host: vm.internal\n  subsets: [{ name: v1, labels: { version: v1 } }]',
  )

  test.each([
    {
      title: 'is a WorkloadEntry with the labels',
      entry: into('prod', workload('vm')),
      help: 'put WorkloadEntry prod/vm-1 into the namespace "default": a selector selects in its own namespace only',
    },
    {
      title: 'or nothing has the labels',
      entry: workload('wm'),
      help: 'give the labels app: vm to a WorkloadEntry of the namespace "default"',
    },
  ])('$title', ({ entry, help }) => {
    expect(advice(selecting, entry, vmRule, to('{ host: vm.internal, subset: v1 }'))).toEqual([help])
  })
})

test('of a port that could not be read nothing else is said', () => {
  const entry = resource(
    'ServiceEntry',
    'two',
    '  hosts: [two.example.net]\n  resolution: DNS\n  ports: [{ number: 80, name: a, protocol: HTTP }, { number: 81, name: b, protocol: HTTP }]',
  )
  expect(findings(entry, routeTo('{ host: two.example.net, port: 80 }'))).toEqual([expect.stringContaining('SB2002')])
})
