import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { compilePattern } from '../../src/fib/pattern.ts'
import { Random } from '../random.ts'

// What Envoy 1.40 makes of them as `regex_rewrite`.
test.each([
  { title: 'a group', regex: '/e/(.*)', substitution: '/[\\1]', path: '/e/1', expected: '/[1]' },
  { title: 'the whole match', regex: '/e/(.*)', substitution: '/x\\0', path: '/e/1', expected: '/x/e/1' },
  { title: 'a group that took no part', regex: '/f/(x)?', substitution: '/[\\1]', path: '/f/', expected: '/[]' },
  { title: 'a backslash', regex: '/e/(.*)', substitution: '/\\\\1', path: '/e/1', expected: '/\\1' },
  { title: 'a dollar is text', regex: '/c/(.*)', substitution: '/$1', path: '/c/1', expected: '/$1' },
  { title: 'every match', regex: '(d)|e', substitution: '<\\1>', path: '/d/de1', expected: '/<d>/<d><>1' },
  { title: 'no such group, nothing is replaced', regex: 'b', substitution: '\\3', path: '/b/1b', expected: '/b/1b' },
  { title: 'a wrong escape ends it', regex: 'a', substitution: '[\\dq]', path: '/a/1a', expected: '/[/1[' },
  { title: 'a backslash at its end is dropped', regex: 'c', substitution: 'x\\', path: '/c/1c1', expected: '/x/1x1' },
  {
    title: 'no such group behind a wrong escape',
    regex: 'a',
    substitution: '\\d\\2',
    path: '/a',
    expected: '/a',
  },
])('a substitution, $title', ({ regex, substitution, path, expected }) => {
  expect(compilePattern(regex).replaceAll(path, substitution)).toBe(expected)
})

test('what a regex takes up is bounded, whatever it is asked', () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const used = () => {
    collect()
    return process.memoryUsage().heapUsed
  }
  // Its automaton would have thousands of states.
  const patterns = Array.from({ length: 4 }, (_, index) => compilePattern(`/(.*a.{12})+${index}`))
  const random = new Random(1)
  const before = used()
  for (let round = 0; round < 20; round++) {
    const path = `/${Array.from({ length: 1_000 }, () => 'ab'[random.below(2)]).join('')}`
    for (const pattern of patterns) expect(pattern.matches(path)).toBe(false)
  }
  expect(used() - before).toBeLessThan(patterns.length * 500_000)
  expect(patterns[1]!.matches(`/a${'b'.repeat(12)}1`)).toBe(true)
})
