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

const hosts = ['o.example.net', 'reviews.example.net', 'reviews-v2.internal', 'default/shop']

test.each([
  { title: 'a letter too many in a label', word: 'reviewss.example.net', expected: 'reviews.example.net' },
  { title: 'letters swapped in another label', word: 'reviews.exmaple.net', expected: 'reviews.example.net' },
  { title: 'another number', word: 'reviews-v1.internal', expected: 'reviews-v2.internal' },
  { title: 'a label less', word: 'reviews-v2', expected: 'reviews-v2.internal' },
  { title: 'a name behind a slash', word: 'default/shp', expected: 'default/shop' },
  { title: 'a common end does not make names near', word: 'gone.example.net', expected: undefined },
  { title: 'nor does a common start', word: 'default/cart', expected: undefined },
])('$title: $word → $expected', ({ word, expected }) => {
  expect(nearest(word, hosts)).toBe(expected)
})
