import { expect, test } from 'vitest'
import { compileRoutes } from '../../../src/control-plane/compile-routes.ts'
import { documents, resource, serviceEntry, sourceFiles } from '../source-files.ts'

const origin = serviceEntry('a.example.net')
const route = 'route: [{ destination: { host: a.example.net } }]'
const mirror = 'mirror: { host: a.example.net }'

/** What is said about a VirtualService with one rule, or about a delegate of that rule. */
function findings(rule: string, hosts = 'hosts: [a.example.com]') {
  const virtualService = resource('VirtualService', 'a', `\n  ${hosts}\n  http:\n    - { ${rule} }\n`)
  return compileRoutes(sourceFiles({ 'a.yaml': documents(virtualService, origin) })).diagnostics.map(
    ({ code, path, why }) => `${code} ${path}: ${why}`,
  )
}

const answers = 'the rule sends a local reply, and forwards nothing'
const deprecated = 'IST0002 spec.http[0].mirrorPercent: a later version of Istio may no longer read it'
const endless = 'no request lasts 24 days: this is the same as no limit'

test.each([
  {
    title: 'how to forward means nothing to a redirect',
    rule: `redirect: { uri: /x }, timeout: 5s, retries: { attempts: 1 }, ${mirror}, mirrorPercent: 5`,
    expected: [
      ...['timeout', 'retries', 'mirror', 'mirrorPercent'].map(field => `SB6007 spec.http[0].${field}: ${answers}`),
      deprecated,
    ],
  },
  {
    title: 'nor to a direct response',
    rule: `directResponse: { status: 200 }, mirrors: [{ destination: { host: a.example.net } }]`,
    expected: [`SB6007 spec.http[0].mirrors: ${answers}`],
  },
  {
    title: 'a percentage without a mirror means nothing',
    rule: `${route}, mirrorPercentage: { value: 5 }, mirrorPercent: 5`,
    expected: [
      ...['mirrorPercent', 'mirrorPercentage'].map(
        field => `SB6007 spec.http[0].${field}: the rule has no \`mirror\` to go with it`,
      ),
      deprecated,
    ],
  },
  {
    title: 'it means nothing to a list of mirrors either',
    rule: `${route}, mirrorPercentage: { value: 5 }, mirrors: [{ destination: { host: a.example.net } }]`,
    expected: ['SB6007 spec.http[0].mirrorPercentage: each of `mirrors` has its own `percentage`'],
  },
  {
    title: 'a limit that never comes is none',
    rule: `${route}, timeout: 8760h, retries: { attempts: 1, perTryTimeout: 600h }`,
    expected: [`SB6007 spec.http[0].timeout: ${endless}`, `SB6007 spec.http[0].retries.perTryTimeout: ${endless}`],
  },
  {
    title: 'what forwards may have all of it',
    rule: `${route}, timeout: 5s, retries: { attempts: 1, perTryTimeout: 1s }, ${mirror}, mirrorPercentage: { value: 5 }`,
    expected: [],
  },
  {
    title: 'a delegate’s percentage may be for the mirror of its root',
    rule: `${route}, mirrorPercentage: { value: 5 }`,
    hosts: 'exportTo: ["*"]',
    expected: [],
  },
  {
    title: 'beside a mirror that cannot be read nothing is said of its percentage',
    rule: `${route}, mirror: { hots: a.example.net }, mirrorPercentage: { value: 5 }`,
    expected: ['SB2001 spec.http[0].mirror.hots: undefined'],
  },
])('$title', ({ rule, hosts, expected }) => {
  expect(findings(rule, hosts)).toEqual(expected)
})

test('a root’s percentage may be for the mirror of its delegate', () => {
  const root = resource(
    'VirtualService',
    'root',
    '  hosts: [a.example.com]\n  http: [{ delegate: { name: child }, mirrorPercentage: { value: 5 }, timeout: 5s }]\n',
  )
  const child = resource('VirtualService', 'child', `  http: [{ ${route}, ${mirror} }]\n`)
  expect(compileRoutes(sourceFiles({ 'a.yaml': documents(root, child, origin) })).diagnostics).toEqual([])
})
