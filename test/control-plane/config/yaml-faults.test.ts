import { expect, test } from 'vitest'
import { marked, readYaml, summaries, summary, withRules } from './read-yaml.ts'

const route = 'route: [{destination: {host: reviews.internal}}]'

test.each([
  { title: 'a tab in the indentation is shown', yaml: 'metadata:\n\tname: shop\n', expected: 'SB1006 1:1, SB1003 2:1' },
  {
    title: 'a tab before a list item is shown',
    yaml: 'a:\n  http:\n\t- route: x\n',
    expected: 'SB1006 1:1, SB1003 3:1',
  },
  {
    title: 'a tab is shown also in CRLF lines',
    yaml: 'a:\r\n  http:\r\n\t- route: x\r\n',
    expected: 'SB1006 1:1, SB1003 3:1',
  },
  {
    title: 'a bracket that stays open is shown where it opens',
    yaml: 'a:\n  b: {c: d\n  e: f\n',
    expected: 'SB1001 2:6',
  },
  { title: 'a quote that stays open is shown where it opens', yaml: 'a: "b\n', expected: 'SB1001 1:4' },
  { title: 'a second colon wants quotes', yaml: 'name: main: rule\n', expected: 'SB1001 1:7' },
  { title: 'a reserved character wants quotes', yaml: 'a: @b\n', expected: 'SB1001 1:4' },
  { title: 'a key out of line is shown', yaml: 'a: 1\nb:\n   c: 1\n  d: 2\n', expected: 'SB1001 4:3' },
  { title: 'a list item among keys is shown where it is', yaml: 'a:\n  b: 1\n\n  - c\n', expected: 'SB1001 4:3' },
  { title: 'an alias needs an anchor before it', yaml: 'a: *b\n', expected: 'SB1001 1:4' },
  { title: 'an alias cannot stand in what it stands for', yaml: 'a: &a [*a]\n', expected: 'SB1001 1:8' },
  { title: 'a key is text', yaml: '? [a]\n: b\n', expected: 'SB1001 1:3' },
  { title: 'a merge key merges mappings', yaml: '<<: 3\n', expected: 'SB1001 1:1' },
  { title: 'an escape that JSON and YAML lack is an error', yaml: 'a: "\\q"\n', expected: 'SB1001 1:5' },
])('$title', ({ yaml, expected }) => {
  expect(summaries(yaml)).toEqual(expected.split(', '))
})

test.each([
  {
    title: 'of four columns',
    rules: `  - match:\n\t- uri: {perfix: /a}\n    ${route}\n`,
    expected: ['SB1003 9:1', 'SB2001 9:10 spec.http[0].match[0].uri.perfix'],
  },
  {
    title: 'of eight columns',
    rules: '  - route:\n    - destination:\n\thost: a.b\n        sbset: c\n',
    expected: ['SB1003 10:1', 'SB2001 11:9 spec.http[0].route[0].destination.sbset'],
  },
  {
    title: 'behind a dash',
    rules: `  -\tname: [a]\n\t${route}\n`,
    expected: ['SB1003 8:4', 'SB2002 8:5 spec.http[0].name', 'SB1003 9:1'],
  },
  {
    title: 'that fit nothing, so that what they indent is left out',
    rules: `  - timout: 3s\n    ${route}\n   \t - name: [a]\n`,
    expected: ['SB2001 8:5 spec.http[0].timout', 'SB1003 10:4'],
  },
])('tabs $title are each told, and what else is wrong', ({ rules, expected }) => {
  expect(summaries(withRules(rules))).toEqual(expected)
})

test.each([
  {
    title: 'a key one space too far to the right',
    rules: `  - match: [{uri: {prefix: /a}}]\n     ${route}\n`,
    expected: 'SB1001 9:6',
    help: 'indent it by 4 like `match`',
  },
  {
    title: 'a key between two mappings, with its items where they were',
    rules: '  - match:\n    - uri: {prefix: /a}\n     route:\n    - destination: {host: reviews.internal}\n',
    expected: 'SB1001 10:6',
    help: 'indent it by 4 like `match`, or by 6 like `uri`',
  },
  {
    title: 'a key one space too far to the left',
    rules: `  - match:\n    - uri: {prefix: /a}\n   ${route}\n`,
    expected: 'SB1001 10:4',
    help: 'indent it by 2 like `http`, or by 4 like `match`',
  },
  {
    title: 'an item between two lists',
    rules: `  - name: a\n    ${route}\n - name: b\n`,
    expected: 'SB1001 10:2',
    help: 'indent it by 2 like the item above',
  },
  {
    title: 'a key without its colon, with what is below it',
    rules: '  - match: [{uri: {prefix: /a}}]\n    route\n    - destination: {host: reviews.internal}\n',
    expected: 'SB1001 9:5',
    help: 'write `route:`',
  },
  {
    title: 'a colon without its space',
    rules: `  - match: [{uri: {prefix: /a}}]\n    timeout:5s\n    ${route}\n`,
    expected: 'SB1001 9:5',
    help: 'write `timeout: 5s`',
  },
])('$title is the one fault that is told, with what to do', ({ rules, expected, help }) => {
  const { diagnostics } = readYaml(withRules(rules))
  expect(diagnostics.map(summary)).toEqual([expected])
  expect(diagnostics).toMatchObject([{ help }])
})

test('a key that stands twice is shown with the first, and the last is read', () => {
  const yaml = withRules(`  - timeout: 1d\n    ${route}\n    timeout: 5s\n`)
  const { diagnostics, config } = readYaml(yaml)
  expect(diagnostics).toMatchObject([
    { code: 'SB1004', path: 'spec.http[0].timeout', related: [{ span: { start: { line: 8, column: 5 } } }] },
  ])
  expect(diagnostics.map(summary)).toEqual(['SB1004 10:5 spec.http[0].timeout'])
  expect(config.virtualServices).toMatchObject([{ isDamaged: true, spec: { http: [{ timeout: 5000 }] } }])
})

test('a key that stands twice as the first of its item lacks a dash, and what follows it is not told', () => {
  const rule = `match: [{uri: {prefix: /a}}]\n    timeout: 5s\n    ${route}\n`
  const { diagnostics } = readYaml(withRules(`  - ${rule}    ${rule}`))
  expect(diagnostics.map(summary)).toEqual(['SB1004 11:5 spec.http[0].match'])
  expect(diagnostics[0]?.help).toContain('put "- " before it')
})

test.each([
  {
    title: 'a document without the line before it',
    yaml: `${withRules('  - redirect: {uri: /}')}\napiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: a}\n`,
    expected: 'SB1004 10:1 apiVersion',
    help: 'put a line with --- before it',
  },
  {
    title: 'items of a list without dashes',
    yaml: 'spec:\n  servers:\n    port: 1\n    hosts: [a]\n    port: 2\n    hosts: [b]\n',
    expected: 'SB1004 5:5 spec.servers.port',
    help: 'put "- " before both',
  },
])('$title: that is told once', ({ yaml, expected, help }) => {
  const { diagnostics } = readYaml(yaml)
  const doubled = diagnostics.filter(({ code }) => code === 'SB1004')
  expect(doubled.map(summary)).toEqual([expected])
  expect(doubled[0]?.help).toContain(help)
})

test('fields of a spec without its line are told once', () => {
  const yaml =
    'apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: a}\n  host: a.b\n  subsets: []\n'
  const { diagnostics } = readYaml(yaml)
  expect(diagnostics).toMatchObject([
    { code: 'SB1001', help: 'put a line `spec:` before it', span: { start: { line: 4, column: 3 } } },
  ])
})

test.each(['!!binary L2E=', '!!set {prefix: /a}', '!!timestamp 2026-01-01', '!path {prefix: /a}'])(
  'the tag of %s means nothing here, and is shown',
  value => {
    expect(summaries(withRules(`  - match: [{uri: ${value}}]\n    ${route}\n`))).toContain('SB1011 8:19')
  },
)

test('aliases stand for what they name', () => {
  const yaml = withRules(`  - name: a\n    route: &r [{destination: {host: reviews.internal}}]\n  - route: *r\n`)
  const { config, diagnostics } = readYaml(yaml)
  expect(diagnostics).toEqual([])
  const service = config.virtualServices[0]!
  expect(service.spec.http[1]?.route[0]?.destination.host).toBe('reviews.internal')
  expect(service.spanOf(['spec', 'http', 1, 'route', 0, 'destination', 'host']).start).toMatchObject({ line: 9 })
})

test('a merge key fills in what its mapping does not say itself', () => {
  const yaml = withRules(`  - &d\n    timeout: 5s\n    name: a\n    ${route}\n  - <<: *d\n    name: b\n`)
  const { config, diagnostics } = readYaml(yaml)
  expect(diagnostics).toEqual([])
  const service = config.virtualServices[0]!
  expect(service.spec.http[1]).toMatchObject({ name: 'b', timeout: 5000 })
  expect(service.spanOf(['spec', 'http', 1, 'timeout']).start).toMatchObject({ line: 9 })
})

test.each([
  {
    title: 'an octal number is read as Istio reads it, with a warning',
    field: 'weight: 0120',
    weight: 80,
    warns: ['SB1010'],
  },
  {
    title: 'a number with underscores is read as Istio reads it',
    field: 'weight: 1_00',
    weight: 100,
    warns: ['SB1010'],
  },
  {
    title: 'a number in quotes is a number, as in protobuf',
    field: 'weight: "80"',
    weight: 80,
    warns: [],
  },
  { title: 'a hexadecimal number is a number', field: 'weight: 0x50', weight: 80, warns: [] },
  { title: 'a tag of YAML decides', field: 'weight: !!int "80"', weight: 80, warns: [] },
  { title: 'a tag that nobody knows is ignored with a warning', field: 'weight: !w 80', weight: 80, warns: ['SB1011'] },
])('$title', ({ field, weight, warns }) => {
  const { config, diagnostics } = readYaml(withRules(`  - route: [{destination: {host: a.b}, ${field}}]\n`))
  expect(diagnostics.map(({ code, severity }) => `${severity} ${code}`)).toEqual(warns.map(code => `warning ${code}`))
  expect(config.virtualServices[0]?.spec.http[0]?.route[0]?.weight).toBe(weight)
})

test('a key that YAML 1.1 takes for a truth value is read as Istio reads it, with a warning', () => {
  const yaml = withRules(`  - match: [{headers: {on: {exact: a}}}]\n    ${route}\n`)
  const { config, diagnostics } = readYaml(yaml)
  expect(diagnostics.map(summary)).toEqual(['SB1010 8:24'])
  expect(Object.keys(config.virtualServices[0]!.spec.http[0]!.match[0]!.headers)).toEqual(['true'])
})

test('a fault keeps the warning about the same value to itself', () => {
  const yaml = withRules(`  - match: [{headers: {x-country: {exact: NO}}}]\n    ${route}\n`)
  const { diagnostics } = readYaml(yaml)
  expect(diagnostics).toMatchObject([{ code: 'SB2002', help: 'quote it: "NO"' }])
  expect(marked(yaml, diagnostics[0]!)).toBe('NO')
})

test('an IPv6 address that ends with colons is text in a list, as Istio reads it, and nothing is said of it', () => {
  const yaml = `apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: {name: net}
spec: {hosts: [a.b], addresses: [2001:db8::, 10.0.0.1]}
`
  const { config, diagnostics } = readYaml(yaml)
  expect(diagnostics).toEqual([])
  expect(config.serviceEntries[0]?.spec.addresses).toEqual(['2001:db8::', '10.0.0.1'])
})
