import { describe, expect, test } from 'vitest'
import { analyze } from '../../../src/control-plane/analysis/analyze.ts'
import { readConfig } from '../../../src/control-plane/config/read-config.ts'
import { translate } from '../../../src/control-plane/translate/translate.ts'
import { sourceFiles } from '../source-files.ts'
import { summary } from './read-yaml.ts'

const normalizing = (name: string) => `pathNormalization: { normalization: ${name} }\n`

/** What is said about `mesh.yaml`. */
function findings(text: string): string[] {
  const { config, diagnostics } = readConfig(sourceFiles({ 'mesh.yaml': text }))
  return [...diagnostics, ...analyze(config)].map(summary)
}

describe('pathNormalization', () => {
  test.each([
    { title: 'NONE', text: normalizing('NONE'), expected: 'none' },
    { title: 'BASE', text: normalizing('BASE'), expected: 'base' },
    { title: 'DEFAULT means BASE', text: normalizing('DEFAULT'), expected: 'base' },
    { title: 'MERGE_SLASHES', text: normalizing('MERGE_SLASHES'), expected: 'merge-slashes' },
    {
      title: 'DECODE_AND_MERGE_SLASHES',
      text: normalizing('DECODE_AND_MERGE_SLASHES'),
      expected: 'decode-and-merge-slashes',
    },
    { title: 'the number of a value stands for it', text: normalizing('3'), expected: 'merge-slashes' },
    { title: 'an empty mapping means BASE', text: 'pathNormalization: {}\n', expected: 'base' },
    { title: 'an empty file means BASE', text: '# nothing\n', expected: 'base' },
    { title: 'JSON is YAML', text: '{"pathNormalization": {"normalization": "NONE"}}', expected: 'none' },
  ])('$title', ({ text, expected }) => {
    const { config, diagnostics } = readConfig(sourceFiles({ 'mesh.yaml': text }))
    expect(diagnostics).toEqual([])
    expect(translate(config).pathNormalization).toBe(expected)
  })
})

describe('mesh.yaml is held against MeshConfig', () => {
  test.each([
    {
      title: 'a misspelt field is an error',
      text: 'pathNormalisation: {}\n',
      expected: ['SB2001 1:1 pathNormalisation'],
    },
    {
      title: 'a misspelt value is an error',
      text: normalizing('MERGE'),
      expected: ['SB2004 1:37 pathNormalization.normalization'],
    },
    {
      title: 'a value in place of its mapping is an error',
      text: 'pathNormalization: BASE\n',
      expected: ['SB2002 1:20 pathNormalization'],
    },
    {
      title: 'a real field that is not read has no effect',
      text: 'rootNamespace: x\n',
      expected: ['SB6001 1:1 rootNamespace'],
    },
    {
      title: 'a resource belongs elsewhere',
      text: 'apiVersion: networking.istio.io/v1\nkind: Gateway\n',
      expected: ['SB1006 2:1'],
    },
    { title: 'a list is no mapping', text: '- a\n', expected: ['SB1006 1:1'] },
    {
      title: 'two documents are one too many',
      text: `${normalizing('BASE')}---\n${normalizing('NONE')}`,
      expected: ['SB4001 3:1'],
    },
  ])('$title', ({ text, expected }) => {
    expect(findings(text)).toEqual(expected)
  })
})

test('only the file at the top of the folder holds mesh settings', () => {
  const { config, diagnostics } = readConfig(sourceFiles({ 'shop/mesh.yaml': normalizing('NONE') }))
  expect(diagnostics.map(({ code }) => code)).toEqual(['SB1006'])
  expect(config.mesh).toBeUndefined()
})

test('who reads the files may say which of them it is', () => {
  const [file] = sourceFiles({ 'routes/mesh.yaml': normalizing('NONE') })
  expect(readConfig([{ ...file!, isMesh: true }]).config.mesh?.spec.pathNormalization).toEqual({
    normalization: 'NONE',
  })
})
