import { describe, expect, test } from 'vitest'
import { readYaml, summary, withRules, withSpec } from '../read-yaml.ts'

const route = 'route: [{destination: {host: a.b}}]'
const match = (inner: string) => withRules(`  - match: [{${inner}}]\n    ${route}`)

describe('one finding, at the key, with the name that was meant', () => {
  test.each([
    { title: 'a misspelt name', yaml: match('uri: {perfix: /a}'), at: '8:20', help: 'write `prefix`' },
    { title: 'a plural', yaml: withRules(`  - rewrites: {uri: /}\n    ${route}`), at: '8:5', help: 'write `rewrite`' },
    {
      title: 'another letter case',
      yaml: withRules(`  - timeOut: 5s\n    ${route}`),
      at: '8:5',
      help: 'write `timeout`',
    },
    {
      title: 'a plural that stands elsewhere in the spec',
      yaml: withRules('  - route: [{destination: {hosts: a.b}}]'),
      at: '8:28',
      help: 'write `host`',
    },
    {
      title: 'the rule of a rule outside it',
      yaml: withSpec('VirtualService', `  hosts: [a.b]\n  ${route}`),
      at: '6:3',
      help: 'it belongs under `http`: indent it there',
    },
    {
      title: 'the name of a port',
      yaml: withRules('  - route: [{destination: {host: a.b, port: {name: http}}}]'),
      at: '8:46',
      help: 'select a port by its number, for example `number: 80`',
    },
    {
      title: 'a level too many',
      yaml: withRules(`  - mirror: {destination: {host: a.b}}\n    ${route}`),
      at: '8:14',
      help: 'write its fields here, without `destination`',
    },
    {
      title: 'fields of the spec below the metadata',
      yaml: 'apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata:\n  name: a\n  host: a.b\n  subsets: []\n',
      at: '5:3',
      help: 'put a line `spec:` before it',
    },
    { title: 'the name of another API', yaml: match('path: {prefix: /a}'), at: '8:14', help: 'write `uri`' },
    {
      title: 'a name that stands elsewhere in the spec',
      yaml: match('uri: {prefix: /a, ignoreCase: true}'),
      at: '8:32',
      help: 'it belongs to HTTPMatchRequest: move it to `spec.http[0].match[0].ignoreUriCase`',
    },
    {
      title: 'a field one level too deep',
      yaml: match('uri: {prefix: /a, headers: {}}'),
      at: '8:32',
      help: 'it belongs to HTTPMatchRequest: move it to `spec.http[0].match[0].headers`',
    },
    {
      title: 'a field two levels too deep',
      yaml: withRules('  - route: [{destination: {host: a.b}, timeout: 5s}]'),
      at: '8:40',
      help: 'it belongs to HTTPRoute: move it to `spec.http[0].timeout`',
    },
    {
      title: 'a field one level too high',
      yaml: withRules('  - route: [{destination: {host: a.b}, subset: v1}]'),
      at: '8:40',
      help: 'it belongs under `destination`: indent it there',
    },
    {
      title: 'a field beside what should hold it',
      yaml: withRules('  - route: [{host: a.b}]'),
      at: '8:14',
      help: 'it belongs under `destination`: indent it there',
    },
    {
      title: 'a field of the spec outside it',
      yaml: withSpec('WorkloadEntry', '  address: a.b').replace('metadata', 'weight: 1\nmetadata'),
      at: '3:1',
      help: 'it belongs under `spec`: indent it there',
    },
    {
      title: 'a field that Istio once had',
      yaml: withRules(`  - websocketUpgrade: true\n    ${route}`),
      at: '8:5',
      help: 'remove it: Istio has no switch for WebSockets any more',
    },
    {
      title: 'a name that nothing is near to',
      yaml: withRules(`  - ${route}\n    match: [{uri: {zebra: 1, exact: /}}]`),
      at: '9:20',
      help: 'its fields are exact, prefix, regex',
    },
    {
      title: 'a name after no-break spaces',
      yaml: withRules(`  - "\u00a0timeout": 5s\n    ${route}`),
      at: '8:5',
      help: 'indent it with plain spaces: these are no-break spaces',
    },
  ])('$title', ({ yaml, at, help }) => {
    const { diagnostics } = readYaml(yaml)
    expect(diagnostics.map(({ code, span }) => `${code} ${span!.start.line}:${span!.start.column}`)).toEqual([
      `SB2001 ${at}`,
    ])
    expect(diagnostics[0]).toMatchObject({ help })
  })

  test('the message names the type and the suggestion', () => {
    const { diagnostics } = readYaml(match('uri: {perfix: /a}'))
    expect(diagnostics[0]).toMatchObject({
      message: '`perfix` is not a field of StringMatch; did you mean `prefix`?',
      resource: 'VirtualService default/shop',
      path: 'spec.http[0].match[0].uri.perfix',
    })
  })
})

test('what is missing because of a misspelt field is not said twice', () => {
  const { diagnostics } = readYaml(
    withRules('  - {rout: []}\n  - {redirect: {ur: /}}\n  - {fault: {dely: {}}, redirect: {uri: /}}'),
  )
  expect(diagnostics.map(summary)).toEqual([
    'SB2001 8:6 spec.http[0].rout',
    'SB2001 9:17 spec.http[1].redirect.ur',
    'SB2005 10:6 spec.http[2].fault',
    'SB2001 10:14 spec.http[2].fault.dely',
  ])
})

test('what is missing beside an unknown field of another meaning is said too', () => {
  const { diagnostics } = readYaml(withRules('  - {comment: none}'))
  expect(diagnostics.map(summary)).toEqual(['SB2003 8:5 spec.http[0]', 'SB2001 8:6 spec.http[0].comment'])
})

test('a snake_case name is read, with a warning', () => {
  const { config, diagnostics } = readYaml(match('query_params: {v: {exact: a_b}}, ignore_uri_case: true'))
  expect(diagnostics.map(each => `${each.severity} ${summary(each)}`)).toEqual([
    'warning SB2007 8:14 spec.http[0].match[0].query_params',
    'warning SB2007 8:47 spec.http[0].match[0].ignore_uri_case',
  ])
  const service = config.virtualServices[0]!
  expect(service.spec.http[0]?.match[0]).toMatchObject({ queryParams: { v: { exact: 'a_b' } }, ignoreUriCase: true })
  expect(service.spanOf(['spec', 'http', 0, 'match', 0, 'queryParams', 'v', 'exact']).start.column).toBe(40)
})

test('a fault below a snake_case name has its place', () => {
  const { diagnostics } = readYaml(match('query_params: {v: {exact: 1}}'))
  expect(diagnostics.map(summary)).toContain('SB2002 8:40 spec.http[0].match[0].queryParams.v.exact')
})
