import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { compile } from '../../../src/control-plane/compile/compile.ts'
import { fragmentHeader, fragmentOf } from '../../../src/control-plane/compile/fragment.ts'
import type { Rib, Route } from '../../../src/control-plane/ir/rib.ts'
import { headerBytes } from '../../../src/fib/layout.ts'
import { openTable } from '../../../src/fib/view.ts'

const start = { line: 1, column: 1, offset: 0 }
const origin = { file: 'a.yaml', start, end: start }

/** A route that answers where a header has a value. */
function route(value: string): Route {
  return {
    name: `route ${value}`,
    match: {
      path: { kind: 'prefix', value: '/', ignoresCase: false },
      conditions: [{ subject: 'header', name: 'x-team', isNegated: false, match: { kind: 'exact', value } }],
    },
    action: { kind: 'respond', status: 200 },
    origin,
  }
}

const routesOf = (values: readonly string[]) => values.map(route)

function ribOf(hosts: Readonly<Record<string, readonly Route[]>>): Rib {
  const virtualHosts = Object.entries(hosts).map(([domain, routes]) => ({ domains: [domain], routes }))
  return { listeners: [{ name: 'default', protocol: 'http', virtualHosts }], clusters: new Map() }
}

const many = Array.from({ length: 20 }, (_, index) => `team-${index}`)

test('what hosts have in common is stored once', () => {
  const one = openTable(compile(ribOf({ 'a.test': routesOf(many) })))
  const two = openTable(compile(ribOf({ 'a.test': routesOf(many), 'b.test': routesOf(many) })))
  const shared = ['conditions', 'names', 'actions'] as const
  expect(shared.map(section => two[section].length)).toEqual(shared.map(section => one[section].length))
  expect(two.pool.length - one.pool.length).toBe('b.test'.length)
  expect(two.routes.length).toBe(one.routes.length * 2)
})

test('routes that were compiled before make the same table wherever their host stands now', () => {
  const [kept, before] = [routesOf(many), routesOf(['other'])]
  compile(ribOf({ 'b.test': kept }))
  const remembered = compile(ribOf({ 'a.test': before, 'b.test': kept, 'c.test': kept }))
  const anew = compile(ribOf({ 'a.test': routesOf(['other']), 'b.test': routesOf(many), 'c.test': routesOf(many) }))
  expect(remembered).toEqual(anew)
})

test('an action may have more destinations than a call takes arguments', () => {
  const cluster = 'outbound|80||one.test'
  const destinations = Array.from({ length: 300_000 }, () => ({ cluster, weight: 1 }))
  const routes = [{ ...route('a'), action: { kind: 'forward', destinations } as const }]
  const clusters = new Map([[cluster, { name: cluster, isKnown: true, endpoints: [] }]])
  const table = openTable(compile({ ...ribOf({ 'a.test': routes }), clusters }))
  expect(table.actionClusters.length).toBe(destinations.length)
})

test('SHA-256 of the runtime names a table as ours does', () => {
  const rib = ribOf({ 'a.test': routesOf(many) })
  const asked: number[] = []
  const table = compile(rib, bytes => {
    asked.push(bytes.length)
    return createHash('sha256').update(bytes).digest()
  })
  expect(table).toEqual(compile(rib))
  expect(asked).toContain(table.length - headerBytes)
})

test('behind the last place that an index can name, routes are walked', () => {
  const [split, walked] = [fragmentOf(routesOf(many), 2 ** 24), fragmentOf(routesOf(many), 0)]
  const values = (fragment: Int32Array) => fragment[fragmentHeader.exactValues]! > 0
  expect([values(split), values(walked)]).toEqual([true, false])
  // One list: its length and its rows.
  expect(walked[fragmentHeader.candidates]).toBe(1 + many.length)
})
