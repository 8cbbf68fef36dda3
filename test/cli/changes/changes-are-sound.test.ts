import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { HostChange } from '../../../src/cli/changes/host-changes.ts'
import { renderChanges } from '../../../src/cli/changes/render-changes.ts'
import { changesAnything, compareTables } from '../../../src/cli/changes/table-changes.ts'
import { compile } from '../../../src/control-plane/compile/compile.ts'
import type { Rib, Route } from '../../../src/control-plane/ir/rib.ts'
import { painter } from '../../../src/diagnostics/paint.ts'
import type { Action } from '../../../src/fib/action.ts'
import { clusterName } from '../../../src/fib/cluster.ts'
import { openTable, type TableView } from '../../../src/fib/view.ts'
import { arbitraryRib } from '../../data-plane/match/arbitrary-rib.ts'
import { printTable } from '../../fib/print-table.ts'
import { rules, service, tableOfFiles } from './table-of.ts'

const names = ['a', 'b', 'c'].map(host => clusterName(host, 80, ''))
const cluster = fc.constantFrom(...names)
const action: fc.Arbitrary<Action<string>> = fc.oneof(
  fc.record({ kind: fc.constant('respond' as const), status: fc.constantFrom(200, 404) }),
  fc.record({ kind: fc.constant('redirect' as const), status: fc.constant(301), path: fc.constantFrom('/a', '/b') }),
  fc.record(
    {
      kind: fc.constant('forward' as const),
      destinations: fc.array(fc.record({ cluster, weight: fc.constantFrom(1, 2) }), { minLength: 1, maxLength: 3 }),
      timeoutMs: fc.constantFrom(1, 2),
      authority: fc.constantFrom('a', 'b'),
      mirrors: fc.array(fc.record({ cluster, percent: fc.constantFrom(1, 100) }), { minLength: 1, maxLength: 2 }),
      rewrite: fc.record({ kind: fc.constant('prefix' as const), path: fc.constantFrom('/a', '/b') }),
    },
    { requiredKeys: ['kind', 'destinations'] },
  ),
)
const endpoint = fc.record({
  scheme: fc.constantFrom('http' as const, 'https' as const),
  address: fc.constantFrom('x', 'y'),
  port: fc.constant(80),
  weight: fc.constantFrom(1, 2),
})
const clusters = fc
  .array(fc.record({ isKnown: fc.boolean(), endpoints: fc.array(endpoint, { maxLength: 3 }) }), {
    minLength: names.length,
    maxLength: names.length,
  })
  .map(facts => new Map(names.map((name, index) => [name, { name, ...facts[index]! }])))
const routeName = fc.constantFrom('r', 's', 'vs.http[0]', 'vs.http[1]')

/** RIBs with all sorts of actions, and few names. `printTable` says nothing of the hosts that a listener admits. */
const rib: fc.Arbitrary<Rib> = fc
  .tuple(arbitraryRib, clusters, fc.infiniteStream(fc.tuple(action, routeName)), fc.constantFrom(0, 1))
  .map(([{ listeners }, known, facts, trustedHops]) => {
    const withFacts = (route: Route): Route => {
      const [does, name] = facts.next().value
      return { ...route, action: does, name }
    }
    return {
      clusters: known,
      trustedHops,
      listeners: listeners.map(({ admits: _, ...listener }) => ({
        ...listener,
        virtualHosts: listener.virtualHosts.map(host => ({ ...host, routes: host.routes.map(withFacts) })),
      })),
    }
  })

/** A RIB, and the same with one thing done to it. */
const edited: fc.Arbitrary<readonly [Rib, Rib]> = fc
  .tuple(rib, fc.nat(), fc.nat(), fc.constantFrom('drop', 'double', 'swap', 'act', 'rename', 'split'), action)
  .map(([before, where, place, what, other]) => {
    const edit = (routes: readonly Route[]): readonly Route[] => {
      const at = place % Math.max(1, routes.length)
      const route = routes[at]
      if (!route) return routes
      const instead = (...by: readonly Route[]) => routes.toSpliced(at, 1, ...by)
      if (what === 'drop') return instead()
      if (what === 'double') return instead(route, route)
      if (what === 'act') return instead({ ...route, action: other })
      if (what === 'rename') return instead({ ...route, name: 'other' })
      return what === 'swap' ? [...routes.slice(0, at), ...routes.slice(at).reverse()] : routes
    }
    const listeners = before.listeners.map((listener, index) => {
      if (index !== where % before.listeners.length) return listener
      return {
        ...listener,
        virtualHosts: listener.virtualHosts.flatMap(host => {
          const routes = edit(host.routes)
          return what === 'split' ? host.domains.map(domain => ({ domains: [domain], routes })) : [{ ...host, routes }]
        }),
      }
    })
    return [before, { ...before, listeners }] as const
  })

const pairs = fc.oneof({ weight: 1, arbitrary: fc.tuple(rib, rib) }, { weight: 3, arbitrary: edited })
const opened = (each: Rib) => openTable(compile(each))

/**
 * What a table says as `printTable` has it, by content: domain by domain, without the numbers of rows, and without
 * those of rules in names that were made up.
 */
function meaning(table: TableView): unknown {
  const lines = printTable(table).trimEnd().split('\n')
  const rowsOf = (what: string) =>
    lines.filter(line => line.startsWith(`${what} `)).map(line => line.slice(line.indexOf(': ') + 2))
  const clusterTexts = rowsOf('cluster')
  const actionTexts = rowsOf('action').map(text =>
    text.replace(/"cluster":(\d+)/g, (_, row) => `"cluster":"${JSON.parse(clusterTexts[row]!).name}"`),
  )
  const routesByDomain: Record<string, string[]> = {}
  const rest: string[] = []
  let listener = ''
  let lists: string[][] = []
  for (const line of lines) {
    const [, domains] = /^ {2}virtual host (.*)$/.exec(line) ?? []
    const [, route, action] = /^ {4}\d+ (.*) → action (\d+)$/.exec(line) ?? []
    if (domains !== undefined) {
      lists = domains.split(' ').map(domain => {
        routesByDomain[`${listener} ${domain}`] = []
        return routesByDomain[`${listener} ${domain}`]!
      })
    } else if (route !== undefined) {
      const text = `${route.replace(/\.http\[\d+\]/, '.http[]')} → ${actionTexts[Number(action)]}`
      for (const list of lists) list.push(text)
    } else {
      if (line.startsWith('listener ')) listener = line
      if (!line.startsWith('action ')) rest.push(line)
    }
  }
  return { routesByDomain, rest }
}

test('nothing changes exactly where both tables say the same', () => {
  let same = 0
  fc.assert(
    fc.property(pairs, ([a, b]) => {
      const [before, after] = [opened(a), opened(b)]
      const changes = compareTables(before, after)
      const isSame = JSON.stringify(sorted(meaning(before))) === JSON.stringify(sorted(meaning(after)))
      if (isSame) same++
      expect(changesAnything(changes)).toBe(!isSame)
      expect(changesAnything(compareTables(before, before))).toBe(false)
    }),
    { numRuns: 300 },
  )
  // Neither side of it is empty.
  expect(same).toBeGreaterThan(15)
  expect(same).toBeLessThan(285)
})

const sorted = (value: unknown): unknown =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
    ? Object.entries(value)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, each]) => [key, sorted(each)])
    : value

test('the way back removes what the way there adds, and changes what it changes', () => {
  const mirrored = { added: 'removed', removed: 'added', changed: 'changed' } as const
  const told = (hosts: readonly HostChange[], kindOf: (kind: HostChange['kind']) => HostChange['kind']) =>
    hosts
      .flatMap(host => {
        // Which of two routes that changed places has moved is told from either side.
        const counts = host.kind === 'changed' ? [host.counts.added, host.counts.removed, host.counts.changed] : []
        if (kindOf('added') === 'removed') counts.splice(0, 2, ...counts.slice(0, 2).reverse())
        return host.domains.map(domain => `${kindOf(host.kind)} ${domain} on ${host.listeners.length}: ${counts}`)
      })
      .sort()
  fc.assert(
    fc.property(pairs, ([a, b]) => {
      const there = compareTables(opened(a), opened(b))
      const back = compareTables(opened(b), opened(a))
      expect(told(back.hosts, kind => mirrored[kind])).toEqual(told(there.hosts, kind => kind))
      expect(back.clusters.changed.length).toBe(there.clusters.changed.length)
      expect(back.listeners.map(({ kind }) => mirrored[kind]).sort()).toEqual(
        there.listeners.map(({ kind }) => kind).sort(),
      )
    }),
    { numRuns: 150 },
  )
})

test('what has changed has a difference, and what is told is bounded', () => {
  fc.assert(
    fc.property(pairs, ([a, b]) => {
      const changes = compareTables(opened(a), opened(b))
      for (const host of changes.hosts) {
        if (host.kind !== 'changed') continue
        const { added, removed, moved, renamed, changed } = host.counts
        expect(host.routes.length + host.leftOut).toBe(added + removed + moved + renamed + changed)
        expect(host.routesAfter - host.routesBefore).toBe(added - removed)
        for (const { kind, differences } of host.routes) {
          if (kind === 'changed' || kind === 'renamed') expect(differences).not.toEqual([])
          for (const { from, to } of differences) expect(from).not.toEqual(to)
        }
      }
      const lines = renderChanges(changes, painter(false))
      expect(lines.length).toBeLessThanOrEqual(40)
      expect(lines.length > 1).toBe(lines[0] !== 'changes   nothing changes')
    }),
    { numRuns: 150 },
  )
})

test('files in another order, with other comments, change nothing', () => {
  const texts = [
    service('shop.internal'),
    rules('a.example, b.example', '{ match: [{ uri: { prefix: /a } }], directResponse: { status: 200 } }'),
    rules('c.example', '{ route: [{ destination: { host: shop.internal, subset: v1 } }] }'),
    rules('d.example', '{ route: [{ destination: { host: shop.internal, subset: v2 } }], timeout: 1s }'),
  ]
  const before = tableOfFiles(Object.fromEntries(texts.map((text, index) => [`${index}.yaml`, text])))
  const file = fc.constantFrom('a.yaml', 'b/c.yaml', 'z.yml')
  const comment = fc.constantFrom('', '# one\n', '# two\n\n')
  fc.assert(
    fc.property(
      fc.shuffledSubarray(texts, { minLength: texts.length }),
      fc.array(fc.tuple(file, comment), { minLength: texts.length, maxLength: texts.length }),
      (shuffled, places) => {
        const files: Record<string, string> = {}
        for (const [index, text] of shuffled.entries()) {
          const [path, above] = places[index]!
          files[path] = `${files[path] === undefined ? '' : `${files[path]}---\n`}${above}${text}`
        }
        const changes = compareTables(before, tableOfFiles(files))
        expect(changesAnything(changes)).toBe(false)
        expect(renderChanges(changes, painter(false))).toEqual(['changes   nothing changes'])
      },
    ),
    { numRuns: 30 },
  )
})
