import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compile } from '../../../src/control-plane/compile/compile.ts'
import { findRoute } from '../../../src/data-plane/match/find-route.ts'
import { matchListener } from '../../../src/data-plane/match/find-virtual-host.ts'
import { searchPath } from '../../../src/data-plane/match/search-path.ts'
import { encodeTable } from '../../../src/fib/encode.ts'
import { contentHash } from '../../../src/fib/hash.ts'
import {
  header,
  headerBytes,
  loneName,
  none,
  split,
  splitGroup,
  splitMark,
  type VirtualHostRow,
  virtualHost,
} from '../../../src/fib/layout.ts'
import type { RequestHead } from '../../../src/fib/request-head.ts'
import { openTable, RefusedTableError } from '../../../src/fib/view.ts'
import { ActiveTable } from '../../../src/store/active-table.ts'
import { cpuMsOf } from '../../cpu-time.ts'
import { contentVersion, sha256 } from '../../fib/content-version.ts'
import { arbitraryCrowdedHead, arbitraryCrowdedRib, arbitraryHead, arbitraryRib } from './arbitrary-rib.ts'

const origin = { file: 'x.yaml', start: { line: 1, column: 1, offset: 0 }, end: { line: 1, column: 1, offset: 0 } }
const tables = 300
const damages = 10
const longestMs = 1_000

/** Words that lead somewhere else, and words that are out of all bounds. */
const word = fc.oneof(
  fc.integer({ min: -40, max: 400 }),
  fc.constantFrom(splitMark, none, 0x7fffffff, -0x80000000),
  fc.integer(),
)
const damage = fc.array(fc.tuple(fc.nat(), word), { minLength: 1, maxLength: 6 })

/** Puts words into a copy of a table, anywhere behind its header, and names it by what it holds now. */
function damaged(table: Uint8Array, changes: readonly (readonly [number, number])[]): Uint8Array {
  const copy = table.slice()
  const view = new DataView(copy.buffer)
  const words = (copy.length - headerBytes) >> 2
  for (const [place, value] of changes) view.setInt32(headerBytes + (place % words) * 4, value, true)
  copy.set(contentHash(copy, sha256), header.hash * 4)
  return copy
}

/** Decides about a request by whatever bytes; a table that is refused, or a search that gives up, is an end, too. */
function decide(bytes: Uint8Array, head: RequestHead): 'refused' | 'failed' | 'decided' {
  try {
    const table = openTable(bytes)
    const entered = matchListener(table, head)
    if (!entered || entered.virtualHost === none) return 'decided'
    const row = findRoute(table, entered.virtualHost, head)
    return row === none || (Number.isInteger(row) && row < table.routeCount) ? 'decided' : 'failed'
  } catch (error) {
    return error instanceof RefusedTableError ? 'refused' : 'failed'
  }
}

test.each([
  { title: 'of hosts, paths and listeners', ribs: arbitraryRib, heads: arbitraryHead },
  { title: 'of rules that share their path', ribs: arbitraryCrowdedRib, heads: arbitraryCrowdedHead },
])('a search in a table with wrong words comes to an end: $title', ({ ribs, heads }) => {
  const ends = { refused: 0, failed: 0, decided: 0 }
  let slowestMs = 0
  fc.assert(
    fc.property(ribs, fc.array(fc.tuple(damage, heads), { minLength: damages, maxLength: damages }), (rib, cases) => {
      const table = compile(rib)
      for (const [changes, head] of cases) {
        const tookMs = cpuMsOf(() => {
          ends[decide(damaged(table, changes), head)]++
        })
        slowestMs = Math.max(slowestMs, tookMs)
      }
    }),
    { numRuns: tables },
  )
  expect(slowestMs).toBeLessThan(longestMs)
  expect(ends.decided).toBeGreaterThan(0)
})

test('a table from elsewhere with one bit flipped anywhere is refused, and so is one that was cut off', () => {
  fc.assert(
    fc.property(arbitraryCrowdedRib, fc.nat(), fc.integer({ min: 0, max: 7 }), (rib, place, bit) => {
      const good = compile(rib)
      const active = new ActiveTable(good)
      const flipped = good.slice()
      flipped[place % flipped.length]! ^= 1 << bit
      const activation = (bytes: Uint8Array) => active.activate(bytes, contentVersion(bytes)).kind
      expect(activation(flipped)).toBe('refused')
      expect(activation(good.slice(0, place % good.length))).toBe('refused')
      expect(activation(good)).toBe('activated')
    }),
    { numRuns: tables },
  )
})

/** The words of a split with nothing but a rest and groups. */
function splitInto(rest: number, groups: number): number[] {
  const words = new Array<number>(split.words).fill(none)
  words[split.mark] = splitMark
  words[split.firstRow] = 0
  words[split.groups] = groups
  words[split.rest] = rest
  return words
}

/** A table whose one virtual host has a route that no request meets, and these candidates. */
function tableOf(candidates: readonly number[]) {
  const never = { subject: 'header', name: 'x-never', match: { kind: 'present' }, isNegated: false } as const
  const routes = [
    { name: 'r', match: { conditions: [never] }, action: { kind: 'respond', status: 204 }, origin } as const,
  ]
  const listener = { name: 'default', protocol: 'http', virtualHosts: [{ domains: ['*'], routes }] } as const
  const sound = openTable(compile({ listeners: [listener], clusters: new Map() }))
  const virtualHosts = sound.virtualHosts.slice()
  virtualHosts[virtualHost.anyPath] = 0
  return openTable(encodeTable({ ...sound, candidates: Int32Array.from(candidates), virtualHosts }))
}

test('a search visits no more splits than a table has room for, however many ways lead to them', () => {
  // Each split leads to the next one in two ways, so that there are 2^60 ways to the last.
  const length = split.words + 1 + splitGroup.words
  const ways = Array.from({ length: 60 }, (_, index) => {
    const next = index === 59 ? loneName(0, true) : (index + 1) * length
    return [...splitInto(next, index * length + split.words), 1, none, next]
  })
  const table = tableOf(ways.flat())
  const head = fc.sample(arbitraryHead, 1)[0]!
  expect(findRoute(table, 0 as VirtualHostRow, head)).toBe(none)
  expect(searchPath(table, 0 as VirtualHostRow, head).match).toBe(none)
})

test('a row that a table does not have is no match, whatever is said of its conditions', () => {
  const table = tableOf([])
  const head = fc.sample(arbitraryHead, 1)[0]!
  for (const hasConditions of [false, true]) {
    const name = loneName(1, hasConditions)
    const virtualHosts = table.virtualHosts.slice()
    virtualHosts[virtualHost.anyPath] = name
    expect(findRoute(openTable(encodeTable({ ...table, virtualHosts })), 0 as VirtualHostRow, head)).toBe(none)
  }
})

test('a search looks at no more groups than a table has, whatever it says', () => {
  const table = tableOf([...splitInto(none, split.words), 0x7fffffff, none, none])
  const head = fc.sample(arbitraryHead, 1)[0]!
  const tookMs = cpuMsOf(() => {
    expect(findRoute(table, 0 as VirtualHostRow, head)).toBe(none)
    expect(searchPath(table, 0 as VirtualHostRow, head)).toBeDefined()
  })
  expect(tookMs).toBeLessThan(longestMs)
})
