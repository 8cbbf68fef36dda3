import { describe, expect, test } from 'vitest'
import { compile } from '../../src/control-plane/compile/compile.ts'
import type { Rib } from '../../src/control-plane/ir/rib.ts'
import type { ForwardAction } from '../../src/fib/action.ts'
import { type ActionRow, type ClusterRow, formatVersion, header, sectionNames, settings } from '../../src/fib/layout.ts'
import { openTable } from '../../src/fib/view.ts'
import { contentVersion } from './content-version.ts'
import { printTable } from './print-table.ts'

const origin = { file: 'x.yaml', start: { line: 1, column: 1, offset: 0 }, end: { line: 1, column: 1, offset: 0 } }
const rib: Rib = {
  listeners: [
    {
      name: 'default',
      protocol: 'http',
      virtualHosts: [
        {
          domains: ['a.example'],
          routes: [{ name: 'r', match: { conditions: [] }, action: { kind: 'respond', status: 204 }, origin }],
        },
      ],
    },
  ],
  clusters: new Map(),
}

describe('a table', () => {
  test('is the same bytes for the same routes, and is named by their hash', () => {
    const table = compile(rib)
    expect(compile(structuredClone(rib))).toEqual(table)
    expect(openTable(table).version).toBe(contentVersion(table))
  })

  test('has another name when a route says something else', () => {
    const [listener] = rib.listeners
    const changed = { ...rib, listeners: [{ ...listener!, virtualHosts: [{ domains: ['b.example'], routes: [] }] }] }
    expect(openTable(compile(changed)).version).not.toBe(openTable(compile(rib)).version)
  })

  test.each(['none', 'base', 'merge-slashes', 'decode-and-merge-slashes'] as const)(
    'carries how paths are normalised: %s',
    name => {
      expect(openTable(compile({ ...rib, pathNormalization: name })).pathNormalization).toBe(name)
    },
  )

  test.each([undefined, 0, 3])('carries how many proxies before it can be trusted: %s', trustedHops => {
    const { trustedHops: carried } = openTable(compile(trustedHops === undefined ? rib : { ...rib, trustedHops }))
    expect(carried).toBe(trustedHops ?? 0)
  })

  test.each([
    { printed: 'https, port 443' },
    { terms: { isRequired: true }, printed: 'https, port 443, with a verified certificate' },
    { terms: { isRequired: false }, printed: 'https, port 443, without a certificate or with a verified one' },
    { terms: { isRequired: true, hashes: [] }, printed: 'https, port 443, closed' },
    {
      terms: { isRequired: false, hashes: ['b', 'a'] },
      printed: 'https, port 443, without a certificate or with a or b',
    },
    { terms: { isRequired: false, hashes: [] }, printed: 'https, port 443, without a certificate' },
    {
      terms: { isRequired: true, hashes: ['a'] },
      printed: 'https, port 443, with the certificate a',
    },
  ])('carries whose certificate is admitted: $printed', ({ terms, printed }) => {
    const guards = terms ? [{ kind: 'client-certificate', ...terms } as const] : []
    const listener = { name: 'l', port: 443, protocol: 'https', virtualHosts: [], guards } as const
    const table = openTable(compile({ listeners: [listener], clusters: new Map() }))
    expect(printTable(table)).toBe(`listener l: ${printed}\n`)
  })

  test('carries mirrors by the rows of their clusters', () => {
    const known = (name: string) => [name, { name, isKnown: true, endpoints: [] }] as const
    const action = {
      kind: 'forward',
      destinations: [{ cluster: 'b', weight: 1 }],
      mirrors: [{ cluster: 'a', percent: 0.5 }],
    } as const
    const virtualHosts = [
      { domains: ['a.example'], routes: [{ name: 'r', match: { conditions: [] }, action, origin }] },
    ]
    const listeners = [{ name: 'default', protocol: 'http', virtualHosts }] as const
    const table = openTable(compile({ listeners, clusters: new Map([known('b'), known('a')]) }))
    const carried = table.actionAt(0 as ActionRow) as ForwardAction<ClusterRow>
    expect(carried.mirrors?.map(({ cluster, percent }) => [table.clusterAt(cluster).name, percent])).toEqual([
      ['a', 0.5],
    ])
    expect(carried.destinations.map(({ cluster }) => table.clusterAt(cluster).name)).toEqual(['b'])
    expect(() => compile({ listeners, clusters: new Map([known('b')]) })).toThrow(
      /cluster a, which the RIB does not have/,
    )
  })

  test('opens from a stretch of a larger buffer that is not aligned', () => {
    const table = compile(rib)
    const shifted = new Uint8Array(table.length + 1)
    shifted.set(table, 1)
    expect(openTable(shifted.subarray(1)).version).toBe(openTable(table).version)
  })
})

describe('what is not a table is refused', () => {
  const corrupted = (change: (words: Int32Array, bytes: Uint8Array) => void) => {
    const bytes = compile(rib).slice()
    change(new Int32Array(bytes.buffer), bytes)
    return bytes
  }
  test.each([
    { title: 'nothing', bytes: new Uint8Array(0), reason: /too few/ },
    { title: 'text', bytes: new TextEncoder().encode('x'.repeat(200)), reason: /not a Signalbox table/ },
    { title: 'a truncated table', bytes: compile(rib).slice(0, -4), reason: /bytes of a table that has/ },
    {
      title: 'a newer format',
      bytes: corrupted(words => {
        words[header.formatVersion] = formatVersion + 1
      }),
      reason: /format version/,
    },
    {
      title: 'a path normalisation of tomorrow',
      bytes: corrupted(words => {
        words[words.length - settings.words + settings.pathNormalization] = 9
      }),
      reason: /unknown path normalization/,
    },
    {
      title: 'settings of yesterday',
      bytes: corrupted(words => {
        // The last entry of the directory: settings are the last section.
        words[header.words + sectionNames.length * 2 - 1]! -= 4
      }),
      reason: /section settings has half a row/,
    },
    {
      title: 'a section that reaches beyond the end',
      bytes: corrupted(words => {
        words[header.words + 1] = 1 << 20
      }),
      reason: /does not lie inside/,
    },
  ])('$title', ({ bytes, reason }) => {
    expect(() => openTable(bytes)).toThrow(reason)
  })
})
