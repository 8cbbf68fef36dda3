import { expect, test } from 'vitest'
import { compile } from '../../src/control-plane/compile/compile.ts'
import { RefusedTableError } from '../../src/fib/view.ts'
import { ActiveTable } from '../../src/store/active-table.ts'
import { contentVersion } from '../fib/content-version.ts'

const tableNamed = (name: string) =>
  compile({ listeners: [{ name, protocol: 'http', virtualHosts: [] }], clusters: new Map() })

test('a new table takes over, and who holds the old one keeps it', () => {
  const active = new ActiveTable(tableNamed('old'))
  const held = active.current
  const next = tableNamed('new')
  expect(active.activate(next, contentVersion(next))).toEqual({ kind: 'activated', version: active.current.version })
  expect(active.current.version).not.toBe(held.version)
})

test('a bad table is refused, and the last good one goes on serving', () => {
  const active = new ActiveTable(tableNamed('good'))
  const { version } = active.current
  const bad = tableNamed('bad').slice(0, 40)
  expect(active.activate(bad, contentVersion(bad))).toEqual({
    kind: 'refused',
    reason: expect.stringContaining('too few'),
  })
  expect(active.current.version).toBe(version)
})

test('a table with one bit flipped is refused', () => {
  const active = new ActiveTable(tableNamed('good'))
  const bad = tableNamed('bad')
  const name = bad.findIndex((_, at) => new TextDecoder().decode(bad.subarray(at, at + 3)) === 'bad')
  bad[name]! ^= 1
  expect(active.activate(bad, contentVersion(bad))).toEqual({
    kind: 'refused',
    reason: expect.stringContaining('not the name of the table'),
  })
})

test('without a first good table there is nothing to serve by', () => {
  expect(() => new ActiveTable(new Uint8Array(3))).toThrow(RefusedTableError)
})
