import { describe, expect, test } from 'vitest'
import { readYaml, summaries, withSpec } from './read-yaml.ts'

describe('ServiceEntry', () => {
  test('every field is read and kept', () => {
    const { config, diagnostics } = readYaml(
      withSpec(
        'ServiceEntry',
        `
  hosts: [a.b, "*.c.d"]
  addresses: [10.0.0.1, 10.1.0.0/16]
  ports:
  - {number: 443, name: https, protocol: https, targetPort: 8443}
  - {number: 80, name: http, protocol: HTTP}
  location: MESH_INTERNAL
  resolution: STATIC
  endpoints:
  - address: 10.0.0.2
    ports: {https: 9443}
    labels: {version: v1}
    network: vpc/prod
    locality: eu/west/a
    weight: 3
    serviceAccount: shop
  exportTo: ["~"]
  subjectAltNames: [a.b]
`,
      ),
    )
    expect(diagnostics).toEqual([])
    expect(config.serviceEntries[0]?.spec).toEqual({
      hosts: ['a.b', '*.c.d'],
      addresses: ['10.0.0.1', '10.1.0.0/16'],
      ports: [
        { number: 443, name: 'https', protocol: 'HTTPS', targetPort: 8443 },
        { number: 80, name: 'http', protocol: 'HTTP' },
      ],
      location: 'MESH_INTERNAL',
      resolution: 'STATIC',
      endpoints: [
        {
          address: '10.0.0.2',
          ports: { https: 9443 },
          labels: { version: 'v1' },
          network: 'vpc/prod',
          locality: 'eu/west/a',
          weight: 3,
          serviceAccount: 'shop',
        },
      ],
      exportTo: ['~'],
      subjectAltNames: ['a.b'],
    })
  })

  test('it may select its workloads', () => {
    const { config } = readYaml(
      withSpec('ServiceEntry', '  hosts: [a.b]\n  resolution: STATIC\n  workloadSelector: {labels: {app: a}}'),
    )
    expect(config.serviceEntries[0]?.spec.workloadSelector).toEqual({ labels: { app: 'a' } })
  })

  const entry = (rest: string) =>
    withSpec('ServiceEntry', `  ports: [{number: 80, name: http, protocol: HTTP}]\n${rest}`)

  test.each([
    { title: 'it needs hosts', yaml: entry('  resolution: DNS'), expected: ['SB2003 4:1 spec'] },
    { title: 'it is not for all hosts', yaml: entry('  hosts: ["*"]'), expected: ['SB2004 6:11 spec.hosts[0]'] },
    {
      title: 'an address is one',
      yaml: entry('  hosts: [a.b]\n  addresses: [10.0.0.300]'),
      expected: ['SB2004 7:15 spec.addresses[0]'],
    },
    {
      title: 'a block of addresses is not resolved',
      yaml: entry('  hosts: [a.b]\n  addresses: [10.0.0.0/8]\n  resolution: DNS'),
      expected: ['SB2004 7:15 spec.addresses[0]'],
    },
    {
      title: 'a protocol is known',
      yaml: withSpec('ServiceEntry', '  hosts: [a.b]\n  ports: [{number: 80, name: a, protocol: WEB}]'),
      expected: ['SB2004 6:43 spec.ports[0].protocol'],
    },
    {
      title: 'ports have names and numbers of their own',
      yaml: withSpec('ServiceEntry', '  hosts: [a.b]\n  ports: [{number: 80, name: a}, {number: 80, name: a}]'),
      expected: ['SB2005 6:43 spec.ports[1].number', 'SB2005 6:53 spec.ports[1].name'],
    },
    {
      title: 'hosts do not share a plain port',
      yaml: withSpec(
        'ServiceEntry',
        '  hosts: [a.b, c.d]\n  resolution: DNS\n  ports: [{number: 80, name: a, protocol: TCP}]',
      ),
      expected: ['SB2005 5:3 spec.hosts'],
    },
    {
      title: 'a wildcard is not resolved by DNS',
      yaml: entry('  hosts: ["*.a.b"]\n  resolution: DNS'),
      expected: ['SB2004 6:11 spec.hosts[0]'],
    },
    {
      title: 'DYNAMIC_DNS is for wildcards',
      yaml: entry('  hosts: [a.b]\n  resolution: DYNAMIC_DNS'),
      expected: ['SB2004 6:11 spec.hosts[0]'],
    },
    {
      title: 'a waypoint resolves no names of its own mesh',
      yaml: entry('  hosts: ["*.a.b"]\n  location: MESH_INTERNAL\n  resolution: DYNAMIC_DNS').replace(
        '{name: shop}',
        '{name: shop, labels: {istio.io/use-waypoint: w}}',
      ),
      expected: ['SB2005 8:15 spec.resolution'],
    },
    {
      title: 'without a resolution there are no endpoints',
      yaml: entry('  hosts: [a.b]\n  endpoints: [{address: a.b}]'),
      expected: ['SB2005 7:3 spec.endpoints'],
    },
    {
      title: 'round robin has one endpoint',
      yaml: entry('  hosts: [a.b]\n  resolution: DNS_ROUND_ROBIN\n  endpoints: [{address: a.b}, {address: c.d}]'),
      expected: ['SB2004 8:3 spec.endpoints'],
    },
    {
      title: 'endpoints and a selector exclude each other',
      yaml: entry(
        '  hosts: [a.b]\n  resolution: STATIC\n  endpoints: [{address: 10.0.0.1}]\n  workloadSelector: {labels: {a: b}}',
      ),
      expected: ['SB2005 8:3 spec.endpoints'],
    },
    {
      title: 'a name is looked up, and no static address',
      yaml: entry('  hosts: [a.b]\n  resolution: STATIC\n  endpoints: [{address: 10.0.0.1}, {address: c.d}]'),
      expected: ['SB2004 8:46 spec.endpoints[1].address'],
    },
    {
      title: 'the port of an endpoint is a service port',
      yaml: entry('  hosts: [a.b]\n  resolution: DNS\n  endpoints: [{address: a.b, ports: {htp: 1}}]'),
      expected: ['SB2004 8:38 spec.endpoints[0].ports.htp'],
    },
  ])('$title', ({ yaml, expected }) => {
    expect(summaries(yaml)).toEqual(expected)
  })
})

describe('WorkloadEntry', () => {
  test.each(['10.0.0.3', '"2001:db8::1"', 'vm.example.com', 'unix:///var/run/x.sock', 'unix://@x'])(
    '%s is an address',
    address => {
      expect(readYaml(withSpec('WorkloadEntry', `  address: ${address}`)).diagnostics).toEqual([])
    },
  )

  test.each([
    { title: 'a network may stand for the address', spec: '  network: vpc/prod', expected: [] },
    { title: 'one of them is needed', spec: '  weight: 1', expected: ['SB2003 4:1 spec'] },
    { title: 'an address is no URL', spec: '  address: http://10.0.0.3', expected: ['SB2004 5:12 spec.address'] },
    {
      title: 'an address has no underscore',
      spec: '  address: vm_1.example.com',
      expected: ['SB2004 5:12 spec.address'],
    },
    { title: 'a socket is an absolute path', spec: '  address: unix://x.sock', expected: ['SB2004 5:12 spec.address'] },
    {
      title: 'a socket has no ports',
      spec: '  address: unix:///x\n  ports: {http: 1}',
      expected: ['SB2005 6:3 spec.ports'],
    },
    {
      title: 'the name of a port is a DNS label',
      spec: '  address: a.b\n  ports: {HTTP_main: 1}',
      expected: ['SB2004 6:11 spec.ports.HTTP_main'],
    },
    {
      title: 'a port is 1 to 65535',
      spec: '  address: a.b\n  ports: {http: 0}',
      expected: ['SB2004 6:17 spec.ports.http'],
    },
  ])('$title', ({ spec, expected }) => {
    expect(summaries(withSpec('WorkloadEntry', spec))).toEqual(expected)
  })
})
