import { describe, expect, test } from 'vitest'
import { readConfig } from '../../../src/control-plane/config/read-config.ts'
import { FileCache } from '../../../src/control-plane/memory/file-cache.ts'
import { sourceFiles } from '../source-files.ts'
import { readYaml, summaries, summary, withRules, withSpec } from './read-yaml.ts'

const rule = '  - route: [{destination: {host: reviews.internal}}]'
const utf8 = (text: string) => new TextEncoder().encode(text)
const utf16 = (text: string, littleEndian: boolean) => {
  const view = new DataView(new ArrayBuffer(text.length * 2 + 2))
  view.setUint16(0, 0xfeff, littleEndian)
  for (let at = 0; at < text.length; at++) view.setUint16(at * 2 + 2, text.charCodeAt(at), littleEndian)
  return new Uint8Array(view.buffer)
}

describe('bytes to text', () => {
  test.each([
    { title: 'reads UTF-8', bytes: utf8(withRules(rule)) },
    { title: 'drops the byte order mark of UTF-8', bytes: utf8(`\ufeff${withRules(rule)}`) },
    { title: 'reads UTF-16 that its mark says is little-endian', bytes: utf16(withRules(rule), true) },
    { title: 'reads UTF-16 that its mark says is big-endian', bytes: utf16(withRules(rule), false) },
    { title: 'reads UTF-16 without a mark', bytes: utf16(withRules(rule), true).slice(2) },
    { title: 'reads big-endian UTF-16 without a mark', bytes: utf16(withRules(rule), false).slice(2) },
    { title: 'reads CRLF', bytes: utf8(withRules(rule).replaceAll('\n', '\r\n')) },
    { title: 'reads carriage returns alone', bytes: utf8(withRules(rule).replaceAll('\n', '\r')) },
  ])('$title', ({ bytes }) => {
    const { config, diagnostics } = readConfig([{ path: 'a.yaml', bytes }])
    expect(diagnostics).toEqual([])
    expect(config.virtualServices[0]?.spanOf(['spec', 'http', 0])).toMatchObject({ start: { line: 8, column: 5 } })
  })

  test.each([
    { title: 'points at the first byte that is not UTF-8', bytes: [0x61, 0x3a, 0x0a, 0x62, 0xff, 0x63], place: '2:2' },
    { title: 'takes U+FFFD for the character it is', bytes: [0xef, 0xbf, 0xbd, 0x0a, 0xc3, 0x28], place: '2:1' },
    { title: 'counts columns after a dropped byte order mark', bytes: [0xef, 0xbb, 0xbf, 0x61, 0xff], place: '1:2' },
    { title: 'points at a character that is cut off at the end', bytes: [0x61, 0xe2, 0x82], place: '1:2' },
    { title: 'points into UTF-16 without a mark too', bytes: [0x61, 0x00, 0x00, 0xd8, 0x62, 0x00], place: '1:2' },
    { title: 'points into UTF-16 too', bytes: [0xff, 0xfe, 0x61, 0x00, 0x00, 0xd8, 0x62, 0x00], place: '1:2' },
  ])('$title', ({ bytes, place }) => {
    const { diagnostics } = readConfig([{ path: 'a.yaml', bytes: Uint8Array.from(bytes) }])
    expect(diagnostics.map(summary)).toEqual([`SB1002 ${place}`])
  })
})

describe('documents', () => {
  test.each([
    { title: 'takes an empty file for nothing', yaml: '' },
    { title: 'takes white space for nothing', yaml: ' \n\n' },
    { title: 'takes comments for nothing', yaml: '# nothing\n' },
    { title: 'takes separators for nothing', yaml: '---\n---\n# end\n---\n' },
  ])('$title', ({ yaml }) => {
    const { config, diagnostics } = readYaml(yaml)
    expect(diagnostics).toEqual([])
    expect(Object.values(config).flat()).toEqual([])
  })

  test('reads JSON', () => {
    const json = JSON.stringify(
      {
        apiVersion: 'networking.istio.io/v1',
        kind: 'WorkloadEntry',
        metadata: { name: 'vm' },
        spec: { address: '10.0.0.3' },
      },
      null,
      '\t',
    )
    const { config, diagnostics } = readYaml(json)
    expect(diagnostics).toEqual([])
    expect(config.workloadEntries[0]?.spec.address).toBe('10.0.0.3')
  })

  test('keeps the order of paths, then of documents', () => {
    const entry = (name: string) =>
      `apiVersion: networking.istio.io/v1\nkind: WorkloadEntry\nmetadata: {name: ${name}}\nspec: {address: 10.0.0.1}\n`
    const { config } = readConfig([
      { path: 'b.yaml', bytes: utf8(entry('third')) },
      { path: 'a/z.yaml', bytes: utf8(`${entry('second')}---\n${entry('first')}`) },
      { path: 'B.yaml', bytes: utf8(entry('zero')) },
    ])
    expect(config.workloadEntries.map(({ name }) => name)).toEqual(['zero', 'second', 'first', 'third'])
  })

  test('a fault in one document hides none in the next, nor its resources', () => {
    const yaml = `a: [\n---\n${withRules('  - timeout: 5')}---\n${withRules(rule).replace('shop', 'cart')}`
    const { config, diagnostics } = readYaml(yaml)
    expect(diagnostics.map(summary)).toEqual([
      'SB1001 1:4',
      'SB2003 10:5 spec.http[0]',
      'SB2004 10:14 spec.http[0].timeout',
    ])
    expect(config.virtualServices).toMatchObject([
      { name: 'shop', isDamaged: true },
      { name: 'cart', isDamaged: false },
    ])
  })

  test('a rule of which nothing sound is left leaves the others where they are', () => {
    const rules = `  - {route: [{destination: {host: a}, weight: 0}, {destination: {host: b}, weight: 0}]}\n${rule}`
    const { config, diagnostics } = readYaml(withRules(rules))
    expect(diagnostics.map(summary)).toEqual(['SB2004 8:6 spec.http[0].route'])
    expect(config.virtualServices).toMatchObject([{ isDamaged: true, spec: { http: [{}, { route: [{}] }] } }])
  })

  test('a field that is misspelt where it is required takes no more than its rule out of the judgement', () => {
    const { config, diagnostics } = readYaml(withRules(`  - {directResponse: {statsu: 200}}\n${rule}`))
    expect(diagnostics.map(summary)).toEqual(['SB2001 8:23 spec.http[0].directResponse.statsu'])
    expect(config.virtualServices).toMatchObject([{ isDamaged: true, spec: { http: [{}, { route: [{}] }] } }])
  })

  test('a fault in one rule hides none in the next', () => {
    const rules =
      '  - {rout: []}\n  - {timeout: 1d, redirect: {uri: /, scheme: ftp}}\n  - {route: [{destination: {host: a_b}}]}\n'
    expect(summaries(withRules(rules))).toEqual([
      'SB2001 8:6 spec.http[0].rout',
      'SB2004 9:15 spec.http[1].timeout',
      'SB2004 9:46 spec.http[1].redirect.scheme',
      'SB2004 10:35 spec.http[2].route[0].destination.host',
    ])
  })
})

test('a fault in a rule hides none between other fields', () => {
  const yaml = `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: shop}
spec:
  hosts: [a.b, a.b, "*"]
  http:
  - timeout: 1d
  - {match: [{headers: {"@request.auth.claims.a": {}}}], redirect: {uri: /}}
  exportTo: ["*", team]
`
  expect(summaries(yaml)).toEqual([
    'SB2005 5:11 spec.hosts[0]',
    'SB2005 5:16 spec.hosts[1]',
    'SB2004 5:21 spec.hosts[2]',
    'SB2003 7:5 spec.http[0]',
    'SB2004 7:14 spec.http[0].timeout',
    'SB2004 8:25 spec.http[1].match[0].headers["@request.auth.claims.a"]',
    'SB2005 9:3 spec.exportTo',
  ])
})

describe('two resources with one name', () => {
  test('keeps the first and shows it beside the second', () => {
    const first = withRules(rule)
    const { config, diagnostics } = readConfig([
      { path: 'b.yaml', bytes: utf8(first.replace('/v1', '/v1beta1')) },
      { path: 'a.yaml', bytes: utf8(first) },
    ])
    expect(diagnostics).toMatchObject([
      {
        code: 'SB4001',
        resource: 'VirtualService default/shop',
        span: { file: 'b.yaml', start: { line: 3, column: 18 } },
        related: [{ span: { file: 'a.yaml', start: { line: 3, column: 18 } } }],
      },
    ])
    expect(config.virtualServices.map(each => each.spanOf([]).file)).toEqual(['a.yaml'])
  })

  test('lets another namespace have the same name', () => {
    const yaml = withRules(rule)
    expect(summaries(`${yaml}---\n${yaml.replace('name: shop', 'name: shop, namespace: team')}`)).toEqual([])
  })
})

describe('spans of a resource', () => {
  const yaml = withRules(`
  - name: main
    route:
    - destination:
        host: reviews.internal
      headers: {request: {set: {"x a": b}}}
`).replace('"x a"', '"x-a"')
  const resource = readYaml(yaml).config.virtualServices[0]!

  test.each([
    { title: 'marks a value', path: ['spec', 'http', 0, 'name'], value: '8:11', key: '8:5' },
    {
      title: 'marks a nested value',
      path: ['spec', 'http', 0, 'route', 0, 'destination', 'host'],
      value: '11:15',
      key: '11:9',
    },
    { title: 'marks an item of a list', path: ['spec', 'http', 0, 'route', 0], value: '10:7', key: '10:7' },
    {
      title: 'finds a quoted key',
      path: ['spec', 'http', 0, 'route', 0, 'headers', 'request', 'set', 'x-a'],
      value: '12:40',
      key: '12:33',
    },
    {
      title: 'falls back to the key of the nearest parent',
      path: ['spec', 'http', 0, 'route', 0, 'destination', 'port', 'number'],
      value: '10:7',
      key: '10:7',
    },
    { title: 'falls back to the start of the document', path: ['status', 'x'], value: '1:1', key: '1:1' },
  ])('$title', ({ path, value, key }) => {
    const place = ({ start }: { start: { line: number; column: number } }) => `${start.line}:${start.column}`
    expect(place(resource.spanOf(path))).toBe(value)
    expect(place(resource.keySpanOf(path))).toBe(key)
  })
})

describe('a cache of files', () => {
  const entry = (name: string) => withSpec('ServiceEntry', `  hosts: [${name}.example.net]`).replace('shop', name)
  const read = (cache: FileCache, texts: Readonly<Record<string, string>>) =>
    new Map(readConfig(sourceFiles(texts), cache).config.serviceEntries.map(each => [each.name, each]))

  test('gives what was read of a file as long as it has the same bytes', () => {
    const cache = new FileCache()
    const before = read(cache, { 'a.yaml': entry('a'), 'b.yaml': entry('b') })
    const after = read(cache, { 'a.yaml': entry('a'), 'b.yaml': entry('c') })
    expect(after.get('a')).toBe(before.get('a'))
    expect([...after.keys()]).toEqual(['a', 'c'])
  })

  test('gives the same findings as a first reading, also where files come and go', () => {
    const cache = new FileCache()
    const faulty = { 'b.yaml': 'a: *b\n', 'c.yaml': entry('a') }
    for (const texts of [{ 'a.yaml': entry('a') }, { ...faulty, 'a.yaml': entry('a') }, faulty]) {
      const { diagnostics } = readConfig(sourceFiles(texts), cache)
      expect(diagnostics).toEqual(readConfig(sourceFiles(texts)).diagnostics)
    }
  })

  test('does not take the settings of the mesh for routes', () => {
    const cache = new FileCache()
    const [file] = sourceFiles({ 'mesh.yaml': 'pathNormalization: { normalization: NONE }\n' })
    expect(readConfig([{ ...file!, isMesh: true }], cache).config.mesh).toBeDefined()
    expect(readConfig([{ ...file!, isMesh: false }], cache).config.mesh).toBeUndefined()
  })
})
