import { expect, test } from 'vitest'
import { fragmentOf } from '../../../src/control-plane/compile/fragment.ts'
import { Linker } from '../../../src/control-plane/compile/link.ts'
import { Pool } from '../../../src/control-plane/compile/pool.ts'
import type { Route } from '../../../src/control-plane/ir/rib.ts'
import { route as routeFields } from '../../../src/fib/layout.ts'

const start = { line: 1, column: 1, offset: 0 }
const origin = { file: 'a.yaml', start, end: start }
const respond: Route['action'] = { kind: 'respond', status: 200 }
const forwardTo = (cluster: string): Route['action'] => ({ kind: 'forward', destinations: [{ cluster, weight: 1 }] })

const named = (name: string, action: Route['action'] = respond): Route => ({
  name,
  match: { conditions: [] },
  action,
  origin,
})

/** Links one virtual host after the other; what its row says of each, and the sections. */
function link(hosts: readonly (readonly Route[])[], clusterNames: readonly string[] = []) {
  const fragments = hosts.map(routes => fragmentOf(routes, 1_000))
  const linker = new Linker(fragments, clusterNames, new Pool())
  const rows = fragments.map((fragment, row) => linker.add(fragment, row))
  return { rows, sections: linker.sections() }
}

/** One field of every route. */
function fieldOf(routes: Int32Array, field: number): number[] {
  return Array.from({ length: routes.length / routeFields.words }, (_, row) => routes[row * routeFields.words + field]!)
}

test('the routes of a host begin where those of the host before it end', () => {
  const { rows } = link([[named('a'), named('b')], [named('c')], [named('d')]])
  expect(rows.map(({ firstRoute }) => firstRoute)).toEqual([0, 2, 3])
})

test('a route that any path leads to is named by its row in the table, not in its host', () => {
  const [first, second] = link([[named('a')], [named('b')]]).rows
  expect(second!.anyPath).not.toBe(first!.anyPath)
  const alone = link([[named('b')]]).rows[0]!
  expect(first!.anyPath).toBe(alone.anyPath)
})

test('an action that two hosts share is one row', () => {
  const { routes } = link([[named('a')], [named('b')]]).sections
  expect(new Set(fieldOf(routes, routeFields.action)).size).toBe(1)
})

test('a cluster is named by its row in the table, whichever host names it first', () => {
  const { actionClusters } = link(
    [[named('a', forwardTo('two'))], [named('b', forwardTo('one'))]],
    ['one', 'two'],
  ).sections
  expect([...actionClusters]).toEqual([1, 0])
})

test('a name that two hosts share is one row, and that without a name is row 0', () => {
  const { routes } = link([[named('same'), named('')], [named('same')]]).sections
  const [one, nameless, other] = fieldOf(routes, routeFields.name)
  expect([one === other, nameless]).toEqual([true, 0])
})
