import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readConfig } from '../../../src/control-plane/config/read-config.ts'
import { firstFailure } from '../../../src/control-plane/interpret/steps.ts'
import { firstMatch } from '../../../src/control-plane/interpret/trace.ts'
import type { Rib } from '../../../src/control-plane/ir/rib.ts'
import { resolve } from '../../../src/control-plane/resolve/resolve.ts'
import { translate } from '../../../src/control-plane/translate/translate.ts'
import { headerLinesOf, type RequestHead } from '../../../src/fib/request-head.ts'
import { sourceFiles } from '../source-files.ts'

const path = fc.constantFrom('/', '/a', '/a/b', '/ab', '/a/b/c')
const uri = fc.oneof(
  path.map(value => ({ exact: value })),
  path.map(value => ({ prefix: value })),
  fc.constantFrom('/a.*', '/[ab]+').map(regex => ({ regex })),
)
const match = fc.record(
  {
    uri,
    method: fc.constantFrom('GET', 'POST').map(exact => ({ exact })),
    headers: fc.dictionary(
      fc.constantFrom('x-1', 'x-2'),
      fc.constantFrom('u', 'v').map(exact => ({ exact })),
      { minKeys: 1, maxKeys: 2 },
    ),
  },
  { requiredKeys: [] },
)
const matches = fc.array(
  match.filter(each => Object.keys(each).length > 0),
  { maxLength: 3 },
)

const head = fc
  .record({
    path,
    method: fc.constantFrom('GET', 'POST'),
    headers: fc.dictionary(fc.constantFrom('x-1', 'x-2'), fc.constantFrom('u', 'v')),
  })
  .map(
    (facts): RequestHead => ({
      ...facts,
      scheme: 'http',
      authority: 'h.example',
      host: 'h.example',
      port: 80,
      query: undefined,
      headers: headerLinesOf(Object.entries(facts.headers)),
    }),
  )

const meta = (name: string) => ({ apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: { name } })
const rule = (name: string, found: readonly unknown[]) => ({ name, match: found, directResponse: { status: 200 } })

/** The RIB of VirtualServices given as data; JSON is YAML. */
function ribOf(...resources: readonly object[]): Rib {
  const texts = Object.fromEntries(resources.map((resource, index) => [`${index}.json`, JSON.stringify(resource)]))
  const { config, diagnostics } = readConfig(sourceFiles(texts))
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
  return translate(resolve(config))
}

/** Whether a rule with these matches, alone on the host, takes a request. */
function takes(found: readonly unknown[], request: RequestHead): boolean {
  const rib = ribOf({ ...meta('alone'), spec: { hosts: ['h.example'], http: [rule('r', found)] } })
  return firstMatch(rib, request) !== undefined
}

test('a request reaches a delegated rule only where the root takes it and the rule takes it', () => {
  let reached = 0
  fc.assert(
    fc.property(
      matches,
      fc.array(matches, { minLength: 1, maxLength: 3 }),
      fc.array(head, { minLength: 4, maxLength: 4 }),
      (root, children, heads) => {
        const rib = ribOf(
          {
            ...meta('root'),
            spec: { hosts: ['h.example'], http: [{ name: 'root', match: root, delegate: { name: 'leaf' } }] },
          },
          { ...meta('leaf'), spec: { http: children.map((child, index) => rule(`${index}`, child)) } },
        )
        for (const request of heads) {
          const found = firstMatch(rib, request)
          if (!found) continue
          reached++
          const index = Number(/^root-(\d+)$/.exec(found.route.name)![1])
          expect(takes(root, request)).toBe(true)
          expect(takes(children[index]!, request)).toBe(true)
        }
      },
    ),
    { numRuns: 300 },
  )
  expect(reached).toBeGreaterThan(50)
})

test('VirtualServices that share a host serve their rules one after another, the catch-alls last, whatever file they stand in', () => {
  const service = fc.record({
    name: fc.constantFrom('a', 'b', 'c', 'd'),
    rules: fc.array(matches, { minLength: 1, maxLength: 3 }),
  })
  fc.assert(
    fc.property(
      fc.uniqueArray(service, { selector: ({ name }) => name, minLength: 2, maxLength: 4 }),
      head,
      (services, request) => {
        const resources = services.map(({ name, rules }) => ({
          ...meta(name),
          spec: { hosts: ['h.example'], http: rules.map((found, index) => rule(`${name}${index}`, found)) },
        }))
        const rib = ribOf(...resources)
        expect(ribOf(...[...resources].reverse()).listeners.map(routeNames)).toEqual(rib.listeners.map(routeNames))

        // By its definition: each VirtualService by itself, in the order of names; its catch-alls only after all others.
        const alone = [...resources]
          .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
          .flatMap(each =>
            ribOf(each).listeners.flatMap(({ virtualHosts }) => virtualHosts.flatMap(({ routes }) => routes)),
          )
        const takesAll = ({ match: { path: wanted, conditions } }: (typeof alone)[number]) =>
          conditions.length === 0 && (wanted === undefined || (wanted.kind === 'prefix' && wanted.value === '/'))
        const ordered = [...alone.filter(route => !takesAll(route)), ...alone.filter(takesAll)]
        expect(firstMatch(rib, request)?.route.name).toBe(
          ordered.find(route => firstFailure(route, request) === undefined)?.name,
        )
      },
    ),
    { numRuns: 300 },
  )
})

function routeNames({ virtualHosts }: Rib['listeners'][number]): string[] {
  return virtualHosts.flatMap(({ routes }) => routes.map(({ name }) => name))
}
