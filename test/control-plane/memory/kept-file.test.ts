import { deserialize, serialize } from 'node:v8'
import { expect, test } from 'vitest'
import { compileRoutes } from '../../../src/control-plane/compile-routes.ts'
import { type FileContent, readSourceFile } from '../../../src/control-plane/config/read-source-file.ts'
import type { DestinationRuleResource } from '../../../src/control-plane/config/resource.ts'
import { keepFile, recallFile } from '../../../src/control-plane/memory/kept-file.ts'
import { LaterProcesses } from '../later-processes.ts'
import { sourceFiles } from '../source-files.ts'

const resource = (kind: string, name: string, spec: string) =>
  `apiVersion: networking.istio.io/v1\nkind: ${kind}\nmetadata: { name: ${name} }\nspec: ${spec}\n`

const gateway = (hosts: string) =>
  resource('Gateway', 'edge', `{ servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: ${hosts} }] }`)

const service = (...ports: number[]) => {
  const listed = ports.map(port => `{ number: ${port}, name: p${port}, protocol: HTTP }`)
  return resource('ServiceEntry', 'one', `{ hosts: [one.test], ports: [${listed.join(', ')}], resolution: DNS }`)
}

const virtualService = (name: string, host: string, ...http: string[]) =>
  resource('VirtualService', name, `{ hosts: [${host}], gateways: [edge], http: [${http.join(', ')}] }`)

const rule = (prefix: string, then: string) => `{ match: [{ uri: { prefix: ${prefix} } }], ${then} }`
const to = (port?: number) => `route: [{ destination: { host: one.test${port ? `, port: { number: ${port} }` : ''} } }]`

const shop = virtualService(
  'shop',
  'a.test, b.test',
  rule('/one/', to()),
  rule('/two/', 'directResponse: { status: 200 }'),
)
const sound = { 'edge.yaml': gateway('["*"]'), 'one.yaml': service(80), 'shop.yaml': shop }

/** What is made of texts after others, and whether that is what a new process makes. */
function compileAfter(before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>) {
  const later = new LaterProcesses()
  later.compile(sourceFiles(before))
  const { texts: _, ...compiled } = later.compile(sourceFiles(after))
  const { texts: __, ...anew } = compileRoutes(sourceFiles(after))
  return { compiled, anew, later }
}

test.each([
  {
    title: 'a service that now has another port',
    before: { ...sound, 'all.yaml': virtualService('all', 'c.test', rule('/80/', to(80)), rule('/81/', to(81))) },
    after: { 'one.yaml': service(81) },
  },
  {
    title: 'a Gateway that now admits more hosts, so that a redirect leads back',
    before: {
      ...sound,
      'edge.yaml': gateway('[a.test]'),
      'shop.yaml': virtualService('shop', 'a.test, b.test', rule('/', 'redirect: { authority: b.test }')),
    },
    after: { 'edge.yaml': gateway('[a.test, b.test]') },
  },
  {
    title: 'a VirtualService that now shares the host, and comes first',
    before: sound,
    after: { 'a.yaml': virtualService('a', 'a.test', rule('/', to())) },
  },
  { title: 'a service that is no longer there', before: sound, after: { 'one.yaml': '' } },
  {
    title: 'mesh settings that came',
    before: sound,
    after: { 'mesh.yaml': 'defaultHttpRetryPolicy: { attempts: 7 }\n' },
  },
])('after $title, what was kept changes nothing', ({ before, after }) => {
  const { compiled, anew, later } = compileAfter(before, { ...before, ...after })
  expect(compiled).toEqual(anew)
  expect(later.recalled).toBeGreaterThan(0)
})

test('files that did not change are not read again, whatever is asked of them', () => {
  const after = { ...sound, 'all.yaml': virtualService('all', 'c.test', rule('/80/', to(80))) }
  const { later } = compileAfter({ ...sound, 'all.yaml': virtualService('all', 'c.test', rule('/', to(80))) }, after)
  expect([later.recalled, later.reread]).toEqual([3, []])
})

test('a process that wants findings alone keeps for the next one what a table is linked from', () => {
  const later = new LaterProcesses()
  const { table: unwanted, texts: _, ...judged } = later.compile(sourceFiles(sound), { wants: 'findings' })
  const { table, texts: __, ...compiled } = later.compile(sourceFiles(sound))
  expect(later.reread).toEqual([])
  expect(unwanted).toBeUndefined()
  expect(table).toEqual(compileRoutes(sourceFiles(sound)).table)
  expect(judged).toEqual(compiled)
})

test('other clusters, and other rows for those that there were, have no file read again', () => {
  const before = {
    ...sound,
    'one.yaml': service(70, 80),
    'shop.yaml': virtualService('shop', 'a.test', rule('/', to(80))),
  }
  const all = (port: number) => ({ 'all.yaml': virtualService('all', 'c.test', rule('/', to(port))) })
  const { compiled, anew, later } = compileAfter({ ...before, ...all(80) }, { ...before, ...all(70) })
  expect([compiled.rib!.clusters.size, later.recalled, later.reread]).toEqual([2, 3, []])
  expect(compiled.table).toEqual(anew.table)
})

test('a file of which more is asked is read, and that is kept, too', () => {
  const { later } = compileAfter(sound, { ...sound, 'a.yaml': virtualService('a', 'a.test', rule('/', to())) })
  expect(later.reread).toContain('shop.yaml')
})

test('what a rule is explained by is there, though its file was not read', () => {
  const { compiled, later } = compileAfter(sound, sound)
  expect(later.reread).toEqual([])
  const routes = compiled.rib!.listeners[0]!.virtualHosts[0]!.routes
  expect(routes.map(({ name, origin }) => [name, origin.file, origin.start.line])).toEqual([
    ['shop.http[0]', 'shop.yaml', 4],
    ['shop.http[1]', 'shop.yaml', 4],
  ])
})

test.each([
  { title: 'a file with an error', texts: { 'a.yaml': virtualService('a', 'a.test', '{ rout: [] }') } },
  { title: 'mesh settings', texts: { 'mesh.yaml': 'defaultHttpRetryPolicy: { attempts: 7 }\n' } },
])('nothing is kept of $title', ({ texts }) => {
  const { compiled, anew, later } = compileAfter(texts, texts)
  expect([compiled, later.recalled]).toEqual([anew, 0])
})

test('the text of a file that was recalled is decoded when it is first asked for, and once', () => {
  const [file] = sourceFiles({ 'shop.yaml': shop })
  const kept = keepFile(readSourceFile(file!))
  let asked = 0
  const counted = {
    path: file!.path,
    get bytes() {
      asked++
      return file!.bytes
    },
  }
  const recalled = recallFile(counted, kept!)
  expect(asked).toBe(0)
  expect([recalled.text, recalled.text]).toEqual([shop, shop])
  expect(asked).toBe(1)
})

test('what inherits nothing inherits nothing afterwards', () => {
  const text = resource(
    'DestinationRule',
    'one',
    '{ host: one.test, subsets: [{ name: a, labels: { constructor: x } }, { name: b }] }',
  )
  const [file] = sourceFiles({ 'a.yaml': text })
  const content = readSourceFile(file!)
  const recalled = recallFile(file!, deserialize(serialize(keepFile(content))))
  const labelsOf = ({ resources }: FileContent) =>
    (resources[0] as DestinationRuleResource).spec.subsets.map(({ labels }) => labels)
  expect(labelsOf(recalled)).toEqual(labelsOf(content))
  expect(labelsOf(recalled).map(labels => Object.getPrototypeOf(labels))).toEqual([null, null])
})
