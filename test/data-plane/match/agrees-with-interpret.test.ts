import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compile } from '../../../src/control-plane/compile/compile.ts'
import { firstMatch } from '../../../src/control-plane/interpret/first-match.ts'
import type { Rib } from '../../../src/control-plane/ir/rib.ts'
import { findRoute } from '../../../src/data-plane/match/find-route.ts'
import { findDoor } from '../../../src/data-plane/match/find-virtual-host.ts'
import { none } from '../../../src/fib/layout.ts'
import type { RequestHead } from '../../../src/fib/request-head.ts'
import { listenerName, openTable, routeName, type TableView, virtualHostName } from '../../../src/fib/view.ts'
import { arbitraryHead, arbitraryRib } from './arbitrary-rib.ts'

const tables = 1000
const requestsPerTable = 20

test(`the compiled matcher agrees with the reference on ${tables * requestsPerTable} random pairs of table and request`, () => {
  let pairs = 0
  let matched = 0
  fc.assert(
    fc.property(
      arbitraryRib,
      fc.array(arbitraryHead, { minLength: requestsPerTable, maxLength: requestsPerTable }),
      (rib, heads) => {
        const table = openTable(compile(rib))
        for (const head of heads) {
          const expected = byReference(rib, head)
          expect(byTable(table, head)).toEqual(expected)
          pairs++
          if (expected) matched++
        }
      },
    ),
    { numRuns: tables },
  )
  expect(pairs).toBe(tables * requestsPerTable)
  // Were nearly all answers "no route", agreeing would prove little.
  expect(matched / pairs).toBeGreaterThan(0.2)
})

function byReference(rib: Rib, head: RequestHead) {
  const found = firstMatch(rib, head)
  return found && { listener: found.listener.name, host: found.virtualHost.domains.join(' '), route: found.route.name }
}

function byTable(table: TableView, head: RequestHead) {
  const door = findDoor(table, head)
  if (!door) return undefined
  const route = findRoute(table, door.virtualHost, head)
  if (route === none) return undefined
  const host = virtualHostName(table, door.virtualHost)
  return { listener: listenerName(table, door.listener), host, route: routeName(table, route) }
}
