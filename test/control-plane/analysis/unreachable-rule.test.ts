import { describe, expect, test } from 'vitest'
import type { DiagnosticCode } from '../../../src/diagnostics/catalogue.ts'
import { documents, resource } from '../source-files.ts'
import { findings, found, rulesFor, toOne, toTwo, virtualService } from './findings.ts'

const codes: DiagnosticCode[] = ['IST0130', 'IST0131', 'SB4002']

describe('a rule can never match', () => {
  test.each([
    {
      title: 'behind the same match',
      matches: ['uri: { exact: /a }', 'uri: { exact: /a }'],
      expected: ['IST0130 a.yaml:10:7 this rule can never match: uri.exact "/a" comes before it already'],
    },
    {
      title: 'behind a prefix of its path',
      matches: ['uri: { prefix: /api }', 'uri: { exact: /api/login }'],
      expected: [
        'IST0130 a.yaml:10:17 this rule can never match: uri.prefix "/api" takes all that uri.exact "/api/login" would',
      ],
    },
    {
      title: 'behind a match that asks for less',
      matches: ['headers: { x-user: {} }', 'uri: { prefix: /a }, headers: { x-user: { exact: jason } }'],
      expected: [
        'IST0130 a.yaml:10:17 this rule can never match: `headers.x-user` takes all that uri.prefix "/a" with headers.x-user.exact "jason" would',
      ],
    },
  ])('$title', ({ matches, expected }) => {
    expect(findings(codes, [virtualService(rulesFor(...matches))])).toEqual(expected)
  })

  test('behind a rule without `match`, which stands beside the rule', () => {
    const rules = `    - ${toOne}\n    - match: [{ uri: { prefix: /a } }]\n      ${toTwo}`
    const [finding] = found(codes, [virtualService(rules)])
    expect(finding).toMatchObject({
      code: 'IST0130',
      message: 'this rule can never match: a rule without `match` takes all that uri.prefix "/a" would',
      label: 'never reached',
      path: 'spec.http[1].match[0]',
      why: 'the first match wins, so no request gets here',
      help: 'put this rule before the other, or remove it',
    })
    expect(finding!.related).toMatchObject([{ message: 'a rule without `match` takes its requests' }])
    expect(finding!.related![0]!.span.start.line).toBe(8)
  })

  test('where each of its matches is covered by one before it: it is told once', () => {
    const rules = `    - match: [{ uri: { exact: /a } }, { uri: { prefix: /b } }]
      ${toOne}
    - match: [{ uri: { exact: /b/c } }, { uri: { exact: /a } }]
      ${toTwo}`
    expect(findings(codes, [virtualService(rules)])).toEqual([
      'IST0130 a.yaml:10:7 this rule can never match: each of its 2 matches is covered by one before it',
    ])
  })

  test('where a prefix before it means a neighbour: it is told how to write it', () => {
    const [finding] = found(codes, [
      virtualService(rulesFor('uri: { prefix: /policy }', 'uri: { prefix: /policy-author }')),
    ])
    expect(finding).toMatchObject({
      code: 'IST0130',
      why: 'a prefix is matched as text, not by segment: "/policy" also matches what only begins like it',
      help: 'put this rule first, or write the prefix "/policy/" there, and `exact: /policy` beside it',
    })
  })
})

describe('a rule can match', () => {
  test.each([
    { title: 'before the more general one', matches: ['uri: { exact: /api }', 'uri: { prefix: /api }'] },
    {
      title: 'behind one for another method',
      matches: ['uri: { prefix: /a }, method: { exact: GET }', 'uri: { prefix: /a }, method: { exact: POST }'],
    },
    {
      title: 'behind one that asks for more',
      matches: ['uri: { prefix: /a }, headers: { x-user: { exact: jason } }', 'uri: { prefix: /a/b }'],
    },
    { title: 'behind one for another client', matches: ['sourceLabels: { app: other }', 'uri: { prefix: /a }'] },
  ])('$title', ({ matches }) => {
    expect(findings(codes, [virtualService(rulesFor(...matches))])).toEqual([])
  })

  test('where another listener leaves it something', () => {
    const gateway = resource(
      'Gateway',
      'two-ports',
      `
  servers:
    - { port: { number: 8080, name: http, protocol: HTTP }, hosts: ["*.example.com"] }
    - { port: { number: 8081, name: http-1, protocol: HTTP }, hosts: ["*.example.com"] }
`,
    )
    const rules = (...matches: string[]) =>
      virtualService(rulesFor(...matches)).replace('gateways: [edge]', 'gateways: [two-ports]')
    expect(findings(codes, [rules('port: 8080', 'uri: { prefix: /a }'), gateway])).toEqual([])
    expect(findings(codes, [rules('port: 8080', 'port: 8080, uri: { prefix: /a }'), gateway])).toHaveLength(1)
  })

  test('where what stands before it could not be read', () => {
    const rules = rulesFor('uri: { perfix: /a }', 'uri: { prefix: /b }', 'uri: { prefix: /b/c }')
    expect(findings(codes, [virtualService(rules)])).toEqual([
      'IST0130 a.yaml:12:17 this rule can never match: uri.prefix "/b" takes all that uri.prefix "/b/c" would',
    ])
  })
})

test('a single match can never be used', () => {
  const rules = `    - match:
        - uri: { prefix: /a }
        - uri: { prefix: /a/b }
        - uri: { prefix: /c }
      ${toOne}`
  expect(findings(codes, [virtualService(rules)])).toEqual([
    'IST0131 a.yaml:10:11 this match can never be used: uri.prefix "/a" takes all that uri.prefix "/a/b" would',
  ])
})

describe('VirtualServices that share a host are asked by age and name', () => {
  const a = (rules: string) => virtualService(rules, { name: 'a' })
  const b = (rules: string) => virtualService(rules, { name: 'b' })

  test('a rule of the second is taken by one of the first, whatever their files', () => {
    const files = { '1.yaml': b(rulesFor('uri: { prefix: /x/y }')), '2.yaml': a(rulesFor('uri: { prefix: /x }')) }
    const [finding] = found(codes, files)
    expect(finding).toMatchObject({
      code: 'IST0130',
      resource: 'VirtualService default/b',
      message:
        'this rule can never match: uri.prefix "/x" of VirtualService default/a takes all that uri.prefix "/x/y" would',
      help: 'put the rules into one VirtualService, this rule first, or remove it',
      related: [{ span: { file: '2.yaml' } }],
    })
  })

  test('of two catch-alls only one is used', () => {
    expect(findings(codes, { '1.yaml': a(`    - ${toOne}`), '2.yaml': b(`    - ${toTwo}`) })).toEqual([
      'SB4002 2.yaml:8:7 this rule matches every request of its host, and so does one of VirtualService default/a',
    ])
  })

  test('a catch-all of the first hides nothing: it comes last', () => {
    expect(findings(codes, [a(`    - ${toOne}`), b(rulesFor('uri: { prefix: /x }'))])).toEqual([])
  })

  test('what stands behind a catch-all does not come back', () => {
    const behind = `    - ${toOne}\n    - match: [{ uri: { prefix: /x } }]\n      ${toTwo}`
    expect(findings(codes, [a(behind), b(rulesFor('uri: { prefix: /y }'))])).toHaveLength(1)
  })

  test('without a Gateway they conflict as a whole, and no more is said', () => {
    const onMesh = (text: string) => text.replace('gateways: [edge]', 'gateways: [mesh]')
    const both = [onMesh(a(`    - ${toOne}`)), onMesh(b(`    - ${toTwo}`))]
    expect(findings([...codes, 'IST0109'], both)).toEqual([expect.stringContaining('IST0109')])
  })
})

test('a rule of a delegate is told where it stands', () => {
  const root = virtualService('    - match: [{ uri: { prefix: /cart } }]\n      delegate: { name: cart }')
  const delegate = resource(
    'VirtualService',
    'cart',
    `  http:\n${rulesFor('uri: { prefix: /cart/a }', 'uri: { prefix: /cart/a/b }')}`,
  )
  const routes = { 'a.yaml': documents(root), 'cart.yaml': delegate }
  expect(findings(codes, routes)).toEqual([
    'IST0130 cart.yaml:8:17 this rule can never match: uri.prefix "/cart/a" takes all that uri.prefix "/cart/a/b" would',
  ])
})

describe('a rule for connections can never match', () => {
  const tcp = (rules: string) =>
    resource('VirtualService', 'db', `  hosts: [db.example.com]\n  gateways: [edge]\n  tcp:\n${rules}`)
  const rule = (match: string) => `    - ${match === '' ? '' : `match: [${match}]\n      `}${toOne}`

  test.each([
    { title: 'behind one without `match`', rules: [rule(''), rule('{ port: 1 }')], expected: 1 },
    { title: 'behind the same one', rules: [rule('{ port: 1 }'), rule('{ port: 1 }')], expected: 1 },
    { title: 'but not behind one for another port', rules: [rule('{ port: 1 }'), rule('{ port: 2 }')], expected: 0 },
    { title: 'nor before one without `match`', rules: [rule('{ port: 1 }'), rule('')], expected: 0 },
  ])('$title', ({ rules, expected }) => {
    expect(findings(codes, [tcp(rules.join('\n'))])).toHaveLength(expected)
  })
})

describe('a rule of which something is faulty', () => {
  const rules = (fault: string) => `    - match: [{ uri: { prefix: /a } }]\n      ${fault}\n      ${toOne}\n`
  const behind = rulesFor('uri: { prefix: /ab }')
  const told = 'IST0130 a.yaml:11:17 this rule can never match: uri.prefix "/a" takes all that uri.prefix "/ab" would'

  test.each([
    { title: 'its answer, takes its requests', fault: 'timout: 3s', expected: [told] },
    { title: 'deep in its answer, takes its requests', fault: 'retries: { attemps: 3 }', expected: [told] },
    { title: 'what may be a match, may take others', fault: 'matches: [{ uri: { exact: /b } }]', expected: [] },
    { title: 'nobody knows what, may take others', fault: 'condition: x', expected: [] },
  ])('$title', ({ fault, expected }) => {
    expect(findings(codes, [virtualService(`${rules(fault)}${behind}`)])).toEqual(expected)
  })

  test('its only action, takes its requests', () => {
    const routes = virtualService(`    - match: [{ uri: { prefix: /a } }]\n      rout: []\n${behind}`)
    expect(findings(codes, [routes])).toEqual([told.replace('11:17', '10:17')])
  })
})

test('a rule that asks for a path among the headers takes no request from others', () => {
  const routes = virtualService(rulesFor('headers: { uri: { prefix: /a } }', 'uri: { prefix: /b }'))
  expect(findings(codes, [routes])).toEqual([])
})

test('the same requests in other words are told in both', () => {
  expect(findings(codes, [virtualService(rulesFor('uri: { prefix: / }', "uri: { regex: '.*' }"))])).toEqual([
    'IST0130 a.yaml:10:7 this rule can never match: uri.prefix "/" before it takes the same',
  ])
})
