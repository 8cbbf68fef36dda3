import { availableParallelism } from 'node:os'
import { expect, test } from 'vitest'
import { parseInThreads } from '../../../src/cli/folders/parse-in-threads.ts'
import { compileRoutes, FileCache } from '../../../src/control-plane/compile-routes.ts'
import { sourceFiles } from '../../control-plane/source-files.ts'

/** Many bytes cost less to read than many routes. */
const body = 'x'.repeat(500)

const virtualService = (name: string, routes: number) => `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ${name} }
spec:
  hosts: [${name}.example.com]
  http:
${Array.from({ length: routes }, (_, at) => `  - { match: [{ uri: { prefix: /p${at}/ } }], directResponse: { status: 200, body: { string: ${body} } } }\n`).join('')}`

// Enough bytes for two threads.
const large = sourceFiles({
  'a.yaml': virtualService('a', 800),
  'b.yaml': virtualService('b', 800),
  'c.yaml': virtualService('c', 800),
  'd.yaml': 'a: {b\n',
})

test('threads read large folders, and leave what has faults to the one who asked', async () => {
  const cache = new FileCache()
  await parseInThreads(large, (file, packed) => cache.add(file, packed))
  const known = large.map(file => cache.knows(file))
  expect(known).toEqual(availableParallelism() < 2 ? [false, false, false, false] : [true, true, true, false])
  const { table, diagnostics } = compileRoutes(large, { cache })
  const alone = compileRoutes(large)
  expect(diagnostics).toEqual(alone.diagnostics)
  expect(table).toEqual(alone.table)
})

test('what is read quickly is read without them', async () => {
  const cache = new FileCache()
  const small = sourceFiles({ 'a.yaml': virtualService('a', 10), 'b.yaml': virtualService('b', 10) })
  await parseInThreads(small, (file, packed) => cache.add(file, packed))
  expect(small.map(file => cache.knows(file))).toEqual([false, false])
})
