import { describe, expect, test } from 'vitest'
import { compileRoutes, type Target, targets } from '../../../src/control-plane/compile-routes.ts'
import { openTable } from '../../../src/fib/view.ts'
import { documents, resource, serviceEntry, sourceFiles } from '../source-files.ts'

const origin = serviceEntry('a.example.net')
const compiled = (...resources: string[]) => compileRoutes(sourceFiles({ 'a.yaml': documents(...resources) }))
const toldOn = (target: Target, ...resources: string[]) =>
  compileRoutes(sourceFiles({ 'a.yaml': documents(...resources) }), { target }).diagnostics.map(
    ({ severity, code, path }) => `${severity} ${code} ${path}`,
  )
const told = (...resources: string[]) => toldOn('workers', ...resources)

const server = (port: string, more = '') =>
  resource(
    'Gateway',
    'edge',
    `
  servers:
    - port: { number: 443, name: p, protocol: ${port} }
      hosts: [a.example.com]
${more}`,
  )

const boundRule = (match: string) =>
  resource(
    'VirtualService',
    'a',
    `
  hosts: [a.example.com]
  gateways: [edge]
  http:
    - match: [${match}]
      route: [{ destination: { host: a.example.net } }]
`,
  )

const tls = (fields: string) => server('HTTPS', `      tls: { ${fields} }\n`)
const hash = 'ab'.repeat(32)

describe('a server with TLS says what becomes of it', () => {
  test.each([
    { title: 'SIMPLE', fields: 'mode: SIMPLE', everywhere: [] },
    { title: 'MUTUAL', fields: 'mode: MUTUAL', everywhere: [], onWorkers: ['info SB6006 mode'] },
    { title: 'OPTIONAL_MUTUAL', fields: 'mode: OPTIONAL_MUTUAL', everywhere: [], onWorkers: ['info SB6006 mode'] },
    { title: 'PASSTHROUGH', fields: 'mode: PASSTHROUGH', everywhere: ['info SB6001 mode'] },
    ...['subjectAltNames: [a.example]', 'verifyCertificateSpki: [YQ==]', 'caCrl: /etc/crl'].map(field => ({
      title: `who is narrowed by what nobody knows: ${field}`,
      fields: `mode: MUTUAL, ${field}`,
      everywhere: [`error SB6002 ${field.split(':')[0]}`],
    })),
    {
      title: 'narrowed by hashes',
      fields: `mode: MUTUAL, verifyCertificateHash: ["${hash}"]`,
      everywhere: [],
      onWorkers: ['info SB6006 mode'],
    },
    {
      title: 'narrowed by what is no hash',
      fields: `mode: MUTUAL, verifyCertificateHash: ["${hash}", "${hash}0"]`,
      everywhere: ['error SB6002 verifyCertificateHash[1]'],
      onWorkers: ['info SB6006 mode'],
    },
    {
      title: 'narrowed where nobody is asked',
      fields: `mode: SIMPLE, subjectAltNames: [a], verifyCertificateSpki: [a], verifyCertificateHash: [a], caCrl: a`,
      everywhere: ['subjectAltNames', 'verifyCertificateSpki', 'caCrl', 'verifyCertificateHash'].map(
        field => `warning SB6007 ${field}`,
      ),
    },
  ])('$title', ({ fields, everywhere, onWorkers = [] }) => {
    const gateway = tls(`${fields}, credentialName: c`)
    const place = (finding: string) => finding.replace(/ (?=\w+(?:\[\d\])?$)/, ' spec.servers[0].tls.')
    for (const target of targets) {
      const ofTarget = {
        workers: ['info SB6004 credentialName', ...onWorkers],
        // Its ports stay closed.
        workerd: ['info SB6004 credentialName', 'info SB6004 mode'],
        deno: [],
        node: [],
      }[target]
      expect(toldOn(target, gateway).sort()).toEqual([...everywhere, ...ofTarget].map(place).sort())
    }
  })

  test('ISTIO_MUTUAL', () => {
    expect(told(tls('mode: ISTIO_MUTUAL'))).toEqual(['error SB6002 spec.servers[0].tls.mode'])
  })
})

test('a server for TCP is told to have no effect', () => {
  expect(told(server('TCP'))).toEqual(['info SB6001 spec.servers[0].port.protocol'])
})

test.each(['headers', 'withoutHeaders'])('a JWT claim among %s is an error, and its match lets nobody in', field => {
  const rule = boundRule(`{ ${field}: { "@request.auth.claims.group": { exact: admin } } }`)
  const { diagnostics, table } = compiled(server('HTTP'), rule, origin)
  expect(diagnostics.map(({ code }) => code)).toEqual(['SB6002'])
  expect(openTable(table!).routeCount).toBe(0)
})

test('a rule for other clients is an info', () => {
  expect(told(server('HTTP'), boundRule('{ sourceLabels: { app: other } }'), origin)).toEqual([
    'info SB6003 spec.http[0].match[0].sourceLabels',
  ])
})

test('a DestinationRule that would present a client certificate says that none is presented', () => {
  const rule = resource(
    'DestinationRule',
    'a',
    `
  host: a.example.net
  trafficPolicy: { tls: { mode: ISTIO_MUTUAL } }
`,
  )
  expect(told(rule, origin)).toEqual(['info SB6001 spec.trafficPolicy.tls.mode'])
})
