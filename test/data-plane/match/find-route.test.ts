import { expect, test } from 'vitest'
import { compile } from '../../../src/control-plane/compile/compile.ts'
import type { Rib, RouteMatch } from '../../../src/control-plane/ir/rib.ts'
import { findRoute } from '../../../src/data-plane/match/find-route.ts'
import { searchPath } from '../../../src/data-plane/match/search-path.ts'
import type { Condition, ValueMatch } from '../../../src/fib/condition.ts'
import { splitMark, type VirtualHostRow } from '../../../src/fib/layout.ts'
import type { RequestHead } from '../../../src/fib/request-head.ts'
import { openTable } from '../../../src/fib/view.ts'

const origin = { file: 'x.yaml', start: { line: 1, column: 1, offset: 0 }, end: { line: 1, column: 1, offset: 0 } }

function tableOf(matches: readonly RouteMatch[]) {
  const routes = matches.map(match => ({ name: '', match, action: { kind: 'respond', status: 204 } as const, origin }))
  const rib: Rib = {
    listeners: [{ name: 'default', protocol: 'http', virtualHosts: [{ domains: ['*'], routes }] }],
    clusters: new Map(),
  }
  return openTable(compile(rib))
}

function header(name: string, match: ValueMatch): Condition {
  return { subject: 'header', name, match, isNegated: false }
}

/** @param lines what a rule on `x` is tested against */
function head(lines: readonly string[], path = '/'): RequestHead {
  return {
    method: 'GET',
    scheme: 'http',
    authority: 'a',
    host: 'a',
    port: 80,
    path,
    query: undefined,
    headers: { valuesOf: name => (name === 'x' ? lines : name === 'w' ? ['7'] : []) },
  }
}

/** Rules that are told apart by `x` first, and behind it by a header that the client does not send. */
const unmet = [
  ...Array.from({ length: 50 }, (_, index) => ({ conditions: [header('x', { kind: 'exact', value: `v${index}` })] })),
  ...Array.from({ length: 20 }, (_, index) => ({
    conditions: [
      header('x', index % 2 === 0 ? { kind: 'prefix', value: 'a' } : { kind: 'exact', value: 'a' }),
      header('y', { kind: 'exact', value: String(index) }),
    ],
  })),
]

test.each([
  { title: 'the same value again and again', lines: Array.from({ length: 5_000 }, () => 'a') },
  { title: 'values that begin alike', lines: Array.from({ length: 5_000 }, (_, index) => `a${index}`) },
])('$title hide no rule behind those that do not hold', ({ lines }) => {
  const last = Array.from({ length: 9 }, (_, index) => ({
    conditions: [header('x', { kind: 'exact', value: 'last' }), header('w', { kind: 'exact', value: String(index) })],
  }))
  const table = tableOf([...unmet, ...last, { conditions: [] }])
  expect([...table.candidates].filter(word => word === splitMark).length).toBeGreaterThan(1)
  expect(findRoute(table, 0 as VirtualHostRow, head([...lines, 'last']))).toBe(unmet.length + 7)
})

test('values that are longer than an index takes are told apart all the same', () => {
  const long = (index: number) => `${'é'.repeat(150)}${index}`
  const rules = Array.from({ length: 40 }, (_, index) => ({
    conditions: [header('x', { kind: 'exact', value: index % 2 === 0 ? long(index) : `v${index}` })],
  }))
  const table = tableOf(rules)
  for (const index of [0, 1, 38, 39]) {
    const value = index % 2 === 0 ? long(index) : `v${index}`
    expect(findRoute(table, 0 as VirtualHostRow, head([value]))).toBe(index)
  }
  expect(findRoute(table, 0 as VirtualHostRow, head([long(1)]))).toBe(-1)
})

const regexes = (texts: readonly string[]) =>
  tableOf(texts.map(regex => ({ path: { kind: 'regex', regex }, conditions: [] })))

/** What is looked at for regexes on the way of a path. */
function looksAt(table: ReturnType<typeof tableOf>, path: string) {
  const { steps } = searchPath(table, 0 as VirtualHostRow, head([], path))
  return steps.filter(({ place }) => place.startsWith('regex'))
}

test('of many regexes, a path meets those that it may match, and the first one wins', () => {
  const table = regexes([
    ...Array.from({ length: 500 }, (_, index) => `/team${index}/v[0-9]+/.*`),
    '/team7/.*',
    '/team7/v1/a',
    '.*/health',
  ])
  const first = (path: string) => findRoute(table, 0 as VirtualHostRow, head([], path))
  expect(['/team7/v1/a', '/team7/w', '/team7x/v1/a', '/x/health', '/team499/v2/'].map(first)).toEqual([
    7, 500, -1, 502, 499,
  ])
  expect(looksAt(table, '/team7/w').map(({ text }) => text)).toEqual(['', '/team7/'])
})

test('regexes whose beginnings are nested without end are tested at once', () => {
  const deep = (index: number) => '/a'.repeat(index + 1)
  const count = 200
  const table = regexes(Array.from({ length: count }, (_, index) => `${deep(count - 1 - index)}(/b)?`))
  expect(looksAt(table, `${deep(count)}/c`)).toHaveLength(49)
  for (const index of [0, 1, 46, 47, 48, 49, 120, count - 1]) {
    const found = [deep(index), `${deep(index)}/b`].map(path => findRoute(table, 0 as VirtualHostRow, head([], path)))
    expect(found).toEqual([count - 1 - index, count - 1 - index])
  }
})
