import { expect, test } from 'vitest'
import { readYaml, summaries, withSpec } from '../read-yaml.ts'

test('every field of a Gateway is read and kept', () => {
  const { config, diagnostics } = readYaml(
    withSpec(
      'Gateway',
      `
  selector: {istio: ingressgateway}
  servers:
  - port: {number: 80, name: http, protocol: http}
    hosts: ["*"]
    name: plain
    bind: 0.0.0.0
    defaultEndpoint: 127.0.0.1:8080
    tls: {httpsRedirect: true}
  - port: {number: 443, name: https, protocol: HTTPS}
    hosts: [./a.example.com]
    tls:
      mode: OPTIONAL_MUTUAL
      serverCertificate: /c
      privateKey: /k
      caCertificates: /ca
      caCrl: /crl
      caCertCredentialName: ca
      subjectAltNames: [a.b]
      verifyCertificateSpki: [s]
      verifyCertificateHash: [h]
      minProtocolVersion: TLSV1_2
      maxProtocolVersion: TLSV1_3
      cipherSuites: [ECDHE-RSA-AES256-GCM-SHA384]
      insecureSkipVerify: true
  - port: {number: 8443, name: https-b, protocol: HTTPS}
    hosts: ["*"]
    tls: {mode: SIMPLE, credentialName: c}
  - port: {number: 8444, name: https-c, protocol: HTTPS}
    hosts: ["*"]
    tls: {mode: SIMPLE, credentialNames: [c, d]}
  - port: {number: 8445, name: https-d, protocol: HTTPS}
    hosts: ["*"]
    tls: {mode: MUTUAL, tlsCertificates: [{serverCertificate: /c, privateKey: /k, caCertificates: /ca}]}
`,
    ),
  )
  expect(diagnostics).toEqual([])
  expect(config.gateways[0]?.spec).toMatchSnapshot()
})

const server = (rest: string, port = '{number: 80, name: http, protocol: HTTP}') =>
  withSpec('Gateway', `  servers:\n  - port: ${port}\n${rest}`)

test.each([
  { title: 'it needs servers', yaml: withSpec('Gateway', '  selector: {a: b}'), expected: ['SB2003 4:1 spec'] },
  {
    title: 'a server needs a port',
    yaml: withSpec('Gateway', '  servers: [{hosts: ["*"]}]'),
    expected: ['SB2003 5:13 spec.servers[0]'],
  },
  { title: 'a server needs hosts', yaml: server('    name: a'), expected: ['SB2003 6:5 spec.servers[0]'] },
  {
    title: 'a port needs a name',
    yaml: server('    hosts: ["*"]', '{number: 80, protocol: HTTP}'),
    expected: ['SB2003 6:5 spec.servers[0].port'],
  },
  {
    title: 'a port needs a number',
    yaml: server('    hosts: ["*"]', '{name: a, protocol: HTTP}'),
    expected: ['SB2004 6:5 spec.servers[0].port.number'],
  },
  {
    title: 'a port is 1 to 65535',
    yaml: server('    hosts: ["*"]', '{number: 65536, name: a, protocol: HTTP}'),
    expected: ['SB2004 6:20 spec.servers[0].port.number'],
  },
  {
    title: 'a target port has no effect',
    yaml: server('    hosts: ["*"]', '{number: 1, name: a, protocol: HTTP, targetPort: 2}'),
    expected: ['SB2004 6:48 spec.servers[0].port.targetPort'],
  },
  {
    title: 'it binds to an address',
    yaml: server('    hosts: ["*"]\n    bind: localhost'),
    expected: ['SB2004 8:11 spec.servers[0].bind'],
  },
  {
    title: 'a unix socket has no port number',
    yaml: server('    hosts: ["*"]\n    bind: unix:///x'),
    expected: ['SB2005 6:5 spec.servers[0].port'],
  },
  {
    title: 'HTTP has no certificate',
    yaml: server('    hosts: ["*"]\n    tls: {mode: SIMPLE, credentialName: a}'),
    expected: ['SB2005 8:5 spec.servers[0].tls'],
  },
  {
    title: 'HTTPS needs tls',
    yaml: server('    hosts: ["*"]', '{number: 1, name: a, protocol: HTTPS}'),
    expected: ['SB2003 6:5 spec.servers[0]'],
  },
  {
    title: 'TCP has no redirect to HTTPS',
    yaml: server('    hosts: ["*"]\n    tls: {httpsRedirect: true}', '{number: 1, name: a, protocol: TCP}'),
    expected: ['SB2005 8:5 spec.servers[0].tls'],
  },
  {
    title: 'a certificate comes from one place',
    yaml: server(
      '    hosts: ["*"]\n    tls: {mode: SIMPLE, credentialName: a, credentialNames: [b]}',
      '{number: 1, name: a, protocol: HTTPS}',
    ),
    expected: ['SB2005 8:44 spec.servers[0].tls.credentialNames'],
  },
  {
    title: 'mutual TLS needs an authority',
    yaml: server(
      '    hosts: ["*"]\n    tls: {mode: MUTUAL, serverCertificate: a, privateKey: b}',
      '{number: 1, name: a, protocol: HTTPS}',
    ),
    expected: ['SB2003 8:5 spec.servers[0].tls'],
  },
])('$title', ({ yaml, expected }) => {
  expect(summaries(yaml)).toEqual(expected)
})

test('the ports of two servers have names of their own', () => {
  const one = '{port: {number: 80, name: a, protocol: HTTP}, hosts: ["*"]}'
  expect(summaries(withSpec('Gateway', `  servers: [${one}, ${one.replace('80', '81')}]`))).toEqual([
    'SB2005 5:100 spec.servers[1].port.name',
  ])
})
