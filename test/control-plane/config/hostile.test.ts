import { expect, test } from 'vitest'
import { readConfig } from '../../../src/control-plane/config/read-config.ts'
import { largestFileBytes } from '../../../src/control-plane/config/yaml/decode-text.ts'
import { cpuMsOf } from '../../cpu-time.ts'
import { readYaml, summaries, summary, withRules, withSpec } from './read-yaml.ts'

const laughs = [
  'a0: &a0 [x,x,x,x,x,x,x,x,x,x]',
  ...Array.from({ length: 12 }, (_, level) => `a${level + 1}: &a${level + 1} [${`*a${level},`.repeat(10)}]`),
].join('\n')
const numbered = (count: number, line: (index: number) => string) =>
  Array.from({ length: count }, (_, at) => line(at)).join('\n')

test.each([
  { title: 'a hundred thousand open lists are too deep', yaml: '['.repeat(100_000), code: 'SB1001' },
  { title: 'a hundred thousand open mappings are too deep', yaml: '{a: '.repeat(100_000), code: 'SB1001' },
  { title: 'a hundred thousand dashes are too deep', yaml: '- '.repeat(100_000), code: 'SB1001' },
  { title: 'a billion laughs are refused', yaml: laughs, code: 'SB1001' },
  {
    title: 'a long chain of aliases is refused',
    yaml: `- &a0 [x]\n${numbered(20_000, at => `- &a${at + 1} [*a${at}]`)}`,
    code: 'SB1001',
  },
  {
    title: 'a hundred thousand unknown fields are listed',
    yaml: withSpec(
      'Gateway',
      numbered(100_000, at => `  k${at}: 1`),
    ),
    code: 'SB2001',
  },
  { title: 'a hundred thousand equal keys are listed', yaml: `a: 1\n`.repeat(100_000), code: 'SB1004' },
  { title: 'a hundred thousand broken documents are listed', yaml: '--- }\n'.repeat(100_000), code: 'SB1001' },
  { title: 'control characters are not allowed', yaml: '\0'.repeat(100_001), code: 'SB1001' },
])('$title, in bounded time', ({ yaml, code }) => {
  const tookMs = cpuMsOf(() => {
    const { diagnostics } = readYaml(yaml)
    expect(diagnostics.some(each => each.code === code)).toBe(true)
  })
  expect(tookMs).toBeLessThan(15_000)
})

test.each([
  { title: 'in quotes', line: "  - name: 'a\0b'", expected: 'SB1001 8:13' },
  { title: 'in a comment', line: '  - name: a # \0', expected: 'SB1001 8:15' },
  { title: 'in a number, of which nothing else is said', line: '  - timeout: 4\0s', expected: 'SB1001 8:15' },
  { title: 'of which the first in a line is told', line: '  - name: "\x7f\x1b"', expected: 'SB1001 8:12' },
])('a control character $title is an error', ({ line, expected }) => {
  expect(summaries(withRules(`${line}\n    redirect: {uri: /}\n`))).toEqual([expected])
})

test('deep nesting hides nothing of the next document', () => {
  const { config, diagnostics } = readYaml(
    `spec: ${'['.repeat(12_000)}${']'.repeat(12_000)}\n---\n${withRules('  - redirect: {uri: /}')}`,
  )
  expect(diagnostics.map(({ code }) => code)).toEqual(['SB1001'])
  expect(config.virtualServices).toHaveLength(1)
})

test('a file larger than any config needs to be is not looked into', () => {
  const { diagnostics } = readConfig([{ path: 'big.yaml', bytes: new Uint8Array(largestFileBytes + 1) }])
  expect(diagnostics.map(summary)).toEqual(['SB1005 1:1'])
})

test('the names of JavaScript are names like any other', () => {
  const yaml = withRules(`
  - match: [{headers: {__proto__: {exact: a}, constructor: {prefix: b}, toString: {}}}]
    route: [{destination: {host: a.b}}]
`)
  const { config, diagnostics } = readYaml(yaml)
  expect(diagnostics).toEqual([])
  const { headers } = config.virtualServices[0]!.spec.http[0]!.match[0]!
  expect(Object.entries(headers)).toEqual([
    ['__proto__', { exact: 'a' }],
    ['constructor', { prefix: 'b' }],
    ['toString', {}],
  ])
  expect(Object.getPrototypeOf(headers)).toBeNull()
  expect(({} as { exact?: string }).exact).toBeUndefined()
})

test('the names of JavaScript are unknown fields where fields are wanted', () => {
  const { diagnostics } = readYaml(withRules('  - {__proto__: 1, constructor: 2, redirect: {uri: /}}'))
  expect(diagnostics.map(summary)).toEqual([
    'SB2001 8:6 spec.http[0].__proto__',
    'SB2001 8:20 spec.http[0].constructor',
  ])
})

test.each(['null', '3', 'true', '"text"', '[]', '[[]]', '{}', '{a: }', '!!binary x', '!!set {a}', '.nan', '-0', '~'])(
  'never throws, whatever stands for a field: %s',
  value => {
    for (const field of ['apiVersion', 'kind', 'metadata', 'spec', 'status', 'items']) {
      const yaml = `apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: a}\nspec: {}\n`
      expect(() => readYaml(yaml.replace(new RegExp(`^${field}:.*$`, 'm'), `${field}: ${value}`))).not.toThrow()
    }
    for (const field of ['hosts', 'gateways', 'http', 'tls', 'tcp', 'exportTo']) {
      expect(() => readYaml(withSpec('VirtualService', `  ${field}: ${value}`))).not.toThrow()
    }
    for (const field of [
      'match',
      'route',
      'redirect',
      'fault',
      'retries',
      'mirrors',
      'corsPolicy',
      'headers',
      'rewrite',
    ]) {
      expect(() => readYaml(withRules(`  - ${field}: ${value}`))).not.toThrow()
      expect(() => readYaml(withRules(`  - ${field}: [${value}]`))).not.toThrow()
    }
  },
)
