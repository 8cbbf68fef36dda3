import { expect, test } from 'vitest'
import { compilePattern } from '../../src/fib/pattern.ts'

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
