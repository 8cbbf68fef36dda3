import { expect, test } from 'vitest'
import { marked, readYaml, withRules } from '../../read-yaml.ts'

const withRegex = (regex: string) => withRules(`  - {match: [{uri: {regex: '${regex}'}}], redirect: {uri: /}}`)

test.each([
  '(?i)/a',
  '/(?P<n>a)',
  '/(?<n>a)',
  '\\pL+',
  '[[:alpha:]]+',
  '\\Qa.b\\E',
  '\\A/a\\z',
  `/${'a'.repeat(1023)}`,
  'a{1000}',
])('%s is RE2', regex => {
  expect(readYaml(withRegex(regex)).diagnostics).toEqual([])
})

test.each([
  { title: 'look-ahead', regex: '/(?!admin).*', mark: '(?!', message: 'RE2 has no look-ahead' },
  { title: 'look-behind', regex: '(?<=/v)1', mark: '(?<=', message: 'RE2 has no look-behind' },
  { title: 'an atomic group', regex: 'a(?>b)', mark: '(?>', message: 'RE2 has no atomic groups' },
  { title: 'a back reference', regex: '(a)\\1', mark: '\\1', message: 'RE2 has no back references' },
  { title: 'possessive repetition', regex: 'a++', mark: '++', message: 'RE2 has no possessive repetition' },
  { title: 'a conditional', regex: '(?(1)a)', mark: '(?(', message: 'RE2 has no conditionals' },
  { title: 'recursion', regex: '(?R)', mark: '(?R', message: 'RE2 has no recursion' },
  { title: 'too many repetitions', regex: 'a{2000}', mark: '{2000', message: 'RE2 repeats at most 1000 times' },
  { title: 'the end as \\Z', regex: 'a\\Z', mark: '\\Z', message: 'RE2 has no \\Z' },
  {
    title: 'a Unicode escape',
    regex: '\\u0041',
    mark: '\\u',
    message: 'the regex is not RE2: invalid escape sequence',
  },
  {
    title: 'a glob',
    regex: '*.html',
    mark: '*',
    message: 'the regex is not RE2: missing argument to repetition operator',
  },
  { title: 'an open bracket', regex: '/(a|b', mark: '/(a|b', message: 'the regex is not RE2: missing closing )' },
  {
    title: 'a range backwards',
    regex: '[z-a]',
    mark: 'z-a',
    message: 'the regex is not RE2: invalid character class range',
  },
])('$title is refused, with its place', ({ regex, mark, message }) => {
  const yaml = withRegex(regex)
  const { diagnostics } = readYaml(yaml)
  expect(diagnostics).toMatchObject([{ code: 'SB2006', message, path: 'spec.http[0].match[0].uri.regex' }])
  expect(marked(yaml, diagnostics[0]!)).toBe(mark)
})

test.each([
  { title: 'an empty regex is refused', regex: '', message: 'the regex is empty' },
  { title: 'a regex is at most 1024 bytes', regex: 'ä'.repeat(513), message: 'the regex is longer than 1024 bytes' },
])('$title', ({ regex, message }) => {
  expect(readYaml(withRegex(regex)).diagnostics).toMatchObject([{ code: 'SB2006', message }])
})

test.each([
  { regex: '/(a|b', help: 'close the bracket, or escape it: \\(' },
  { regex: '/[ab', help: 'close the bracket, or escape it: \\[' },
  { regex: '/ab)', help: 'open the bracket before it, or escape it: \\)' },
])('what to do about $regex names its bracket', ({ regex, help }) => {
  expect(readYaml(withRegex(regex)).diagnostics.map(each => each.help)).toEqual([help])
})
