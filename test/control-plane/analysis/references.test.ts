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
    expect(compileRoutes(files).diagnostics.map(({ why }) => why)).toEqual(['no request is copied to it'])
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
