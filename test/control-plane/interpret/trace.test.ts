import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compile } from '../../../src/control-plane/compile/compile.ts'
import { matchOf, trace } from '../../../src/control-plane/interpret/trace.ts'
import type { Listener, Rib, Route, RouteMatch } from '../../../src/control-plane/ir/rib.ts'
import { lookUp } from '../../../src/data-plane/match/look-up.ts'
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
  const both = listener({ name: 'of the scheme on the port', port: 443, protocol: 'https' }, '*')
  const onPort = listener({ name: 'on the port', port: 443, protocol: 'http' }, '*')
  const ofScheme = listener({ name: 'of the scheme', port: 8443, protocol: 'https' }, '*')
  const other = listener({ name: 'other', port: 80 }, '*')
  const empty = listener({ name: 'empty', port: 443 })
  const last = listener({}, '*')
  test.each([
    {
      title: 'the scheme on the port wins',
      listeners: [other, ofScheme, onPort, both, last],
      entered: 'of the scheme on the port',
      reason: 'port',
    },
    {
      title: 'then the scheme, whatever port the client says',
      listeners: [other, onPort, ofScheme, last],
      entered: 'of the scheme',
      reason: 'scheme',
    },
    { title: 'then the port', listeners: [other, onPort, last], entered: 'on the port', reason: 'port' },
    { title: 'then any server', listeners: [other, last], entered: 'other', reason: 'other' },
    { title: 'the default listener comes last', listeners: [last], entered: 'default', reason: 'default' },
    {
      title: 'one that does not serve the host is passed over',
      listeners: [empty, last],
      entered: 'default',
      reason: 'default',
    },
  ])('$title', ({ listeners, entered, reason }) => {
    expect(trace(ribOf(...listeners), head).entered).toMatchObject({ listener: { name: entered }, reason })
  })

  test('one that is named is entered, whether it serves the host or not', () => {
    const walked = trace(ribOf(empty, last), { ...head, listener: 'empty' })
    expect(walked.entered).toEqual({ listener: empty, reason: 'named' })
    expect(walked.servingListeners).toEqual([last])
    expect(walked.virtualHosts).toEqual([])
  })

  test('none is entered where none serves the host, or none has the name', () => {
    expect(trace(ribOf(empty), head).entered).toBeUndefined()
    expect(trace(ribOf(last), { ...head, listener: 'elsewhere' }).entered).toBeUndefined()
  })
})

describe('a listener that asks for client certificates', () => {
  const hash = 'ab'.repeat(32)
  const asking = { name: 'https', port: 443, protocol: 'https' } as const
  const asks = (hashes?: readonly string[], isRequired = true) => ({
    ...asking,
    guards: [{ kind: 'client-certificate' as const, isRequired, ...(hashes && { hashes }) }],
  })
  const verified = { 'cert-verified': 'true', 'cert-sha256': hash }
  test.each([
    {
      title: 'lets nobody in where it names none',
      facts: asks([]),
      client: verified,
      refusal: { kind: 'closed' },
    },
    { title: 'lets nobody in without one', facts: asks(), refusal: { kind: 'missing' } },
    {
      title: 'takes one that is not verified for none',
      facts: asks(),
      client: { 'cert-verified': 'NONE', 'cert-sha256': hash },
      refusal: { kind: 'missing' },
    },
    { title: 'lets a verified one in', facts: asks(), client: verified },
    { title: 'lets one in that it names', facts: asks([hash]), client: verified },
    {
      title: 'does not let one in that it does not name',
      facts: asks(['cd'.repeat(32)]),
      client: verified,
      refusal: { kind: 'not-named', shown: hash, named: ['cd'.repeat(32)] },
    },
    {
      title: 'does not let one in whose hash is not known',
      facts: asks([hash]),
      client: { 'cert-verified': 'true' },
      refusal: { kind: 'not-named', shown: undefined, named: [hash] },
    },
    { title: 'but does not require one', facts: asks([hash], false) },
  ])('$title', ({ facts, client, refusal }) => {
    const walked = trace(ribOf(listener(facts, '*')), { ...head, ...(client && { client }) })
    expect(walked.refusal).toEqual(refusal)
    expect(walked.virtualHosts).toHaveLength(refusal ? 0 : 1)
    expect(walked.tried).toHaveLength(refusal ? 0 : 1)
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

// So many that the share of matches hardly varies.
const tables = 2_000
const requestsPerTable = 10

test('the route that a trace ends at is the table’s', () => {
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
  const { entered, route } = lookUp(table, each)
  if (!entered || entered.virtualHost === none || route === none) return undefined
  return route - table.virtualHosts[entered.virtualHost * virtualHost.words + virtualHost.firstRoute]!
}
