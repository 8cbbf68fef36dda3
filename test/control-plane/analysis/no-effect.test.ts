import { expect, test } from 'vitest'
import { compileRoutes } from '../../../src/control-plane/compile-routes.ts'
import { documents, resource, serviceEntry, sourceFiles } from '../source-files.ts'

const noEffect = (...resources: string[]) =>
  compileRoutes(sourceFiles({ 'a.yaml': documents(...resources) }))
    .diagnostics.filter(({ code }) => code === 'SB6001')
    .map(({ path, span }) => `${span?.start.line}:${span?.start.column} ${path}`)

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
    outlierDetection: { interval: 1s }
    portLevelSettings:
      - port: { number: 80 }
        tls: { mode: DISABLE }
        loadBalancer: { simple: RANDOM }
`,
  )
  expect(noEffect(rule, origin)).toEqual([
    '7:26 spec.trafficPolicy.tls.sni',
    '8:5 spec.trafficPolicy.outlierDetection',
    '12:9 spec.trafficPolicy.portLevelSettings[0].loadBalancer',
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
