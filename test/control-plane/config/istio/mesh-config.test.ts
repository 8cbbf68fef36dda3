import { describe, expect, test } from 'vitest'
import { analyze } from '../../../../src/control-plane/analysis/analyze.ts'
import { compile } from '../../../../src/control-plane/compile/compile.ts'
import { readConfig } from '../../../../src/control-plane/config/read-config.ts'
import { resolve } from '../../../../src/control-plane/resolve/resolve.ts'
import { translate } from '../../../../src/control-plane/translate/translate.ts'
import { openTable } from '../../../../src/fib/view.ts'
import { sourceFiles } from '../../source-files.ts'
import { summary } from '../read-yaml.ts'

const normalizing = (name: string) => `pathNormalization: { normalization: ${name} }\n`

/** What is said about `mesh.yaml`. */
function findings(text: string): string[] {
  const { config, diagnostics } = readConfig(sourceFiles({ 'mesh.yaml': text }))
  return [...diagnostics, ...analyze(resolve(config))].map(summary)
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
    expect(translate(resolve(config)).pathNormalization).toBe(expected)
  })
})

describe('the proxies that can be trusted', () => {
  const topology = (fields: string) => `defaultConfig: { gatewayTopology: { ${fields} } }\n`
  test.each([
    { title: 'are counted by the gateway’s topology', text: topology('numTrustedProxies: 2'), expected: 2 },
    { title: 'may be named as in protobuf', text: topology('num_trusted_proxies: 1'), expected: 1 },
    { title: 'may be none', text: topology('numTrustedProxies: 0'), expected: 0 },
    { title: 'are none where nothing is said of them', text: 'pathNormalization: {}\n', expected: 0 },
  ])('$title', ({ text, expected }) => {
    const { config, diagnostics } = readConfig(sourceFiles({ 'mesh.yaml': text }))
    expect([...diagnostics, ...analyze(resolve(config))]).toEqual([])
    expect(openTable(compile(translate(resolve(config)))).trustedHops).toBe(expected)
  })

  test.each([
    {
      title: 'are not fewer than none',
      text: topology('numTrustedProxies: -1'),
      expected: ['SB2004 1:56 defaultConfig.gatewayTopology.numTrustedProxies'],
    },
    {
      title: 'are counted in whole numbers',
      text: topology('numTrustedProxies: 1.5'),
      expected: ['SB2002 1:56 defaultConfig.gatewayTopology.numTrustedProxies'],
    },
    {
      title: 'have a field of their own',
      text: topology('numTrustedProxy: 1'),
      expected: ['SB2001 1:37 defaultConfig.gatewayTopology.numTrustedProxy'],
    },
    {
      title: 'a number in place of the mapping is an error',
      text: 'defaultConfig: { gatewayTopology: 2 }\n',
      expected: ['SB2002 1:35 defaultConfig.gatewayTopology'],
    },
    {
      title: 'the rest of defaultConfig is taken as it stands, and named',
      text: 'defaultConfig: { concurrency: 2, tomorrow: [1], gatewayTopology: { proxyProtocol: {} } }\n',
      expected: [
        'SB6001 1:18 defaultConfig.concurrency',
        'SB6001 1:34 defaultConfig.tomorrow',
        'SB6001 1:68 defaultConfig.gatewayTopology.proxyProtocol',
      ],
    },
  ])('$title', ({ text, expected }) => {
    expect(findings(text)).toEqual(expected)
  })
})

describe('defaultHttpRetryPolicy has the schema of `retries`', () => {
  test.each([
    { title: 'it works', fields: 'attempts: 3, retryOn: "5xx,429", perTryTimeout: 2s, backoff: 1s', expected: [] },
    {
      title: 'a condition that there is none of is an error',
      fields: 'attempts: 3, retryOn: 5xy',
      expected: ['SB2004 1:49 defaultHttpRetryPolicy.retryOn'],
    },
    {
      title: 'what retries have no effect of is named',
      fields: 'attempts: 3, retryRemoteLocalities: true',
      expected: ['SB6001 1:40 defaultHttpRetryPolicy.retryRemoteLocalities'],
    },
    {
      title: 'a limit for a try that never comes is named',
      fields: 'attempts: 3, perTryTimeout: 8760h',
      expected: ['SB6007 1:40 defaultHttpRetryPolicy.perTryTimeout'],
    },
    {
      title: 'a misspelt field is an error',
      fields: 'attempt: 3',
      expected: ['SB2001 1:27 defaultHttpRetryPolicy.attempt'],
    },
  ])('$title', ({ fields, expected }) => {
    expect(findings(`defaultHttpRetryPolicy: { ${fields} }\n`)).toEqual(expected)
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
