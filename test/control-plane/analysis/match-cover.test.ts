import { describe, expect, test } from 'vitest'
import { areApart, covers, type Match, neighbourOf } from '../../../src/control-plane/analysis/match-cover.ts'
import type { Condition, ValueMatch } from '../../../src/fib/condition.ts'

const exact = (value: string, ignoresCase = false) => ({ path: { kind: 'exact', value, ignoresCase } as const })
const prefix = (value: string, ignoresCase = false) => ({ path: { kind: 'prefix', value, ignoresCase } as const })
const regex = (text: string) => ({ path: { kind: 'regex', regex: text } as const })
const is = (value: string): ValueMatch => ({ kind: 'exact', value })
const matches = (text: string): ValueMatch => ({ kind: 'regex', regex: text })
const present: ValueMatch = { kind: 'present' }
const header = (name: string, match: ValueMatch, isNegated = false): Condition => ({
  subject: 'header',
  name,
  match,
  isNegated,
})
const method = (match: ValueMatch): Condition => ({ subject: 'method', match })
const query = (name: string, match: ValueMatch): Condition => ({ subject: 'query', name, match })
const port = (number: number): Condition => ({ subject: 'port', port: number })
const when = (...conditions: readonly Condition[]) => ({ conditions })
const of = (part: Partial<Match>): Match => ({ conditions: [], ...part })

interface Cover {
  readonly title: string
  readonly wide: Partial<Match>
  readonly narrow: Partial<Match>
}

describe('a match covers another', () => {
  test.each<Cover>([
    { title: 'that is the same', wide: exact('/a'), narrow: exact('/a') },
    { title: 'where it asks for nothing', wide: {}, narrow: { ...regex('/[a-z]'), ...when(port(80)) } },
    { title: 'where its prefix is /', wide: prefix('/'), narrow: {} },
    { title: 'where its regex is .*', wide: regex('.*'), narrow: prefix('/a') },
    { title: 'whose path begins with its prefix', wide: prefix('/a'), narrow: exact('/ab') },
    { title: 'whose regex begins with its prefix', wide: prefix('/api/'), narrow: regex('/api/v[12]') },
    { title: 'whose prefix begins as its regex does', wide: regex('/api/.*'), narrow: prefix('/api/v1') },
    { title: 'whose path its regex matches', wide: regex('/[a-z]+'), narrow: exact('/ab') },
    { title: 'with the same regex', wide: regex('/[a-z]+'), narrow: regex('/[a-z]+') },
    { title: 'whatever its letter case', wide: prefix('/API', true), narrow: exact('/api/v1') },
    {
      title: 'whose conditions are its own and more',
      wide: when(method(is('GET'))),
      narrow: when(port(80), method(is('GET'))),
    },
    {
      title: 'that asks for a value where it asks for a header',
      wide: when(header('a', present)),
      narrow: when(header('a', is('b'))),
    },
    {
      title: 'whose value its regex matches',
      wide: when(method(matches('GET|POST'))),
      narrow: when(method(is('POST'))),
    },
    {
      title: 'that forbids a header where it forbids a value',
      wide: when(header('a', is('b'), true)),
      narrow: when(header('a', present, true)),
    },
  ])('$title', ({ wide, narrow }) => {
    expect(covers(of(wide), of(narrow))).toBe(true)
  })
})

describe('a match does not cover another', () => {
  test.each<Cover>([
    { title: 'that it is narrower than', wide: exact('/a'), narrow: prefix('/a') },
    { title: 'of another letter case', wide: prefix('/api'), narrow: exact('/API') },
    { title: 'that ignores letter case where it does not', wide: prefix('/api'), narrow: exact('/api', true) },
    { title: 'that asks for less', wide: when(port(80)), narrow: {} },
    { title: 'that asks for another value', wide: when(query('a', is('1'))), narrow: when(query('a', is('2'))) },
    { title: 'that asks for another parameter', wide: when(query('a', present)), narrow: when(query('b', present)) },
    { title: 'that may begin otherwise', wide: prefix('/a'), narrow: regex('/a|/b') },
    { title: 'whose last letter may be missing', wide: prefix('/ab'), narrow: regex('/ab*') },
    {
      title: 'that forbids what it asks for',
      wide: when(header('a', present)),
      narrow: when(header('a', present, true)),
    },
    // A missing header counts as an empty one for a value: the first two do not hold then, the others do.
    {
      title: 'that holds for a missing header',
      wide: when(header('a', matches('.*'), true)),
      narrow: when(header('a', present, true)),
    },
    {
      title: 'that forbids the empty value',
      wide: when(header('a', is(''), true)),
      narrow: when(header('a', present, true)),
    },
  ])('$title', ({ wide, narrow }) => {
    expect(covers(of(wide), of(narrow))).toBe(false)
  })
})

test.each([
  { one: method(is('GET')), other: method(is('POST')), apart: true },
  { one: method(is('GET')), other: method(matches('POST|PUT')), apart: true },
  { one: query('a', is('1')), other: query('a', { kind: 'prefix', value: '2' }), apart: true },
  { one: query('a', is('1')), other: query('b', is('2')), apart: false },
  { one: header('a', present), other: header('a', present, true), apart: true },
  { one: header('a', is('b')), other: header('a', is('c'), true), apart: false },
  { one: port(80), other: port(443), apart: true },
])('$one and $other are apart: $apart', ({ one, other, apart }) => {
  expect(areApart([one], [other])).toBe(apart)
  expect(areApart([other], [one])).toBe(apart)
})

test.each([
  { wide: prefix('/policy'), narrow: exact('/policy-author'), neighbour: '/policy' },
  { wide: prefix('/policy'), narrow: prefix('/policy/author'), neighbour: undefined },
  { wide: prefix('/policy/'), narrow: prefix('/policy/author'), neighbour: undefined },
  { wide: exact('/policy'), narrow: exact('/policy'), neighbour: undefined },
])('$wide.path.value catches its neighbour $narrow.path.value: $neighbour', ({ wide, narrow, neighbour }) => {
  expect(neighbourOf(of(wide), of(narrow))).toBe(neighbour)
})
