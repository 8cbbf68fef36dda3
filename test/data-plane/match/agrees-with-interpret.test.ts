import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compile } from '../../../src/control-plane/compile/compile.ts'
import { guardFault } from '../../../src/control-plane/interpret/guard-fault.ts'
import { enterListener } from '../../../src/control-plane/interpret/steps.ts'
import { firstMatch } from '../../../src/control-plane/interpret/trace.ts'
import type { Rib } from '../../../src/control-plane/ir/rib.ts'
import { lookUp } from '../../../src/data-plane/match/look-up.ts'
import { none } from '../../../src/fib/layout.ts'
import type { RequestHead } from '../../../src/fib/request-head.ts'
import { listenerName, openTable, routeName, type TableView, virtualHostName } from '../../../src/fib/view.ts'
import { testTimeoutMs } from '../../patience.ts'
import { arbitraryCrowdedHead, arbitraryCrowdedRib, arbitraryHead, arbitraryRib } from './arbitrary-rib.ts'

// A long run: MATCH_TABLES=25000, for a million pairs of each sort.
const tables = Number(process.env.MATCH_TABLES ?? 1000)
const requestsPerTable = 20
const pairCount = tables * requestsPerTable
const timeoutMs = testTimeoutMs + tables * 60

test.each([
  { title: 'of hosts, paths and listeners', ribs: arbitraryRib, heads: arbitraryHead, meetsCertificates: true },
  {
    title: 'of rules that share their path',
    ribs: arbitraryCrowdedRib,
    heads: arbitraryCrowdedHead,
    meetsCertificates: false,
  },
])(
  `the compiled matcher agrees with the reference on ${pairCount} random pairs of table and request: $title`,
  ({ ribs, heads, meetsCertificates }) => {
    const counts = { pairs: 0, matched: 0, refused: 0 }
    fc.assert(
      fc.property(ribs, fc.array(heads, { minLength: requestsPerTable, maxLength: requestsPerTable }), (rib, asked) => {
        const table = openTable(compile(rib))
        for (const head of asked) {
          const expected = byReference(rib, head)
          const found = byTable(table, head)
          if (JSON.stringify(found) !== JSON.stringify(expected)) expect(found).toEqual(expected)
          counts.pairs++
          if (expected && 'route' in expected) counts.matched++
          else if (expected) counts.refused++
        }
      }),
      { numRuns: tables },
    )
    expect(counts.pairs).toBe(pairCount)
    // Were nearly all answers "no route", agreeing would prove little.
    expect(counts.matched / counts.pairs).toBeGreaterThan(0.2)
    if (meetsCertificates) expect(counts.refused / counts.pairs).toBeGreaterThan(0.01)
    else expect(counts.refused).toBe(0)
  },
  timeoutMs,
)

function byReference(rib: Rib, head: RequestHead) {
  const entered = enterListener(rib, head)
  if (entered && guardFault(entered.listener.guards ?? [], head))
    return { isRefused: true, listener: entered.listener.name }
  const found = firstMatch(rib, head)
  return found && { listener: found.listener.name, host: found.virtualHost.domains.join(' '), route: found.route.name }
}

function byTable(table: TableView, head: RequestHead) {
  const { entered, refusedBy, route } = lookUp(table, head)
  if (!entered) return undefined
  if (refusedBy) return { isRefused: true, listener: listenerName(table, entered.listener) }
  if (entered.virtualHost === none || route === none) return undefined
  const host = virtualHostName(table, entered.virtualHost)
  return { listener: listenerName(table, entered.listener), host, route: routeName(table, route) }
}
