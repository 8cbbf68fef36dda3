import { describe, expect, test } from 'vitest'
import { isDnsName } from '../../../../../src/control-plane/config/istio/scalar/host.ts'
import { isIpAddress, isIpSubnet } from '../../../../../src/control-plane/config/istio/scalar/ip-address.ts'
import { marked, readYaml, withRules, withSpec } from '../../read-yaml.ts'

const withHosts = (hosts: string, gateways = '[edge]') =>
  withRules('  - redirect: {uri: /}')
    .replace('hosts: [shop.example.com]', `hosts: ${hosts}`)
    .replace('[edge]', gateways)

describe('the hosts of a VirtualService', () => {
  test.each([
    '[shop.example.com]',
    '[Shop.Example.COM]',
    '[shop]',
    '["*.example.com"]',
    '["*-shop.example.com"]',
    '["*"]',
    '[203.0.113.7]',
    '["2001:db8::1"]',
    '[shop.example.com.]',
    '[1.example.com]',
    '[a.example.com, b.example.com, "*.example.org"]',
    '["outbound_.80_._.shop.example.com"]',
  ])('%s are hosts', hosts => {
    expect(readYaml(withHosts(hosts)).diagnostics).toEqual([])
  })

  test.each([
    { title: 'a port', host: 'shop.example.com:8080', reason: 'a host has no port', mark: ':8080' },
    { title: 'a path', host: 'example.com/api', reason: 'a host has no path', mark: '/api' },
    { title: 'a URL', host: 'https://example.com/a', reason: 'it is a URL', mark: 'https://example.com/a' },
    { title: 'an underscore', host: 'my_shop.example.com', reason: 'a host has no underscore', mark: 'my_shop' },
    {
      title: 'a letter beyond ASCII',
      host: 'straße.example.com',
      reason: 'a host has ASCII letters only',
      mark: 'straße',
    },
    {
      title: 'typographic quotes',
      host: '“a.example.com”',
      reason: 'the quotation marks are typographic ones',
      mark: '“a',
    },
    { title: 'a space', host: 'a b.example.com', reason: 'a host has no white space or line break', mark: ' ' },
    {
      title: 'a hyphen at the end of a label',
      host: 'a-.example.com',
      reason: 'the label "a-" is not letters, digits and inner hyphens',
      mark: 'a-',
    },
    {
      title: 'a wildcard within',
      host: 'a.*.example.com',
      reason: 'a wildcard is the first label as a whole',
      mark: '*',
    },
    {
      title: 'a wildcard at the end of a label',
      host: 'shop-*.example.com',
      reason: 'a wildcard is the first label as a whole',
      mark: 'shop-*',
    },
    {
      title: 'a label that is too long',
      host: `${'a'.repeat(64)}.example.com`,
      reason: 'a label has at most 63 characters',
      mark: 'a'.repeat(64),
    },
    { title: 'a number as the last label', host: 'a.10', reason: 'its last label is a number', mark: '10' },
    { title: 'an address out of range', host: '10.0.0.300', reason: 'its last label is a number', mark: '300' },
  ])('$title is no host', ({ host, reason, mark }) => {
    const yaml = withHosts(`["${host}"]`)
    const { diagnostics } = readYaml(yaml)
    expect(diagnostics).toMatchObject([{ code: 'SB2004', path: 'spec.hosts[0]' }])
    expect(diagnostics[0]?.message).toContain(reason)
    expect(marked(yaml, diagnostics[0]!)).toBe(mark)
  })

  test('a line break that a block keeps is marked where the value starts', () => {
    const yaml = withHosts('').replace('hosts: ', 'hosts:\n  - |\n    shop.example.com\n  # ')
    const { diagnostics } = readYaml(yaml)
    expect(diagnostics).toMatchObject([
      { code: 'SB2004', path: 'spec.hosts[0]', span: { start: { line: 6, column: 5 } } },
    ])
  })

  test.each([
    { title: 'one host twice', hosts: '[a.b, A.b]', gateways: '[edge]', paths: ['spec.hosts[1]'] },
    {
      title: 'a wildcard that covers another',
      hosts: '["*.example.com", shop.example.com]',
      gateways: '[edge]',
      paths: ['spec.hosts[1]'],
    },
    {
      title: 'a wildcard after what it covers',
      hosts: '[shop.example.com, "*.example.com"]',
      gateways: '[edge]',
      paths: ['spec.hosts[0]'],
    },
    {
      title: 'a wildcard under a wildcard',
      hosts: '["*.a.example.com", "*.example.com"]',
      gateways: '[edge]',
      paths: ['spec.hosts[0]'],
    },
    { title: 'all hosts and one', hosts: '["*", a.b]', gateways: '[edge]', paths: ['spec.hosts[1]'] },
    { title: 'all hosts without a Gateway', hosts: '["*"]', gateways: '[mesh]', paths: ['spec.hosts[0]'] },
  ])('$title do not go together', ({ hosts, gateways, paths }) => {
    expect(readYaml(withHosts(hosts, gateways)).diagnostics.map(({ path }) => path)).toEqual(paths)
  })
})

describe('the hosts of a Gateway server', () => {
  const withServer = (host: string) =>
    withSpec('Gateway', `  servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["${host}"]}]`)

  test.each(['*', 'a.example.com', '*.example.com', 'team/a.example.com', './*', '*/a.example.com', '203.0.113.7'])(
    '%s is one',
    host => {
      expect(readYaml(withServer(host)).diagnostics).toEqual([])
    },
  )

  test.each(['shop', '*shop.example.com', '/a.example.com', 'team/', 'te_am/a.b', 'a.*.b', '~/a.b'])(
    '%s is none',
    host => {
      expect(readYaml(withServer(host)).diagnostics).toMatchObject([
        { code: 'SB2004', path: 'spec.servers[0].hosts[0]' },
      ])
    },
  )
})

test.each([
  ['a.b', true],
  ['a.b.', true],
  ['*.a.b', false],
  ['', false],
  ['a..b', false],
])('isDnsName(%j) is %j', (name, expected) => {
  expect(isDnsName(name)).toBe(expected)
})

test.each([
  ['10.0.0.1', true],
  ['10.0.0.01', false],
  ['10.0.0', false],
  ['256.0.0.1', false],
  ['::', true],
  ['::1', true],
  ['2001:db8::7:8', true],
  ['1:2:3:4:5:6:7:8', true],
  ['1:2:3:4:5:6:7:8:9', false],
  ['1:2:3:4:5:6:7::8:9', false],
  ['1::2::3', false],
  ['12345::', false],
  ['::ffff:10.0.0.1', true],
  ['10.0.0.1::', false],
  ['fe80::1%eth0', true],
  ['[::1]', false],
])('isIpAddress(%j) is %j', (address, expected) => {
  expect(isIpAddress(address)).toBe(expected)
})

test.each([
  ['10.0.0.0/8', true],
  ['10.0.0.0/33', false],
  ['2001:db8::/32', true],
  ['2001:db8::/129', false],
  ['10.0.0.1', true],
  ['10.0.0.0/08', false],
  ['10.0.0.0/8/8', false],
  ['a.b/8', false],
])('isIpSubnet(%j) is %j', (subnet, expected) => {
  expect(isIpSubnet(subnet)).toBe(expected)
})
