import { describe, expect, test } from 'vitest'
import { renderChanges } from '../../../src/cli/changes/render-changes.ts'
import { compareTables } from '../../../src/cli/changes/table-changes.ts'
import { painter } from '../../../src/diagnostics/paint.ts'
import type { TableView } from '../../../src/fib/view.ts'
import { gateway, rules, rulesOn, service, tableOf, tableOfFiles } from './table-of.ts'

const rendered = (before: TableView | undefined, after: TableView, color = false) =>
  renderChanges(compareTables(before, after), painter(color))
const told = (before: readonly string[], after: readonly string[]) => rendered(tableOf(...before), tableOf(...after))

const http = gateway('edge', '{ port: { number: 80, name: http, protocol: HTTP }, hosts: ["*"] }')
const respond = (status: number) => `directResponse: { status: ${status} }`
const at = (path: string, status = 200) => `{ match: [{ uri: { prefix: ${path} } }], ${respond(status)} }`
const many = <Item>(count: number, item: (index: number) => Item) => Array.from({ length: count }, (_, i) => item(i))
const split = (v1: number, v2: number) =>
  `{ name: canary, route: [{ destination: { host: shop.internal, subset: v1 }, weight: ${v1} }, { destination: { host: shop.internal, subset: v2 }, weight: ${v2} }] }`
const login = (more: string) =>
  `{ name: login, match: [{ uri: { exact: /login } }, { uri: { exact: /logout } }], ${respond(200)}${more} }`

test('changes are told host by host: what goes, what changes, what comes', () => {
  const before = [
    http,
    service('shop.internal'),
    rulesOn('edge, mesh', 'shop.example.com', login(''), at('/a'), split(90, 10)),
    rulesOn('edge', 'old.example.com, older.example.com', at('/a')),
    rules('docs.example.com', at('/a'), at('/b'), at('/c')),
  ]
  const after = [
    http,
    service('shop.internal', { v2: ', weight: 3' }),
    rulesOn('edge, mesh', 'shop.example.com', login(', headers: { response: { set: { x-a: b } } }'), split(80, 20)),
    rulesOn('edge', 'new.example.com', at('/a')),
    rules('docs.example.com', at('/c'), at('/a'), at('/b', 404), at('/new')),
  ]
  expect(`\n${told(before, after).join('\n')}\n`).toMatchInlineSnapshot(`
    "
    changes   2 hosts removed, 2 changed, 1 added: 1 route removed, 1 added, 1 moved, 4 changed (weights 1, response 1, headers 2); 1 cluster changed
              - host  old.example.com, older.example.com   1 route   (http.80)
              ~ host  shop.example.com   1 route removed, 3 changed, of 3   (http.80, default)
                  - uri.prefix /a       respond 200
                  ~ login (2 matches)   headers   + response = x-a: b
                  ~ canary              weights   90 % → 80 %   outbound|443|v1|shop.internal
                                                  10 % → 20 %   outbound|443|v2|shop.internal
              ~ host  docs.example.com   1 route added, 1 moved, 1 changed, of 4   (default)
                  ~ uri.prefix /c     moved from place 3 to 1
                  ~ uri.prefix /b     response   200 → 404
                  + uri.prefix /new   respond 200
              + host  new.example.com   1 route   (http.80)
              ~ cluster  outbound|443|v2|shop.internal
                  ~ endpoint  https v2.shop.internal:443   weight 1 → 3
    "
  `)
})

describe('the first line sums all up', () => {
  test.each([
    { title: 'nothing', before: [rules('a', at('/'))], after: [rules('a', at('/'))], is: 'nothing changes' },
    {
      title: 'hosts',
      before: [rules('a', at('/'))],
      after: [rules('b', at('/')), rules('c', at('/'))],
      is: '2 hosts removed, 4 added',
    },
    {
      title: 'routes, and in what they differ',
      before: [rules('a.b', at('/a'), at('/b'), at('/c'))],
      after: [rules('a.b', at('/a', 201), at('/b', 202), at('/x'), at('/y'), at('/z'), at('/c'))],
      is: '1 host changed: 3 routes added, 2 changed (response 2)',
    },
    {
      title: 'a host on two listeners as one',
      before: [http],
      after: [http, rulesOn('edge, mesh', 'a.b', at('/a'))],
      is: '1 host added',
    },
    {
      title: 'listeners and clusters',
      before: [service('a.b'), rules('a.b', '{ route: [{ destination: { host: a.b } }] }')],
      after: [http, service('a.b', { v2: ', weight: 2' }), rules('a.b', '{ route: [{ destination: { host: a.b } }] }')],
      is: '1 listener added; 1 cluster changed',
    },
  ])('$title', ({ before, after, is }) => {
    expect(told(before, after)[0]).toBe(`changes   ${is}`)
  })

  test('settings', () => {
    const files = { 'a.yaml': rules('a.b', at('/')) }
    const mesh = 'pathNormalization: { normalization: MERGE_SLASHES }\n'
    expect(rendered(tableOfFiles(files), tableOfFiles({ ...files, 'mesh.yaml': mesh }))).toEqual([
      'changes   path normalisation base → merge-slashes',
    ])
  })

  test('what there is, where nothing was before', () => {
    expect(rendered(undefined, tableOf(rules('a.b', at('/a'), at('/b'))))).toEqual([
      'changes   nothing to compare with: 1 host, 2 routes',
      '          + listener  default',
      '          + host  a.b   2 routes   (default)',
    ])
  })
})

describe('what is told is bounded', () => {
  const host = (index: number) => `h${String(index).padStart(3, '0')}.example.com`
  const all = (status: number, count = 300) => many(count, index => rules(host(index), at('/a', status), at('/b')))

  test('many hosts that come', () => {
    const lines = told([http], [http, ...all(200)])
    expect(lines).toHaveLength(40)
    expect(lines[0]).toBe('changes   300 hosts added')
    expect(lines.at(-1)).toBe('          … and 262 more hosts')
  })

  test('many hosts that change', () => {
    const lines = told(all(200), all(404))
    expect(lines.length).toBeLessThanOrEqual(40)
    expect(lines[0]).toBe('changes   300 hosts changed: 300 routes changed (response 300)')
    expect(lines.at(-1)).toBe('          … and 281 more hosts')
  })

  test('of each sort, where there is much of all', () => {
    const before = all(200)
    const after = [...before.slice(100, 200), ...all(404).slice(200), ...many(100, i => rules(`n${i}.b`, at('/')))]
    const lines = told(before, after)
    expect(lines).toHaveLength(40)
    for (const line of ['- host  h000', '~ host  h200', '+ host  n0.b']) {
      expect(lines.some(each => each.startsWith(`          ${line}`))).toBe(true)
    }
    expect(lines.filter(each => each.includes('… and'))).toHaveLength(3)
  })

  test('many routes of one host', () => {
    const lines = told(
      [rules('a.b', ...many(200, i => at(`/${i}`)))],
      [rules('a.b', ...many(200, i => at(`/${i}`, 404)))],
    )
    expect(lines.length).toBeLessThanOrEqual(40)
    expect(lines.at(-1)).toMatch(/^ {14}… and 1\d\d more routes$/)
  })

  test('few routes of each host, where several changed', () => {
    const routes = (status: number) => many(50, i => at(`/${i}`, status))
    const lines = told(
      [rules('a.b', ...routes(200)), rules('b.b', at('/'))],
      [rules('a.b', ...routes(404)), rules('b.b', at('/x'))],
    )
    expect(lines).toHaveLength(13)
    expect(lines[10]).toBe('              … and 42 more routes')
  })

  test('long texts, which are shown from where they differ', () => {
    const body = (end: string) => `{ directResponse: { status: 200, body: { string: ${'x'.repeat(5000)}${end} } } }`
    const [, , line] = told([rules('a.b', body('1'))], [rules('a.b', body('2'))])
    expect(line).toMatch(/response {3}…x+1" → …x+2"$/)
    expect(line!.length).toBeLessThan(100)
  })
})

test('the matches of one rule that change in one way are one line', () => {
  const lines = told([rules('a.b', login(''))], [rules('a.b', login('').replace('200', '404'))])
  expect(lines.slice(2)).toEqual(['              ~ login (2 matches)   response   200 → 404'])
})

test('texts cannot steer the terminal', () => {
  const evil = '"/\\u001b[2J\\u202e"'
  const lines = told([rules('a.b', at('/'))], [rules('a.b', at(evil), at('/'))])
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for.
  expect(lines.join('')).not.toMatch(/[\u0000-\u001f\u202e]/)
  expect(lines.join('\n')).toContain('uri.prefix /\\x1b[2J\\u202e')
})

test('colours stand where they are welcome', () => {
  const [before, after] = [tableOf(rules('a.b', at('/'))), tableOf(rules('b.b', at('/')))]
  expect(rendered(before, after, true).join('\n')).toContain('\u001b[31m-\u001b[0m host  a.b')
})
