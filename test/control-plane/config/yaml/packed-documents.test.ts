import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { compileRoutes, FileCache } from '../../../../src/control-plane/compile-routes.ts'
import { readSourceFile } from '../../../../src/control-plane/config/read-source-file.ts'
import { unpackDocuments } from '../../../../src/control-plane/config/yaml/packed-documents.ts'
import { parseSourceFile } from '../../../../src/control-plane/config/yaml/parse-source-file.ts'
import type { SourceFile } from '../../../../src/control-plane/config/yaml/source-file.ts'
import { sourceFiles } from '../../source-files.ts'
import { withRules } from '../read-yaml.ts'

const corpus = join(import.meta.dirname, '../../../conformance/validation')

function filesOf(folder: string): SourceFile[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.yaml'))
    .sort()
    .map(name => ({ path: name, bytes: readFileSync(join(folder, name)) }))
}

/** As a thread hands it over. */
function throughThread(file: SourceFile) {
  const packed = parseSourceFile(file)
  return packed && unpackDocuments(structuredClone(packed))
}

test('what a thread hands over gives the same resources and findings, in the same places', () => {
  const files = filesOf(corpus)
  let handedOver = 0
  for (const file of files) {
    const documents = throughThread(file)
    if (!documents) continue
    handedOver++
    const [there, here] = [readSourceFile(file, documents), readSourceFile(file)]
    expect(there.diagnostics).toEqual(here.diagnostics)
    expect(JSON.stringify(there.resources)).toBe(JSON.stringify(here.resources))
    // Findings that are made later ask for places.
    for (const [index, resource] of here.resources.entries()) {
      for (const path of [[], ['spec'], ['spec', 'hosts', 0], ['spec', 'http', 0, 'match', 0, 'uri']]) {
        expect(there.resources[index]!.spanOf(path)).toEqual(resource.spanOf(path))
        expect(there.resources[index]!.keySpanOf(path)).toEqual(resource.keySpanOf(path))
      }
    }
  }
  expect(handedOver).toBeGreaterThan(300)
})

test.each([
  {
    title: 'names that JavaScript has a meaning for',
    rules: '  - match: [{headers: {__proto__: {exact: a}, constructor: {}}}]\n    redirect: {uri: /}\n',
  },
  { title: 'numbers of all sorts', rules: '  - directResponse: {status: 0xC8}\n    name: "1"\n    timeout: 1.5\n' },
  {
    title: 'aliases and merge keys',
    rules: '  - &a\n    redirect: &r {uri: /}\n  - <<: *a\n    name: b\n  - redirect: *r\n',
  },
  { title: 'texts beyond ASCII', rules: '  - name: "\u00e9\ud83d\ude00"\n    redirect: {uri: "/\u00e9"}\n' },
])('$title come through', ({ rules }) => {
  const [file] = sourceFiles({ 'a.yaml': withRules(rules) })
  const documents = throughThread(file!)
  const [there, here] = [readSourceFile(file!, documents), readSourceFile(file!)]
  expect(documents).toHaveLength(1)
  expect(there.diagnostics).toEqual(here.diagnostics)
  expect(JSON.stringify(there.resources)).toBe(JSON.stringify(here.resources))
})

test.each(['a: *b\n', 'a: {b\n', '\tx: 1\n'])('a file with a fault is left to who asked: %j', text => {
  const [file] = sourceFiles({ 'a.yaml': text })
  const content = readSourceFile(file!, throughThread(file!))
  expect(content.diagnostics).toEqual(readSourceFile(file!).diagnostics)
})

test('a cache that threads filled gives the same table', () => {
  const files = filesOf(join(import.meta.dirname, '../../../golden/article/in'))
  const cache = new FileCache()
  for (const file of files) cache.add(file, parseSourceFile(file)!)
  expect(files.every(file => cache.knows(file))).toBe(true)
  expect(compileRoutes(files, { cache }).table).toEqual(compileRoutes(files).table)
})
