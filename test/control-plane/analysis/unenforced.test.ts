import { expect, test } from 'vitest'
import { compileRoutes } from '../../../src/control-plane/compile-routes.ts'
import { openTable } from '../../../src/fib/view.ts'
import { documents, resource, serviceEntry, sourceFiles } from '../source-files.ts'

const origin = serviceEntry('a.example.net')
const compiled = (...resources: string[]) => compileRoutes(sourceFiles({ 'a.yaml': documents(...resources) }))
const told = (...resources: string[]) =>
  compiled(...resources).diagnostics.map(({ severity, code, path }) => `${severity} ${code} ${path}`)

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

test.each([
  {
    mode: 'MUTUAL',
    expected: ['error SB6002 spec.servers[0].tls.mode', 'warning SB6001 spec.servers[0].tls.credentialName'],
  },
  {
    mode: 'PASSTHROUGH',
    expected: ['warning SB6001 spec.servers[0].tls.credentialName', 'warning SB6001 spec.servers[0].tls.mode'],
  },
  { mode: 'SIMPLE', expected: ['warning SB6001 spec.servers[0].tls.credentialName'] },
])('a server with $mode says what becomes of it', ({ mode, expected }) => {
  const gateway = server('HTTPS', `      tls: { mode: ${mode}, credentialName: c }\n`)
  expect(told(gateway).sort()).toEqual(expected.sort())
})

test('nobody gets in where client certificates would be asked for', () => {
  const rule = boundRule('{ uri: { prefix: / } }')
  const mutual = compiled(server('HTTPS', '      tls: { mode: MUTUAL, credentialName: c }\n'), rule, origin)
  expect(openTable(mutual.table!).routeCount).toBe(0)
  const simple = compiled(server('HTTPS', '      tls: { mode: SIMPLE, credentialName: c }\n'), rule, origin)
  expect(openTable(simple.table!).routeCount).toBe(1)
})

test('a server for TCP is told to have no effect', () => {
  expect(told(server('TCP'))).toEqual(['warning SB6001 spec.servers[0].port.protocol'])
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
  expect(told(rule, origin)).toEqual(['warning SB6001 spec.trafficPolicy.tls.mode'])
})
