import fc from 'fast-check'
import { expect, test } from 'vitest'
import { literalBeginning } from '../../../src/control-plane/compile/literal-beginning.ts'
import { compilePattern } from '../../../src/fib/pattern.ts'

test.each([
  { regex: '/orders/[0-9]+', beginning: '/orders/' },
  { regex: '/orders', beginning: '/orders' },
  { regex: '^/orders/.*$', beginning: '/orders/' },
  { regex: '/v1\\.0\\/(a|b)', beginning: '/v1.0/' },
  { regex: '/orders/?', beginning: '/orders' },
  { regex: '/orders/*x', beginning: '/orders' },
  { regex: '/ab+c', beginning: '/ab' },
  { regex: '/ab{0,2}', beginning: '/a' },
  { regex: '/a(|b)', beginning: '/a' },
  { regex: '/a[|]b', beginning: '/a' },
  { regex: '/a[]|]b', beginning: '/a' },
  { regex: '/a[^]|[:alpha:]|]b', beginning: '/a' },
  { regex: '/a\\|b', beginning: '/a|b' },
  { regex: '/a\\d', beginning: '/a' },
  { regex: '/caf\u00e9', beginning: '/caf' },
  { regex: '/a|/b', beginning: '' },
  { regex: '/a(b)|c', beginning: '' },
  { regex: '/a[(]|c', beginning: '' },
  { regex: '\\Q/a|b\\E', beginning: '' },
  { regex: '(?i)/a', beginning: '' },
  { regex: '/a(?i)*', beginning: '' },
  { regex: '/a+(?i)*', beginning: '' },
  { regex: '/a(?:b)*', beginning: '/a' },
  { regex: '.*', beginning: '' },
  { regex: '', beginning: '' },
])('all that $regex matches begins with "$beginning"', ({ regex, beginning }) => {
  expect(literalBeginning(regex)).toBe(beginning)
})

test('whatever a regex matches begins with its beginning', () => {
  const signs = [
    '/',
    'a',
    'b',
    'A',
    '.',
    '*',
    '+',
    '?',
    '|',
    '(',
    ')',
    '[',
    ']',
    '^',
    '$',
    '-',
    ':',
    '{',
    '}',
    ',',
    '1',
  ]
  const sign = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom('/', 'a', 'b') },
    { weight: 3, arbitrary: fc.constantFrom(...signs) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        '\\.',
        '\\|',
        '\\(',
        '\\[',
        '\\]',
        '\\w',
        '\\Q',
        '\\E',
        '[:alpha:]',
        '(?i)',
        '(?:',
        '[^',
        '{0,1}',
      ),
    },
  )
  const regex = fc.array(sign, { minLength: 1, maxLength: 8 }).map(parts => parts.join(''))
  const text = fc.array(fc.constantFrom('/', 'a', 'b', 'A', '|', '(', '[', ']', '.', ''), { maxLength: 4 })
  let matched = 0
  fc.assert(
    fc.property(regex, fc.array(text, { minLength: 8, maxLength: 8 }), (regex, texts) => {
      const pattern = compiled(regex)
      // Also the beginning itself, and what comes next to it.
      const beginning = literalBeginning(regex)
      const near = [beginning, beginning.slice(0, -1), `${beginning}a`, beginning.slice(1)]
      for (const each of [...near, ...texts.map(parts => parts.join(''))]) {
        if (!pattern?.matches(each)) continue
        matched++
        expect(each.startsWith(beginning)).toBe(true)
      }
    }),
    { numRuns: 10_000 },
  )
  expect(matched).toBeGreaterThan(1_000)
})

/** Most texts of such signs are no regexes. */
function compiled(regex: string) {
  try {
    return compilePattern(regex)
  } catch {
    return undefined
  }
}
