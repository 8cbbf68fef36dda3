import { expect, test } from 'vitest'
import { explainRules } from './explained.ts'

const asking = {
  url: 'http://A.example/x?debug=0&flag',
  headers: ['x-user: qa', 'x-user: ops', 'x-empty:', 'x-signalbox-client-country: FR'],
  client: { country: 'DE' },
}

test.each([
  { match: 'uri: { exact: /y }', text: 'uri.exact /y', got: ['/x'] },
  { match: 'uri: { prefix: /y/ }', text: 'uri.prefix /y/', got: ['/x'] },
  { match: 'uri: { regex: "/[0-9]+" }', text: 'uri.regex /[0-9]+', got: ['/x'] },
  { match: 'uri: { prefix: /Y }, ignoreUriCase: true', text: 'uri.prefix /Y (ignoring case)', got: ['/x'] },
  { match: 'method: { exact: POST }', text: 'method exact "POST" ≠ "GET"', got: ['GET'] },
  { match: 'scheme: { exact: https }', text: 'scheme exact "https" ≠ "http"', got: ['http'] },
  { match: 'authority: { prefix: b. }', text: 'authority prefix "b." ≠ "A.example"', got: ['A.example'] },
  { match: 'port: 8080', text: 'port 8080 ≠ 80', got: ['80'] },
  {
    match: 'headers: { x-user: { exact: beta } }',
    text: 'headers x-user exact "beta" ≠ "qa, ops" or "qa" or "ops"',
    got: ['qa, ops', 'qa', 'ops'],
  },
  { match: 'headers: { x-empty: { regex: "a.*" } }', text: 'headers x-empty regex "a.*" ≠ ""', got: [''] },
  { match: 'headers: { x-none: { prefix: b } }', text: 'headers x-none prefix "b" (absent)', got: [] },
  { match: 'headers: { x-none: {} }', text: 'headers x-none present (absent)', got: [] },
  { match: 'withoutHeaders: { x-empty: {} }', text: 'withoutHeaders x-empty present = ""', got: [''] },
  {
    match: 'withoutHeaders: { x-none: { exact: "" } }',
    text: 'withoutHeaders x-none exact "" (absent counts as "")',
    got: [],
  },
  {
    match: 'headers: { x-signalbox-client-country: { exact: FR } }',
    text: 'headers x-signalbox-client-country exact "FR" ≠ "DE"',
    got: ['DE'],
  },
  { match: 'queryParams: { debug: { exact: "1" } }', text: 'queryParams debug exact "1" ≠ "0"', got: ['0'] },
  { match: 'queryParams: { flag: { exact: "1" } }', text: 'queryParams flag exact "1" ≠ ""', got: [''] },
  { match: 'queryParams: { none: { exact: "1" } }', text: 'queryParams none exact "1" (absent)', got: [] },
])('$match fails in words, with its place', ({ match, text, got }) => {
  const { decision, difference } = explainRules(
    `
  - match: [{ uri: { prefix: / }, method: { exact: PUT } }]
    route: [{ destination: { host: origin.example } }]
  - name: wanted
    match:
    - { ${match} }
    route: [{ destination: { host: origin.example } }]
  - route: [{ destination: { host: origin.example } }]`,
    asking,
  )
  expect(difference).toBeUndefined()
  expect(decision.tried).toHaveLength(3)
  expect(decision.tried[1]).toMatchObject({
    route: 'wanted',
    matches: false,
    file: 'shop.yaml',
    line: 11,
    failed: { text, got },
  })
  expect(decision.tried[2]).toMatchObject({ route: 'shop.http[2]', matches: true, match: 'any request', line: 13 })
})

test('a route that matches tells all that it asks for', () => {
  const { decision } = explainRules(
    `
  - match: [{ uri: { prefix: /x }, headers: { x-user: { regex: q. } }, withoutHeaders: { x-none: {} } }]
    route: [{ destination: { host: origin.example } }]`,
    asking,
  )
  expect(decision.tried[0]?.match).toBe('uri.prefix /x, headers x-user regex "q.", withoutHeaders x-none present')
})
