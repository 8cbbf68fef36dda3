import { describe, expect, test } from 'vitest'
import { findings, found, rulesFor, toOne, toTwo, virtualService } from './findings.ts'

const a = (rules: string, host = 'shop.example.com') => virtualService(rules, { name: 'a', host })
const b = (rules: string, host = 'shop.example.com') => virtualService(rules, { name: 'b', host })

describe('a catch-all of a VirtualService that is asked first', () => {
  test('is told where the rules stand that come after it', () => {
    const routes = {
      '1.yaml': b(rulesFor('uri: { prefix: /x }', 'uri: { prefix: /y }')),
      '2.yaml': a(`    - ${toOne}`),
    }
    const [finding, ...others] = found(['SB5003'], routes)
    expect(others).toEqual([])
    expect(finding).toMatchObject({
      message:
        'the rules of this VirtualService come after one of VirtualService default/a that matches every request of shop.example.com',
      span: { file: '1.yaml', start: { line: 8 } },
      resource: 'VirtualService default/b',
      related: [{ message: 'matches everything', span: { file: '2.yaml', start: { line: 8 } } }],
    })
  })

  test('is told once, however many come after it', () => {
    const more = Array.from({ length: 5 }, (_, index) =>
      virtualService(rulesFor(`uri: { prefix: /${index} }`), { name: `b${index}` }),
    )
    expect(findings(['SB5003'], [a(`    - ${toOne}`), ...more])).toEqual([
      expect.stringContaining('matches every request of shop.example.com, and so do those of 4 more VirtualServices'),
    ])
  })

  test('is as it should be where it is asked last', () => {
    expect(findings(['SB5003'], [a(rulesFor('uri: { prefix: /x }')), b(`    - ${toOne}`)])).toEqual([])
  })
})

describe('rules of two VirtualServices that take the same requests', () => {
  test.each([
    {
      title: 'are told, where the narrower one is asked first',
      first: 'uri: { prefix: /x/y }',
      second: 'uri: { prefix: /x }',
      expected: [
        'SB5004 a.yaml:8:17 uri.prefix "/x/y" and uri.prefix "/x" of VirtualService default/b take the same requests, and only their order decides',
      ],
    },
    {
      title: 'are told, where each takes some of the other',
      first: 'uri: { prefix: /x }, headers: { beta: { exact: "1" } }',
      second: 'uri: { prefix: /x/y }',
      expected: [expect.stringContaining('only their order decides')],
    },
    {
      title: 'are dead where the first takes all, and that is told',
      first: 'uri: { prefix: /x }',
      second: 'uri: { prefix: /x/y }',
      expected: [],
    },
    {
      title: 'are none where their conditions keep them apart',
      first: 'uri: { prefix: /x/y }, method: { exact: GET }',
      second: 'uri: { prefix: /x }, method: { exact: POST }',
      expected: [],
    },
    { title: 'are none on other paths', first: 'uri: { prefix: /x }', second: 'uri: { prefix: /y }', expected: [] },
  ])('$title', ({ first, second, expected }) => {
    expect(findings(['SB5004'], [a(rulesFor(first)), b(rulesFor(second))])).toEqual(expected)
  })

  test('are told once for each VirtualService', () => {
    const first = a(rulesFor('uri: { prefix: /x/1 }', 'uri: { prefix: /x/2 }', 'uri: { prefix: /x/3 }'))
    expect(findings(['SB5004'], [first, b(rulesFor('uri: { prefix: /x }'))])).toHaveLength(1)
  })
})

describe('a more specific host', () => {
  const wild = (rules: string) => virtualService(rules, { name: 'wild', host: '*.example.com' })

  test('takes the requests of a rule that names it under a wildcard', () => {
    const routes = [wild(rulesFor('authority: { exact: "shop.example.com:8080" }')), a(`    - ${toOne}`)]
    expect(findings(['SB5005'], routes)).toEqual([
      'SB5005 a.yaml:8:37 no request for "shop.example.com" gets here: the host has its own rules, in VirtualService default/a',
    ])
  })

  test('takes nothing from a rule that names another one', () => {
    const routes = [wild(rulesFor('authority: { exact: other.example.com }')), a(`    - ${toOne}`)]
    expect(findings(['SB5005'], routes)).toEqual([])
  })

  test('does not fall back to the rules of the wildcard, and answers 404', () => {
    const routes = [
      wild(`${rulesFor('uri: { prefix: /health }')}\n    - ${toTwo}`),
      a(rulesFor('uri: { prefix: /v1 }')),
    ]
    expect(findings(['SB5006'], routes)).toEqual([
      'SB5006 a.yaml:16:10 "shop.example.com" does not fall back to VirtualService default/wild: uri.prefix "/health" and other rules do not hold for it',
    ])
  })

  test.each([
    { title: 'with a rule for everything', rules: `    - ${toOne}` },
    { title: 'with a rule for all that the wildcard has one for', rules: rulesFor('uri: { prefix: /h }') },
  ])('$title hides nothing by accident', ({ rules }) => {
    expect(findings(['SB5006'], [wild(rulesFor('uri: { prefix: /health }')), a(rules)])).toEqual([])
  })
})

describe('a prefix that catches its neighbour', () => {
  const beta = 'headers: { beta: { exact: "1" } }'

  test('is told at the prefix, where a later rule shows the neighbour', () => {
    const matches = [`uri: { prefix: /policy }, ${beta}`, 'uri: { prefix: /policy-author }']
    const [finding] = found(['SB5007'], [virtualService(rulesFor(...matches))])
    expect(finding).toMatchObject({
      message: 'the prefix "/policy" also catches requests for uri.prefix "/policy-author"',
      path: 'spec.http[0].match[0].uri.prefix',
      help: 'write the prefix "/policy/", and `exact: /policy` beside it, or put the other rule first',
      related: [{ message: 'the neighbour', span: { start: { line: 10 } } }],
    })
  })

  test.each([
    { title: 'where nothing shows a neighbour', matches: [`uri: { prefix: /policy }, ${beta}`] },
    {
      title: 'where the neighbour is asked first',
      matches: ['uri: { prefix: /policy-author }', 'uri: { prefix: /policy }'],
    },
    { title: 'of a segment', matches: [`uri: { prefix: /policy }, ${beta}`, 'uri: { prefix: /policy/author }'] },
    {
      title: 'that ends with a slash',
      matches: [`uri: { prefix: /policy/ }, ${beta}`, 'uri: { prefix: /policy/-author }'],
    },
    {
      title: 'for other requests',
      matches: [
        'uri: { prefix: /policy }, method: { exact: GET }',
        'uri: { prefix: /policy-author }, method: { exact: PUT }',
      ],
    },
  ])('is not told $title', ({ matches }) => {
    expect(findings(['SB5007'], [virtualService(rulesFor(...matches))])).toEqual([])
  })
})

test('thousands of rules on one host are compared in time', () => {
  const count = 5_000
  const rules = Array.from(
    { length: count },
    (_, index) => `    - { match: [{ uri: { prefix: "/${index}/" } }], ${toOne} }`,
  )
  const last = `    - { match: [{ uri: { prefix: "/7/x" } }], ${toTwo} }`
  expect(findings(['IST0130'], [virtualService([...rules, last].join('\n'))])).toHaveLength(1)
})
