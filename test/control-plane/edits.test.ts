import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileRoutes, FileCache, type Target } from '../../src/control-plane/compile-routes.ts'
import { testTimeoutMs } from '../patience.ts'
import { LaterProcesses } from './later-processes.ts'
import { sourceFiles } from './source-files.ts'

/** Names of which few exist, so that resources meet, hide each other and name what is not there. */
const pick = (...texts: string[]) => fc.constantFrom(...texts)
const some = (arbitrary: fc.Arbitrary<string>, most = 2) =>
  fc.uniqueArray(arbitrary, { minLength: 1, maxLength: most }).map(each => `[${each.join(', ')}]`)

const path = pick('/', '/a', '/a/', '/ab', '/a/b', '/A')
const match = fc
  .record({
    uri: fc.oneof(
      fc.tuple(pick('exact', 'prefix'), path).map(([kind, text]) => `uri: { ${kind}: ${text} }`),
      pick('uri: { regex: /a.* }', 'uri: { regex: .* }', 'ignoreUriCase: true, uri: { prefix: /A }'),
    ),
    more: pick('', '', '', ', headers: { x: { exact: a } }', ', method: { exact: GET }', ', port: 80', ', port: 81'),
    place: pick('', '', '', ', gateways: [edge]', ', sourceNamespace: far', ', authority: { exact: a.test }'),
  })
  .map(({ uri, more, place }) => `{ ${uri}${more}${place} }`)

const destination = fc
  .record({
    host: pick('one', 'one.default.svc.cluster.local', 'two.test', 'three.test'),
    port: pick('', ', port: { number: 80 }', ', port: { number: 81 }'),
    subset: pick('', '', ', subset: v1'),
  })
  .map(({ host, port, subset }) => `{ host: ${host}${port}${subset} }`)

const action = fc.oneof(
  destination.map(to => `route: [{ destination: ${to} }]`),
  fc
    .tuple(destination, destination)
    .map(([a, b]) => `route: [{ destination: ${a}, weight: 1 }, { destination: ${b}, weight: 2 }]`),
  destination.map(to => `rewrite: { uri: /a }, route: [{ destination: ${to} }]`),
  pick('redirect: { uri: /a }', 'redirect: { uri: /b }, timeout: 1s', 'directResponse: { status: 200 }'),
  pick('delegate: { name: vs1 }', 'delegate: { name: vs2 }'),
)
const rule = fc
  .tuple(fc.array(match, { maxLength: 2 }), action)
  .map(([matches, then]) => `    - { match: [${matches.join(', ')}], ${then} }\n`)

const kindOf = (kind: string, name: string, spec: string) =>
  `apiVersion: networking.istio.io/v1\nkind: ${kind}\nmetadata: { name: ${name} }\nspec:\n${spec}`

const virtualService = fc
  .record({
    name: pick('vs1', 'vs2', 'vs3', 'vs4'),
    hosts: pick('[a.test]', '[b.test]', '[a.test, b.test]', '["*.test"]', '[]'),
    gateways: fc.oneof(some(pick('edge', 'other', 'mesh')), pick('[]')),
    rules: fc.array(rule, { minLength: 1, maxLength: 4 }),
  })
  .map(({ name, hosts, gateways, rules }) => {
    // What has no hosts is a delegate, which has no gateways and does not delegate.
    if (hosts !== '[]') return spec(`hosts: ${hosts}`, `gateways: ${gateways}`, ...rules)
    return spec('hosts: []', 'gateways: []', ...rules.filter(each => !each.includes('delegate')))

    function spec(first: string, second: string, ...all: string[]) {
      return kindOf(
        'VirtualService',
        name,
        `  ${first}\n  ${second}\n  http:\n${all.join('')}    - redirect: { uri: /c }\n`,
      )
    }
  })

const serviceEntry = fc
  .record({
    name: pick('se1', 'se2'),
    hosts: some(pick('one.default.svc.cluster.local', 'two.test')),
    ports: pick(
      '[{ number: 80, name: http, protocol: HTTP }]',
      '[{ number: 80, name: a, protocol: HTTP }, { number: 81, name: b, protocol: HTTPS }]',
    ),
    exported: pick('', '  exportTo: ["."]\n'),
  })
  .map(({ name, hosts, ports, exported }) =>
    kindOf('ServiceEntry', name, `  hosts: ${hosts}\n  ports: ${ports}\n  resolution: DNS\n${exported}`),
  )

const destinationRule = fc
  .record({
    host: pick('one', 'two.test'),
    policy: pick(
      'tls: { mode: SIMPLE }',
      'tls: { mode: DISABLE }',
      'loadBalancer: { consistentHash: { httpHeaderName: a } }',
      'loadBalancer: { consistentHash: { httpHeaderName: b } }, outlierDetection: {}',
    ),
    subset: pick('v1', 'v2'),
  })
  .map(({ host, policy, subset }) =>
    kindOf(
      'DestinationRule',
      'dr1',
      `  host: ${host}\n  trafficPolicy: { ${policy} }\n  subsets: [{ name: ${subset} }]\n`,
    ),
  )

const gateway = fc
  .record({
    name: pick('edge', 'other'),
    port: pick('80', '81'),
    hosts: some(pick('"*.test"', 'a.test', '"*"')),
    tls: pick('', ', tls: { httpsRedirect: true }'),
  })
  .map(({ name, port, hosts, tls }) =>
    kindOf(
      'Gateway',
      name,
      `  servers: [{ port: { number: ${port}, name: http, protocol: HTTP }, hosts: ${hosts}${tls} }]\n`,
    ),
  )

const faulty = pick(
  'kind: [\n',
  '# signalbox-ignore IST0130: not now\n',
  kindOf('VirtualService', 'vs5', '  hosts: [one.test]\n  htttp: []\n'),
)

const resource = fc.oneof(
  { weight: 12, arbitrary: virtualService },
  { weight: 4, arbitrary: serviceEntry },
  { weight: 3, arbitrary: destinationRule },
  { weight: 3, arbitrary: gateway },
  { weight: 1, arbitrary: faulty },
)
const mesh = pick('', 'defaultHttpRetryPolicy: { attempts: 3 }\n', 'pathNormalization: { normalization: NONE }\n')

/** What a file holds after an edit; nothing where it was removed. */
const edit = fc.record({
  file: fc.integer({ min: 0, max: 5 }),
  text: fc.option(fc.array(resource, { minLength: 1, maxLength: 3 }).map(each => each.join('---\n'))),
  mesh,
  target: pick('node', 'workers') as fc.Arbitrary<Target>,
})

// A long run: EDIT_SEQUENCES=150, as `npm run test:full` has it.
const sequences = Number(process.env.EDIT_SEQUENCES ?? 40)

test(
  'after whatever edits, a process that remembers says and makes what a new one does',
  () => {
    let recalled = 0
    fc.assert(
      fc.property(fc.array(edit, { minLength: 6, maxLength: 14 }), edits => {
        const cache = new FileCache()
        const later = new LaterProcesses()
        const texts: Record<string, string> = {}
        for (const { file, text, mesh, target } of edits) {
          const name = `${file}.yaml`
          if (text === null) delete texts[name]
          else texts[name] = text
          if (mesh === '') delete texts['mesh.yaml']
          else texts['mesh.yaml'] = mesh
          const files = sourceFiles(texts)
          const { texts: _, ...anew } = compileRoutes(files, { target })
          const { texts: __, ...remembered } = compileRoutes(files, { cache, target })
          expect(remembered).toEqual(anew)
          const { texts: ___, ...afterwards } = later.compile(files, { target })
          expect(afterwards).toEqual(anew)
        }
        recalled += later.recalled
      }),
      { numRuns: sequences },
    )
    expect(recalled).toBeGreaterThan(sequences * 7)
  },
  testTimeoutMs + sequences * 2_000,
)
