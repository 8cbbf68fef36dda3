import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compile } from '../../../src/control-plane/compile/compile.ts'
import { certificateFault } from '../../../src/control-plane/interpret/certificate-fault.ts'
import { enterListener, firstMatch } from '../../../src/control-plane/interpret/first-match.ts'
import type { Rib } from '../../../src/control-plane/ir/rib.ts'
import { findRoute } from '../../../src/data-plane/match/find-route.ts'
import { findDoor } from '../../../src/data-plane/match/find-virtual-host.ts'
import { letsIn } from '../../../src/data-plane/match/lets-in.ts'
import { none } from '../../../src/fib/layout.ts'
import type { RequestHead } from '../../../src/fib/request-head.ts'
import { listenerName, openTable, routeName, type TableView, virtualHostName } from '../../../src/fib/view.ts'
import { arbitraryHead, arbitraryRib } from './arbitrary-rib.ts'

const tables = 1000
const requestsPerTable = 20

test(`the compiled matcher agrees with the reference on ${tables * requestsPerTable} random pairs of table and request`, () => {
  let pairs = 0
  let matched = 0
  let refused = 0
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
          if (expected && 'route' in expected) matched++
          else if (expected) refused++
        }
      },
    ),
    { numRuns: tables },
  )
  expect(pairs).toBe(tables * requestsPerTable)
  // Were nearly all answers "no route", agreeing would prove little.
  expect(matched / pairs).toBeGreaterThan(0.2)
  expect(refused / pairs).toBeGreaterThan(0.01)
})

function byReference(rib: Rib, head: RequestHead) {
  const entry = enterListener(rib, head)
  if (entry && certificateFault(entry.listener, head)) return { isRefused: true, listener: entry.listener.name }
  const found = firstMatch(rib, head)
  return found && { listener: found.listener.name, host: found.virtualHost.domains.join(' '), route: found.route.name }
}

function byTable(table: TableView, head: RequestHead) {
  const door = findDoor(table, head)
  if (!door) return undefined
  if (!letsIn(table, door.listener, head)) return { isRefused: true, listener: listenerName(table, door.listener) }
  if (door.virtualHost === none) return undefined
  const route = findRoute(table, door.virtualHost, head)
  if (route === none) return undefined
  const host = virtualHostName(table, door.virtualHost)
  return { listener: listenerName(table, door.listener), host, route: routeName(table, route) }
}
