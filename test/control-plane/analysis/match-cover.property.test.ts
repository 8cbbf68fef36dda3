import fc from 'fast-check'
import { expect, test } from 'vitest'
import { areApart, covers } from '../../../src/control-plane/analysis/match-cover.ts'
import { MatchIndex } from '../../../src/control-plane/analysis/match-index.ts'
import { firstFailure } from '../../../src/control-plane/interpret/steps.ts'
import type { Rib, Route } from '../../../src/control-plane/ir/rib.ts'
import type { RequestHead } from '../../../src/fib/request-head.ts'
import { arbitraryHead, arbitraryRib } from '../../data-plane/match/arbitrary-rib.ts'

const heads = fc.array(arbitraryHead, { minLength: 30, maxLength: 30 })

function routeLists(rib: Rib): (readonly Route[])[] {
  return rib.listeners.flatMap(({ virtualHosts }) => virtualHosts.map(({ routes }) => routes))
}

test('a request that meets a match meets every match that covers it, and none that is apart from it', () => {
  const seen = { covered: 0, apart: 0 }
  fc.assert(
    fc.property(arbitraryRib, heads, (rib, requests) => {
      for (const routes of routeLists(rib)) {
        for (const [index, narrow] of routes.entries()) {
          const met = requests.filter(head => firstFailure(narrow, head) === undefined)
          for (const wide of routes.slice(0, index)) {
            if (covers(wide.match, narrow.match)) {
              seen.covered += met.length
              expect(met.filter(head => firstFailure(wide, head) !== undefined)).toEqual([])
            }
            if (areApart(wide.match.conditions, narrow.match.conditions)) {
              seen.apart += met.length
              // Of a header with several lines, each is tested by itself: there a request may meet both.
              const single = met.filter(({ headers }) => ['h1', 'h2'].every(name => headers.valuesOf(name).length < 2))
              const both = single.filter(head => meetsConditions(wide, head))
              expect(both).toEqual([])
            }
          }
        }
      }
    }),
    { numRuns: 300 },
  )
  expect(seen.covered).toBeGreaterThan(500)
  expect(seen.apart).toBeGreaterThan(100)
})

function meetsConditions(route: Route, head: RequestHead): boolean {
  const { path: _, ...conditions } = route.match
  return firstFailure({ ...route, match: conditions }, head) === undefined
}

test('the index finds a match that covers wherever one of those before it does', () => {
  let found = 0
  fc.assert(
    fc.property(arbitraryRib, rib => {
      for (const routes of routeLists(rib)) {
        const index = new MatchIndex<Route>()
        for (const [at, route] of routes.entries()) {
          const cover = index.findCover(route.match)
          const covering = routes.slice(0, at).filter(each => covers(each.match, route.match))
          expect(cover !== undefined).toBe(covering.length > 0)
          if (cover) {
            found++
            expect(covering).toContain(cover)
          }
          index.add(route)
        }
      }
    }),
    { numRuns: 1000 },
  )
  expect(found).toBeGreaterThan(500)
})
