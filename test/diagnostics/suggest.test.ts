import { expect, test } from 'vitest'
import { nearest } from '../../src/diagnostics/suggest.ts'

const fields = ['exact', 'prefix', 'regex', 'destination', 'timeout', 'retries']

test.each([
  { title: 'two letters swapped', word: 'perfix', expected: 'prefix' },
  { title: 'a letter dropped', word: 'exct', expected: 'exact' },
  { title: 'a letter added', word: 'timeoutt', expected: 'timeout' },
  { title: 'another letter case', word: 'Prefix', expected: 'prefix' },
  { title: 'the beginning of a name', word: 'dest', expected: 'destination' },
  { title: 'a plural', word: 'regexes', expected: 'regex' },
  { title: 'nothing near', word: 'banana', expected: undefined },
  { title: 'a short word is not near to everything', word: 'ab', expected: undefined },
])('$title: $word → $expected', ({ word, expected }) => {
  expect(nearest(word, fields)).toBe(expected)
})
