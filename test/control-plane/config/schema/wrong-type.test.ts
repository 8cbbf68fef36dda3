import { expect, test } from 'vitest'
import { readYaml, summary, withRules, withSpec } from '../read-yaml.ts'

const route = 'route: [{destination: {host: a.b}}]'
const field = (written: string) => withRules(`  - ${written}\n    ${route}`)

test.each([
  {
    title: 'a number for text',
    yaml: field('name: 1.0'),
    at: '8:11',
    message: '`name` must be text, not the number 1.0',
    help: 'quote it: "1.0"',
  },
  {
    title: 'a power of ten for text',
    yaml: field('match: [{headers: {x-hash: {exact: 12e5}}}]'),
    at: '8:40',
    message: '`exact` must be text, not the number 12e5',
    help: 'quote it: "12e5"',
  },
  {
    title: 'a truth value for text',
    yaml: field('headers: {request: {set: {x-canary: true}}}'),
    at: '8:41',
    message: '`x-canary` must be text, not the truth value true',
    help: 'quote it: "true"',
  },
  {
    title: 'a word of YAML 1.1 for text',
    yaml: field('name: NO'),
    at: '8:11',
    message: '`name` must be text, not the truth value false',
    help: 'quote it: "NO"',
  },
  {
    title: 'text for a truth value',
    yaml: field('corsPolicy: {allowCredentials: "true"}'),
    at: '8:36',
    message: '`allowCredentials` must be true or false, not the text "true"',
    help: 'write true or false, without quotes',
  },
  {
    title: 'text for a number',
    yaml: field('retries: {attempts: three}'),
    at: '8:25',
    message: '`attempts` must be a whole number, not the text three',
    help: 'write a number',
  },
  {
    title: 'a fraction for a whole number',
    yaml: withRules('  - route: [{destination: {host: a.b}, weight: 99.5}]'),
    at: '8:48',
    message: '`weight` must be a whole number, not the number 99.5',
    help: 'write 100',
  },
  {
    title: 'a number that is too large for any',
    yaml: withRules('  - directResponse: {status: 4e400}'),
    at: '8:30',
    message: '`status` must be a whole number, not the number 4e400',
    help: 'write a number',
  },
  {
    title: 'text for a list',
    yaml: field('headers: {request: {remove: x-debug}}'),
    at: '8:33',
    message: '`remove` must be a list, not the text x-debug',
    help: 'make it a list: write [x-debug]',
  },
  {
    title: 'texts with commas for a list',
    yaml: field('corsPolicy: {allowMethods: "GET,POST"}'),
    at: '8:32',
    message: '`allowMethods` must be a list, not the text "GET,POST"',
    help: 'make it a list: write [GET, POST]',
  },
  {
    title: 'texts for a match',
    yaml: field('match: [{method: [GET, POST]}]'),
    at: '8:14',
    message: '`method` must be a mapping (StringMatch), not a list',
    help: 'write {regex: "GET|POST"}',
  },
  {
    title: 'a list for the text that lists conditions',
    yaml: field('retries: {attempts: 1, retryOn: [5xx, reset]}'),
    at: '8:28',
    message: '`retryOn` must be text, not a list',
    help: 'write one text: "5xx,reset"',
  },
  {
    title: 'a mapping for a list',
    yaml: withRules('  - route:\n      destination: {host: a.b}'),
    at: '8:5',
    message: '`route` must be a list, not a mapping',
    help: 'make it a list: put "- " before its first key',
  },
  {
    title: 'a list for a mapping',
    yaml: field('match: [{headers: [{x-a: {}}]}]'),
    at: '8:14',
    message: '`headers` must be a mapping, not a list',
    help: 'make it a mapping: remove the brackets',
  },
  {
    title: 'a list for text',
    yaml: withSpec('DestinationRule', '  host: [a.b]'),
    at: '5:3',
    message: '`host` must be text, not a list',
    help: 'write one value, without "- " or brackets',
  },
  {
    title: 'text for a match',
    yaml: field('match: [{uri: /a}]'),
    at: '8:19',
    message: '`uri` must be a mapping (StringMatch), not the text /a',
    help: 'write {exact: /a}',
  },
  {
    title: 'text for a destination',
    yaml: field('mirror: a.b'),
    at: '8:13',
    message: '`mirror` must be a mapping (Destination), not the text a.b',
    help: 'write {host: a.b}',
  },
  {
    title: 'a number for a percentage',
    yaml: field('mirrorPercentage: 5'),
    at: '8:23',
    message: '`mirrorPercentage` must be a mapping (Percent), not the number 5',
    help: 'write {value: 5}',
  },
  {
    title: 'a number for a port',
    yaml: withRules('  - route: [{destination: {host: a.b, port: 80}}]'),
    at: '8:45',
    message: '`port` must be a mapping (PortSelector), not the number 80',
    help: 'write {number: 80}',
  },
  {
    title: 'text for an item of a list',
    yaml: withRules('  - route: [a.b]'),
    at: '8:13',
    message: 'an item of `route` must be a mapping (HTTPRouteDestination), not the text a.b',
    help: 'write {destination: {host: a.b}}',
  },
  {
    title: 'text with a colon for an item of a list',
    yaml: field('corsPolicy: {allowOrigins: ["https://a.example.com"]}'),
    at: '8:33',
    message: 'an item of `allowOrigins` must be a mapping (StringMatch), not the text "https://a.example.com"',
    help: 'write {exact: "https://a.example.com"}',
  },
  {
    title: 'a colon without a space',
    yaml: withSpec('Gateway', '  servers:name'),
    at: '5:3',
    message: '`spec` must be a mapping (Gateway), not the text servers:name',
    help: 'put a space after the colon',
  },
])('$title', ({ yaml, at, message, help }) => {
  const { diagnostics } = readYaml(yaml)
  expect(diagnostics.map(({ code, span }) => `${code} ${span!.start.line}:${span!.start.column}`)).toEqual([
    `SB2002 ${at}`,
  ])
  expect(diagnostics[0]).toMatchObject({ message, help })
})

test.each([
  { title: 'a null field is absent', rules: `  - timeout: null\n    match:\n    name: ~\n    ${route}` },
  {
    title: 'a null in a match means presence',
    rules: `  - match: [{headers: {x-a: null, x-b: {exact: ~}}}]\n    ${route}`,
  },
  { title: 'an empty list is absent', rules: `  - match: []\n    mirrors: []\n    redirect: {uri: /}\n    route: []` },
])('$title', ({ rules }) => {
  expect(readYaml(withRules(rules)).diagnostics).toEqual([])
})

test('a missing field is shown at the key of what misses it', () => {
  const { diagnostics } = readYaml(withRules('  - route:\n    - destination: {subset: v1}\n    - weight: 1'))
  expect(diagnostics.map(summary)).toEqual([
    'SB2003 9:7 spec.http[0].route[0].destination',
    'SB2003 10:7 spec.http[0].route[1]',
  ])
  expect(diagnostics.map(({ message }) => message)).toEqual([
    '`host` is missing in `destination`',
    '`destination` is missing in `route[1]`',
  ])
})
