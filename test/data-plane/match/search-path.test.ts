import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compile } from '../../../src/control-plane/compile/compile.ts'
import { findRoute } from '../../../src/data-plane/match/find-route.ts'
import { matchListener } from '../../../src/data-plane/match/find-virtual-host.ts'
import { type SearchResult, searchPath } from '../../../src/data-plane/match/search-path.ts'
import { none } from '../../../src/fib/layout.ts'
import { openTable } from '../../../src/fib/view.ts'
import { arbitraryCrowdedHead, arbitraryCrowdedRib, arbitraryHead, arbitraryRib } from './arbitrary-rib.ts'

test.each([
  { title: 'hosts, paths and listeners', ribs: arbitraryRib, heads: arbitraryHead, splits: false },
  { title: 'rules that share their path', ribs: arbitraryCrowdedRib, heads: arbitraryCrowdedHead, splits: true },
])('the way of a search ends where the search does: $title', ({ ribs, heads, splits }) => {
  let matched = 0
  const met = new Set<SearchResult['kind']>()
  fc.assert(
    fc.property(ribs, fc.array(heads, { minLength: 10, maxLength: 10 }), (rib, asked) => {
      const table = openTable(compile(rib))
      for (const head of asked) {
        const entered = matchListener(table, head)
        if (!entered || entered.virtualHost === none) continue
        const { steps, match } = searchPath(table, entered.virtualHost, head)
        expect(match).toBe(findRoute(table, entered.virtualHost, head))
        // What matched last is the answer, and nothing was looked at that could not be it.
        const rows = steps.flatMap(({ found }) => (found.kind === 'rows' ? [found] : []))
        expect(rows.findLast(found => found.match !== undefined)?.match ?? none).toBe(match)
        for (const { found } of steps) met.add(found.kind)
        if (match !== none) matched++
      }
    }),
    { numRuns: 200 },
  )
  expect(matched).toBeGreaterThan(100)
  expect([...met].sort()).toEqual(expect.arrayContaining(['nothing', 'rows', 'too late', ...(splits ? ['split'] : [])]))
})
