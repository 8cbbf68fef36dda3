import { describe, expect, test } from 'vitest'
import { compileRoutes, type Target, targets } from '../../../src/control-plane/compile-routes.ts'
import { targetNames } from '../../../src/control-plane/effects/target.ts'
import { documents, resource, serviceEntry, sourceFiles } from '../source-files.ts'

const noEffect = (...resources: string[]) =>
  findings('workers', ...resources)
    .filter(({ code }) => code === 'SB6001' || code === 'SB6004')
    .map(({ path, span }) => `${span?.start.line}:${span?.start.column} ${path}`)

const findings = (target: Target, ...resources: string[]) =>
  compileRoutes(sourceFiles({ 'a.yaml': documents(...resources) }), { target }).diagnostics

const origin = serviceEntry('a.example.net')

test('each field that changes nothing yet is named at its key, with all that stands below it', () => {
  const virtualService = resource(
    'VirtualService',
    'a',
    `
  hosts: [a.example.com]
  exportTo: ["."]
  http:
    - match: [{ uri: { prefix: / }, statPrefix: x }]
      timeout: 3s
      retries: { attempts: 2, perTryTimeout: 1s, retryRemoteLocalities: true }
      rewrite: { uri: /x, authority: b.example.com }
      mirror: { host: a.example.net }
      route:
        - destination: { host: a.example.net }
          headers: { request: { set: { x-a: b } } }
`,
  )
  expect(noEffect(virtualService, origin)).toEqual([
    '8:37 spec.http[0].match[0].statPrefix',
    '10:50 spec.http[0].retries.retryRemoteLocalities',
  ])
})

test('what a field of an effect holds is not named, in whatever letter case of protobuf it is written', () => {
  const virtualService = resource(
    'VirtualService',
    'a',
    `
  hosts: [a.example.com]
  http:
    - match: [{ query_params: { debug: { exact: "1" } }, ignoreUriCase: null }]
      redirect: { uri: /x, redirectCode: 302 }
    - directResponse: { status: 200, body: { string: x } }
`,
  )
  expect(noEffect(virtualService)).toEqual([])
})

test('policies of a DestinationRule are told apart field by field', () => {
  const rule = resource(
    'DestinationRule',
    'a',
    `
  host: a.example.net
  trafficPolicy:
    tls: { mode: SIMPLE, sni: b.example.net }
    outlierDetection: { outlierDetectionHttpErrorCodes: [500], interval: 1s }
    portLevelSettings:
      - port: { number: 80 }
        tls: { mode: DISABLE }
        loadBalancer: { simple: PASSTHROUGH }
`,
  )
  expect(noEffect(rule, origin)).toEqual([
    '7:26 spec.trafficPolicy.tls.sni',
    '8:25 spec.trafficPolicy.outlierDetection.outlierDetectionHttpErrorCodes',
    '12:25 spec.trafficPolicy.portLevelSettings[0].loadBalancer.simple',
  ])
})

test('visibility and delegation have their effect', () => {
  const documents = [
    resource(
      'VirtualService',
      'a',
      '  hosts: [a.example.com]\n  exportTo: ["*"]\n  http: [{ delegate: { name: b } }]\n',
    ),
    resource('VirtualService', 'b', '  exportTo: ["."]\n  http: [{ directResponse: { status: 200 } }]\n'),
    resource('DestinationRule', 'a', '  host: a.example.net\n  workloadSelector: { matchLabels: { app: a } }\n'),
    resource(
      'Gateway',
      'a',
      `
  selector: { app: a }
  servers:
    - port: { number: 80, name: http, protocol: HTTP }
      hosts: ["*"]
      tls: { httpsRedirect: true }
`,
    ),
  ]
  expect(noEffect(...documents)).toEqual([])
})

describe('a field may have its effect on one target and not on another', () => {
  const rule = (policy: string) =>
    documents(
      resource('DestinationRule', 'a', `  host: a.example.net\n  trafficPolicy: { ${policy} }\n`),
      serviceEntry('a.example.net'),
    )
  const virtualService = (http: string) =>
    documents(
      resource('VirtualService', 'a', `  hosts: [a.example.com]\n  http: [{ ${http} }]\n`),
      serviceEntry('a.example.net'),
    )
  const gateway = (server: string) =>
    resource(
      'Gateway',
      'a',
      `  servers: [{ port: { number: 443, name: a, protocol: HTTPS }, hosts: ["*"], ${server} }]\n`,
    )
  const destination = 'route: [{ destination: { host: a.example.net } }]'
  const notOnFetch = { workers: 'info SB6004', workerd: 'info SB6004' }
  const nowhere = { ...notOnFetch, deno: 'info SB6004', node: 'info SB6004' }
  const notYetElsewhere = { ...notOnFetch, deno: 'info SB6001', node: 'info SB6001' }

  test.each<{ title: string; text: string; told: Partial<Record<Target, string>> }>([
    {
      title: 'rewrite.authority is sent in its way on each',
      text: virtualService(`rewrite: { authority: b.example.com }, ${destination}`),
      told: {},
    },
    {
      title: 'headers are tested in its way on each',
      text: virtualService(`match: [{ headers: { x-a: { exact: b } } }], ${destination}`),
      told: {},
    },
    {
      title: '`fetch` gives no hold of connections',
      text: rule('connectionPool: { tcp: { idleTimeout: 1s } }'),
      told: notYetElsewhere,
    },
    {
      title: '`fetch` takes the name to ask for from the URL',
      text: rule('tls: { mode: SIMPLE, sni: b.example }'),
      told: notYetElsewhere,
    },
    {
      title: 'no mesh identity is anywhere',
      text: resource('WorkloadEntry', 'a', '  address: a.example.net\n  serviceAccount: a\n'),
      told: nowhere,
    },
    {
      title: 'credentialName names files, where the gateway serves TLS',
      text: gateway('tls: { mode: SIMPLE, credentialName: c }'),
      told: notOnFetch,
    },
    {
      title: 'so do versions of TLS narrow who comes in',
      text: gateway('tls: { mode: SIMPLE, minProtocolVersion: TLSV1_3, credentialName: c }'),
      told: notOnFetch,
    },
  ])('$title', ({ text, told }) => {
    for (const target of targets) {
      const found = new Set(findings(target, text).map(({ severity, code }) => `${severity} ${code}`))
      expect({ target, found: [...found] }).toEqual({ target, found: target in told ? [told[target]] : [] })
    }
  })

  test.each(targets)('what says so names the target: %s', target => {
    const [found] = findings(target, resource('WorkloadEntry', 'a', '  address: a.example.net\n  serviceAccount: a\n'))
    expect(found).toMatchObject({
      message: `"serviceAccount" has no effect on ${targetNames[target]}`,
      why: 'the edge has no mesh identity',
    })
  })

  test('nobody has to say that it is Workers', () => {
    const files = sourceFiles({ 'a.yaml': gateway('tls: { mode: SIMPLE, credentialName: c }') })
    expect(compileRoutes(files)).toEqual(compileRoutes(files, { target: 'workers' }))
  })

  test('the table is the same for all', () => {
    const files = sourceFiles({ 'a.yaml': virtualService(`rewrite: { authority: b.example.com }, ${destination}`) })
    const [workers, ...others] = targets.map(target => compileRoutes(files, { target }).table)
    for (const other of others) expect(other).toEqual(workers)
  })
})
