import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compile } from '../../../src/control-plane/compile/compile.ts'
import { firstMatch } from '../../../src/control-plane/interpret/first-match.ts'
import { matchOf, trace } from '../../../src/control-plane/interpret/trace.ts'
import type { Listener, Rib, Route, RouteMatch } from '../../../src/control-plane/ir/rib.ts'
import { findRoute } from '../../../src/data-plane/match/find-route.ts'
import { findDoor } from '../../../src/data-plane/match/find-virtual-host.ts'
import { none, virtualHost } from '../../../src/fib/layout.ts'
import { headerLinesOf, type RequestHead } from '../../../src/fib/request-head.ts'
import { openTable, type TableView } from '../../../src/fib/view.ts'
import { arbitraryHead, arbitraryRib } from '../../data-plane/match/arbitrary-rib.ts'

const origin = { file: 'x.yaml', start: { line: 1, column: 1, offset: 0 }, end: { line: 1, column: 1, offset: 0 } }
const route = (match: RouteMatch): Route => ({ name: 'r', match, action: { kind: 'respond', status: 200 }, origin })
const anyRequest = route({ conditions: [] })

function listener(facts: Partial<Listener>, ...domains: readonly string[]): Listener {
  const virtualHosts = domains.map(domain => ({ domains: [domain], routes: [anyRequest] }))
  return { name: 'default', protocol: 'http', virtualHosts, ...facts }
}

const ribOf = (...listeners: readonly Listener[]): Rib => ({ listeners, clusters: new Map() })

const head: RequestHead = {
  method: 'GET',
  scheme: 'https',
  authority: 'a.b.example',
  host: 'a.b.example',
  port: 443,
  path: '/x',
  query: undefined,
  headers: headerLinesOf([['x-user', 'qa']]),
}

describe('the listener entered, and why', () => {
  const onPort = listener({ name: 'on the port', port: 443, protocol: 'http' }, '*')
  const ofScheme = listener({ name: 'of the scheme', port: 8443, protocol: 'https' }, '*')
  const other = listener({ name: 'other', port: 80 }, '*')
  const empty = listener({ name: 'empty', port: 443 })
  const last = listener({}, '*')
  test.each([
    { title: 'the port wins', listeners: [other, ofScheme, onPort, last], entered: 'on the port', reason: 'port' },
    { title: 'then the scheme', listeners: [other, ofScheme, last], entered: 'of the scheme', reason: 'scheme' },
    { title: 'then any server', listeners: [other, last], entered: 'other', reason: 'other' },
    { title: 'the default listener comes last', listeners: [last], entered: 'default', reason: 'default' },
    {
      title: 'one that does not serve the host is passed over',
      listeners: [empty, last],
      entered: 'default',
      reason: 'default',
    },
  ])('$title', ({ listeners, entered, reason }) => {
    expect(trace(ribOf(...listeners), head).entry).toMatchObject({ listener: { name: entered }, reason })
  })

  test('one that is named is entered, whether it serves the host or not', () => {
    const walked = trace(ribOf(empty, last), { ...head, listener: 'empty' })
    expect(walked.entry).toEqual({ listener: empty, reason: 'named' })
    expect(walked.servingListeners).toEqual([last])
    expect(walked.virtualHosts).toEqual([])
  })

  test('none is entered where none serves the host, or none has the name', () => {
    expect(trace(ribOf(empty), head).entry).toBeUndefined()
    expect(trace(ribOf(last), { ...head, listener: 'elsewhere' }).entry).toBeUndefined()
  })
})

test('virtual hosts are considered from the most specific to the widest', () => {
  const rib = ribOf(listener({}, '*', '*.example', 'other.example', 'a.b.example', '*.b.example'))
  expect(trace(rib, head).virtualHosts.map(({ domain }) => domain)).toEqual([
    'a.b.example',
    '*.b.example',
    '*.example',
    '*',
  ])
})

test('routes are tried in order up to the match, each with the first thing that fails and what is there instead', () => {
  const path = { kind: 'prefix', value: '/y', ignoresCase: false } as const
  const user = { subject: 'header', name: 'x-user', match: { kind: 'exact', value: 'beta' }, isNegated: false } as const
  const port = { subject: 'port', port: 80 } as const
  const routes = [
    route({ path, conditions: [user] }),
    route({ conditions: [user, port] }),
    route({ conditions: [port] }),
  ]
  const virtualHosts = [{ domains: ['*'], routes: [...routes, anyRequest, anyRequest] }]
  const walked = trace(ribOf(listener({ virtualHosts })), head)
  expect(walked.tried.map(({ failure }) => failure)).toEqual([
    { kind: 'path', match: path, got: ['/x'] },
    { kind: 'condition', condition: user, got: ['qa'] },
    { kind: 'condition', condition: port, got: ['443'] },
    undefined,
  ])
  expect(matchOf(walked)?.index).toBe(3)
})

const tables = 500
const requestsPerTable = 10

test('the route that a trace ends at is the first match, and the table’s', () => {
  let matched = 0
  fc.assert(
    fc.property(
      arbitraryRib,
      fc.array(arbitraryHead, { minLength: requestsPerTable, maxLength: requestsPerTable }),
      (rib, heads) => {
        const table = openTable(compile(rib))
        for (const each of heads) {
          const walked = trace(rib, each)
          const match = matchOf(walked)
          expect(match?.route).toBe(firstMatch(rib, each)?.route)
          expect(match?.index).toBe(indexInTable(table, each))
          // Whatever came before the match has failed, and says of what.
          expect(walked.tried.slice(0, match ? -1 : undefined).every(({ failure }) => failure)).toBe(true)
          if (match) matched++
        }
      },
    ),
    { numRuns: tables },
  )
  expect(matched / (tables * requestsPerTable)).toBeGreaterThan(0.2)
})

function indexInTable(table: TableView, each: RequestHead): number | undefined {
  const door = findDoor(table, each)
  const row = door ? findRoute(table, door.virtualHost, each) : none
  if (!door || row === none) return undefined
  return row - table.virtualHosts[door.virtualHost * virtualHost.words + virtualHost.firstRoute]!
}
