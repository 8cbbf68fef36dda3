import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { readDeviations } from './deviations.ts'

test('README tells every deviation with its runtime, and no other', async () => {
  const page = await readFile('README.md', 'utf8')
  const [, table] = /^\| difference that recordings show .*\n\|[-| ]+\n((?:\|.*\n)+)/m.exec(page)!
  const told = [...table!.matchAll(/^\| `([\w-]+)` +\| ([^|]+?) +\|/gm)].map(([, id, runtime]) => ({ id, runtime }))
  const deviations = await readDeviations()
  expect(told).toEqual(deviations.map(({ id, rule }) => ({ id, runtime: rule.runtime ?? 'all' })))
  expect(table!.trim().split('\n')).toHaveLength(deviations.length)
})
