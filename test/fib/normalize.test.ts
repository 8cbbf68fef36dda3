import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { foldCase, normalizeHost, normalizePath, splitTarget } from '../../src/fib/normalize.ts'

describe('normalizePath', () => {
  test.each([
    { title: 'leaves a plain path as it is', path: '/a/b', expected: '/a/b' },
    { title: 'resolves a parent segment', path: '/a/../b', expected: '/b' },
    { title: 'drops a segment of one dot', path: '/a/./b', expected: '/a/b' },
    { title: 'keeps the slash that a last dot segment leaves', path: '/a/b/..', expected: '/a/' },
    { title: 'never climbs above the root', path: '/a/b/../../../c', expected: '/c' },
    { title: 'resolves escaped dots', path: '/a/%2E%2e/b', expected: '/b' },
    { title: 'takes `..;` for a parent segment', path: '/a/..;/b', expected: '/b' },
    { title: 'takes `.;x` for a segment of one dot', path: '/a/.;x/b', expected: '/a/b' },
    { title: 'keeps the slash that `..;` leaves', path: '/a/b/..;', expected: '/a/' },
    { title: 'keeps escaped dots before a semicolon', path: '/a/%2e%2e;/b', expected: '/a/..;/b' },
    { title: 'takes parameters to reach to the next slash', path: '/a/..;x\\y/b', expected: '/b' },
    { title: 'keeps dots and a semicolon behind a backslash', path: '/a\\..;/b', expected: '/a/..;/b' },
    { title: 'keeps four dots before a semicolon', path: '/a/....;/b', expected: '/a/....;/b' },
    { title: 'keeps three dots', path: '/a/...', expected: '/a/...' },
    { title: 'keeps dots inside a name', path: '/a/..b', expected: '/a/..b' },
    { title: 'keeps empty segments', path: '//a//b/', expected: '//a//b/' },
    { title: 'lets a parent segment take an empty one', path: '/a//../b', expected: '/a/b' },
    { title: 'keeps an escaped slash', path: '/a%2Fb', expected: '/a%2Fb' },
    { title: 'keeps an escaped slash behind dots', path: '/a/%2e%2e%2fb', expected: '/a/..%2fb' },
    { title: 'turns a backslash into a slash', path: '/a\\b', expected: '/a/b' },
    { title: 'keeps an escaped backslash', path: '/a%5cb', expected: '/a%5cb' },
    { title: 'decodes an unreserved letter', path: '/%41%7Euser', expected: '/A~user' },
    { title: 'keeps an escaped space', path: '/a%20b', expected: '/a%20b' },
    { title: 'keeps what only looks like an escape', path: '/a%zz%', expected: '/a%zz%' },
    { title: 'escapes quotes and brackets', path: '/a"<>^`{|}', expected: '/a%22%3C%3E%5E%60%7B%7C%7D' },
    { title: 'keeps square brackets and sub-delimiters', path: "/a[b]&=,:@'+;x=1", expected: "/a[b]&=,:@'+;x=1" },
    { title: 'puts no new escape together by decoding', path: '/a/%2%65%2e/b', expected: '/a/%252e./b' },
    { title: 'decodes once, not twice', path: '/a%25%32%65', expected: '/a%252e' },
    { title: 'refuses an escaped NUL', path: '/a%00b', expected: undefined },
    { title: 'refuses a control character', path: '/a\nb', expected: undefined },
    { title: 'refuses raw non-ASCII text', path: '/é', expected: undefined },
    { title: 'refuses a path that does not begin with a slash', path: 'a/b', expected: undefined },
    { title: 'refuses an empty path', path: '', expected: undefined },
  ])('$title', ({ path, expected }) => {
    expect(normalizePath(path)).toBe(expected)
  })

  test('a normal form has no dot segment, also not for those who decode once more', () => {
    const piece = fc.constantFrom('/', '.', '..', '%2e', '%2E', '\\', 'a', ';', '%2f', '"', '%', '%65', '2', '%00')
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), pieces => {
        for (const normalization of ['base', 'merge-slashes', 'decode-and-merge-slashes'] as const) {
          const normal = normalizePath(`/${pieces.join('')}`, normalization)
          if (normal === undefined) continue
          expect(normal).not.toMatch(/\/(?:\.|%2e){1,2}(?:\/|$)/i)
          expect(normal.startsWith('/')).toBe(true)
        }
      }),
      { numRuns: 5000 },
    )
  })
})

describe.each([
  {
    normalization: 'none',
    cases: [
      { title: 'keeps dot segments, slashes and escapes', path: '/a/../%41//b\\c', expected: '/a/../%41//b\\c' },
      { title: 'keeps an escaped NUL', path: '/a%00b', expected: '/a%00b' },
      { title: 'refuses raw non-ASCII text all the same', path: '/é', expected: undefined },
      { title: 'refuses a path that does not begin with a slash all the same', path: 'a', expected: undefined },
    ],
  },
  {
    normalization: 'merge-slashes',
    cases: [
      { title: 'takes each run of slashes for one', path: '//a///b//', expected: '/a/b/' },
      { title: 'resolves dot segments before it does', path: '/a//../b', expected: '/a/b' },
      { title: 'merges what a backslash became', path: '/a\\/b', expected: '/a/b' },
      { title: 'keeps two slashes of a path that has nothing else', path: '///', expected: '//' },
      { title: 'keeps an escaped slash', path: '/a%2F/b', expected: '/a%2F/b' },
      { title: 'leaves a plain path as it is', path: '/a/b', expected: '/a/b' },
      { title: 'refuses what has no normal form', path: '//a%00', expected: undefined },
    ],
  },
  {
    normalization: 'decode-and-merge-slashes',
    cases: [
      { title: 'decodes slashes in either letter case, and merges them', path: '/a%2F%2f/b', expected: '/a/b' },
      { title: 'decodes backslashes, which are slashes', path: '/a%5Cb%5c', expected: '/a/b/' },
      { title: 'resolves dot segments that come to light', path: '/a/b%2f..%2fc', expected: '/a/c' },
      { title: 'decodes once, not twice', path: '/a%252fb', expected: '/a%252fb' },
      { title: 'keeps other escapes', path: '/a%20b', expected: '/a%20b' },
    ],
  },
] as const)('normalizePath with $normalization', ({ normalization, cases }) => {
  test.each(cases.map(each => ({ ...each })))('$title', ({ path, expected }) => {
    expect(normalizePath(path, normalization)).toBe(expected)
  })
})

describe('normalizeHost', () => {
  test.each([
    { title: 'lower-cases', authority: 'Shop.Example.COM', expected: 'shop.example.com' },
    { title: 'drops the port', authority: 'shop.example.com:8443', expected: 'shop.example.com' },
    { title: 'drops an empty port', authority: 'shop.example.com:', expected: 'shop.example.com' },
    { title: 'keeps a trailing dot: it is another name', authority: 'example.com.', expected: 'example.com.' },
    { title: 'takes an IPv4 address', authority: '127.0.0.1:8787', expected: '127.0.0.1' },
    { title: 'takes an IPv6 address with its brackets', authority: '[::1]:8787', expected: '[::1]' },
    { title: 'refuses an empty Host', authority: '', expected: undefined },
    { title: 'refuses a path in it', authority: 'a.test/x', expected: undefined },
    { title: 'refuses two hosts', authority: 'a.test, b.test', expected: undefined },
    { title: 'refuses user information', authority: 'user@a.test', expected: undefined },
    { title: 'drops a port that is no number, as Envoy does', authority: 'a.test:x', expected: 'a.test' },
    { title: 'refuses a line break', authority: 'a.test\n', expected: undefined },
    { title: 'refuses non-ASCII text', authority: 'é.test', expected: undefined },
  ])('$title', ({ authority, expected }) => {
    expect(normalizeHost(authority)).toBe(expected)
  })
})

describe('splitTarget', () => {
  test.each([
    { title: 'splits at the first question mark', target: '/a?x?y', path: '/a', query: 'x?y' },
    { title: 'tells an empty query from none', target: '/a?', path: '/a', query: '' },
    { title: 'has no query without a question mark', target: '/a', path: '/a', query: undefined },
    { title: 'drops a fragment, and what looks like a query in it', target: '/a#f?x', path: '/a', query: undefined },
    { title: 'drops a fragment behind a query', target: '/a?x#f', path: '/a', query: 'x' },
  ])('$title', ({ target, path, query }) => {
    expect(splitTarget(target)).toEqual({ path, query })
  })
})

test('foldCase changes ASCII letters alone', () => {
  expect(foldCase('/ÀBc/\u212a')).toBe('/Àbc/\u212a')
})
