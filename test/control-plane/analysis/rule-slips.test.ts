import { describe, expect, test } from 'vitest'
import { documents, resource } from '../source-files.ts'
import { findings, found, rulesFor, toOne, toTwo, virtualService } from './findings.ts'

const rule = (...fields: readonly string[]) => virtualService(`    - ${[...fields, toOne].join('\n      ')}`)

describe('a rewrite', () => {
  const rewriting = (uri: string, ...matches: readonly string[]) =>
    rule(
      ...(matches.length > 0 ? [`match: [${matches.map(match => `{ uri: { ${match} } }`).join(', ')}]`] : []),
      `rewrite: { uri: ${uri} }`,
    )

  test.each([
    {
      title: 'of a prefix to / produces two slashes',
      routes: rewriting('/', 'prefix: /api'),
      expected: ['SB5008 a.yaml:9:23 the prefix "/api" is replaced by "/", which turns "/api/x" into "//x"'],
    },
    {
      title: 'to a path with a slash at the end produces two slashes',
      routes: rewriting('/v1/', 'prefix: /api'),
      expected: ['SB5008 a.yaml:9:23 the prefix "/api" is replaced by "/v1/", which turns "/api/x" into "/v1//x"'],
    },
    {
      title: 'of a slash at the end runs names together',
      routes: rewriting('/v1', 'prefix: /api/'),
      expected: ['SB5008 a.yaml:9:23 the prefix "/api/" is replaced by "/v1", which turns "/api/x" into "/v1x"'],
    },
    {
      title: 'without a match replaces the first slash',
      routes: rewriting('/v1'),
      expected: ['SB5008 a.yaml:8:23 the prefix "/" is replaced by "/v1", which turns "/x" into "/v1x"'],
    },
    {
      title: 'begins with a slash',
      routes: rewriting('b', 'prefix: /a'),
      expected: ['SB5008 a.yaml:9:23 the path is rewritten to "b", which does not begin with a slash'],
    },
    { title: 'of a prefix by another is right', routes: rewriting('/v1', 'prefix: /api'), expected: [] },
    { title: 'of prefixes with a slash each is right', routes: rewriting('/v1/', 'prefix: /api/'), expected: [] },
    { title: 'of an exact path replaces it whole', routes: rewriting('/', 'exact: /api'), expected: [] },
    {
      title: 'is right where what lies below the prefix is taken before',
      routes: rewriting('/', 'prefix: /api/', 'prefix: /api'),
      expected: [],
    },
  ])('$title', ({ routes, expected }) => {
    expect(findings(['SB5008'], [routes])).toEqual(expected)
  })

  test('by its root is told at the rule of the delegate that has the prefix', () => {
    const root = virtualService(
      '    - match: [{ uri: { prefix: /cart } }]\n      rewrite: { uri: / }\n      delegate: { name: cart }',
    )
    const delegate = resource('VirtualService', 'cart', `  http:\n    - ${toOne}`)
    expect(findings(['SB5008'], { 'a.yaml': root, 'cart.yaml': delegate })).toEqual([
      expect.stringContaining('SB5008 cart.yaml:6:7'),
    ])
  })
})

describe('no request can match', () => {
  test.each([
    { title: 'a method in lower case', match: 'method: { exact: get }', help: 'write GET' },
    { title: 'a path without a slash', match: 'uri: { prefix: api }', help: 'write "/api"' },
    {
      title: 'a path with a query',
      match: 'uri: { exact: "/a?b=c" }',
      help: 'write "/a", and match the query with `queryParams`',
    },
    { title: 'a path with a URL before it', match: 'uri: { prefix: "https://a.example.com/z" }', help: 'write "/z"' },
    { title: 'a path with the host before it', match: 'uri: { prefix: shop.example.com/z }', help: 'write "/z"' },
    {
      title: 'a regex of paths without a slash',
      match: "uri: { regex: '\\d+/x|cart' }",
      help: 'write /\\d+/x|/cart, and .* for any text',
    },
    { title: 'a list of methods', match: 'method: { exact: "GET,post" }', help: 'write `regex: GET|POST`' },
    { title: 'methods in one word', match: 'method: { exact: GET|PUT }', help: 'write `regex: GET|PUT`' },
    { title: 'a list for a regex of methods', match: 'method: { regex: "GET, PUT" }', help: 'write `regex: GET|PUT`' },
    { title: 'a regex of methods in lower case', match: 'method: { regex: get|put }', help: 'write GET|PUT' },
    {
      title: 'a header of another host',
      match: 'headers: { host: { exact: other.example.com } }',
      help: 'write one of its hosts, or add "other.example.com" to `hosts`',
    },
    {
      title: 'a header that is there and absent',
      match: 'headers: { X-A: { exact: "1" } }, withoutHeaders: { x-a: {} }',
      help: 'remove one of the two',
    },
    { title: 'a port of no server', match: 'port: 8080', help: 'write 80, or add a server to the Gateway' },
    { title: 'a gateway that is not its own', match: 'gateways: [mesh]', help: 'add it to `spec.gateways`' },
    { title: 'a scheme in capitals', match: 'scheme: { exact: HTTPS }', help: 'write http or https' },
    {
      title: 'an authority that is none of the hosts',
      match: 'authority: { exact: other.example.com }',
      help: 'write one of its hosts, or add "other.example.com" to `hosts`',
    },
    {
      title: 'a regex between slashes, as in JavaScript',
      match: "uri: { regex: '/^\\/api\\/.*$/' }",
      help: 'write /api/.*: the whole text must match anyway',
    },
    {
      title: 'a start behind a character',
      match: "headers: { x-a: { regex: 'a^b' } }",
      help: 'drop the ^ and the $: the whole text must match anyway',
    },
    {
      title: 'an end before a character',
      match: "uri: { regex: '/a$/b' }",
      help: 'drop the ^ and the $: the whole text must match anyway',
    },
  ])('$title', ({ match, help }) => {
    expect(found(['SB5009'], [virtualService(rulesFor(match))])).toMatchObject([{ help, label: 'never matches' }])
  })

  test.each([
    { origin: 'exact: "https://*.example.com"', help: 'write `regex: https://[^.]*\\.example\\.com`' },
    { origin: 'exact: a.example.com', help: 'write "https://a.example.com"' },
    { origin: 'exact: "https://a.example.com/"', help: 'write "https://a.example.com"' },
    { origin: 'exact: "null"', help: undefined },
    { origin: 'exact: "*"', help: undefined },
  ])('the origin $origin: $help', ({ origin, help }) => {
    const told = found(['SB5009'], [rule(`corsPolicy: { allowOrigins: [{ ${origin} }] }`)])
    expect(told.map(each => each.help)).toEqual(help === undefined ? [] : [help])
  })

  test.each([
    'uri: { exact: "*" }',
    'uri: { prefix: "" }',
    'method: { exact: PURGE }',
    'method: { regex: "GET|PUT" }',
    'method: { regex: "(?i)get" }',
    "uri: { regex: '(cart|/shop).*' }",
    "uri: { regex: '[^a]*' }",
    "uri: { regex: 'a?/b' }",
    "uri: { regex: 'a|/b' }",
    'headers: { host: { exact: shop.example.com } }',
    'port: 80, gateways: [default/edge]',
    'authority: { exact: "Shop.Example.Com:8080" }',
    'authority: { prefix: shop }',
    "uri: { regex: '^/api/.*$' }",
    "uri: { regex: '(^/a|/b$)' }",
    "uri: { regex: '/[$^]/\\$\\^' }",
    "uri: { regex: '/a?^/b' }",
  ])('$0 may be met: %s', match => {
    expect(findings(['SB5009'], [virtualService(rulesFor(match))])).toEqual([])
  })

  test('is not said of a rule that is left out anyway', () => {
    const root = virtualService(
      '    - match: [{ uri: { exact: cart } }]\n      delegate: { name: cart, namespace: other }',
    )
    expect(findings(['SB5009', 'SB3001'], [root])).toEqual([
      'SB3001 a.yaml:9:25 no VirtualService is called "other/cart", and there is no other in the namespace "other"',
    ])
  })
})

test.each([
  { origin: 'exact: "https://a.example/"', helps: ['write "https://a.example"'] },
  { origin: 'exact: "https://a.example"', helps: [] },
  { origin: 'prefix: "https://a.example/"', helps: [] },
])('no request comes from the origin $origin: $helps', ({ origin, helps }) => {
  const told = found(['SB5009'], [rule(`corsPolicy: { allowOrigins: [{ ${origin} }] }`)])
  expect(told.map(({ help }) => help)).toEqual(helps)
})

describe('a condition is written, but empty', () => {
  test.each([
    { title: 'a match', field: 'match:', expected: ['SB2008 a.yaml:8:7 `match` is written without a value'] },
    {
      title: 'a header',
      field: 'match: [{ headers: { x-a: { exact: ~ } } }]',
      expected: ['SB2008 a.yaml:8:35 `exact` is written without a value'],
    },
    { title: 'a path', field: 'match: [{ uri: }]', expected: ['SB2008 a.yaml:8:17 `uri` is written without a value'] },
    {
      title: 'a port of 0',
      field: 'match: [{ port: 0 }]',
      expected: ['SB2008 a.yaml:8:23 `port: 0` counts as no condition'],
    },
    { title: 'but not a presence', field: 'match: [{ headers: { x-a: {} } }]', expected: [] },
    { title: 'nor another field', field: 'fault:', expected: [] },
  ])('$title', ({ field, expected }) => {
    expect(findings(['SB2008'], [rule(field)])).toEqual(expected)
  })
})

test.each([
  { regex: '/api/*', help: 'write `prefix: /api/`' },
  { regex: '/api/*/users', help: 'write .* for any text, and [^/]* for any text up to a slash' },
  { regex: '/api/.*', help: undefined },
  { regex: '/[^/]*', help: undefined },
])('the regex $regex is written like a glob: $help', ({ regex, help }) => {
  const told = found(['SB5010'], [virtualService(rulesFor(`uri: { regex: "${regex}" }`))])
  expect(told.map(each => each.help)).toEqual(help === undefined ? [] : [help])
})

test.each([
  { regex: '^/api/v[0-9]+/', help: 'write /api/v[0-9]+/.* where the path may continue, or remove the ^' },
  { regex: '^/api/cart', help: 'write /api/cart.* where the path may continue, or remove the ^' },
  { regex: '^/api/cart$', help: undefined },
  { regex: '^/api/.*', help: undefined },
  { regex: '^/(api|cart)', help: undefined },
  { regex: '^/api|/cart', help: undefined },
])('the regex $regex is anchored at its start: $help', ({ regex, help }) => {
  const told = found(['SB5014'], [virtualService(rulesFor(`uri: { regex: '${regex}' }`))])
  expect(told.map(each => each.help)).toEqual(help === undefined ? [] : [help])
})

test.each([
  { uri: 'prefix: "/api/*"', help: 'write `prefix: /api/`' },
  { uri: 'exact: "/api/**"', help: 'write `prefix: /api/`' },
  { uri: 'exact: "/api/*/cart.json"', help: 'write `regex: /api/[^/]*/cart\\.json`' },
  { uri: 'prefix: "/api/*/cart"', help: 'write `regex: /api/[^/]*/cart.*`' },
  { uri: 'exact: "/api/.*"', help: 'write `regex: /api/.*`' },
  { uri: 'exact: "*"', help: undefined },
])('the path $uri is written like a glob: $help', ({ uri, help }) => {
  const told = found(['SB5010'], [virtualService(rulesFor(`uri: { ${uri} }`))])
  expect(told.map(each => each.help)).toEqual(help === undefined ? [] : [help])
})

test.each([
  { host: 'Shop.Example.com', message: 'the host "Shop.Example.com" has capitals' },
  { host: 'shop.example.com.', message: 'the host "shop.example.com." ends with a dot' },
  { host: '*shop.example.com', message: 'the wildcard of "*shop.example.com" covers a part of a name' },
  { host: '*.example.com', message: undefined },
])('of the host $host is told: $message', ({ host, message }) => {
  const told = found(['SB2009'], [virtualService(`    - ${toOne}`, { host })])
  expect(told.map(each => each.message)).toEqual(message === undefined ? [] : [message])
})

describe('weights', () => {
  const to = (...destinations: readonly string[]) =>
    virtualService(`    - route:\n${destinations.map(each => `        - ${each}`).join('\n')}`)
  const one = 'destination: { host: one.internal }'
  const two = 'destination: { host: two.internal }'

  test.each([
    {
      title: 'of 0 are told',
      routes: to(`{ ${one}, weight: 0 }`, `{ ${two}, weight: 1 }`),
      expected: ['SB6008 a.yaml:9:58 this destination gets no requests'],
    },
    {
      title: 'that are missing are 0',
      routes: to(`{ ${one} }`, `{ ${two}, weight: 1 }`),
      expected: ['SB6008 a.yaml:9:26 this destination has no weight, and gets no requests'],
    },
    {
      title: 'of an only destination do not count',
      routes: to(`{ ${one}, weight: 0 }`),
      expected: ['SB6008 a.yaml:9:58 the only destination gets every request, whatever its weight'],
    },
    {
      title: 'above 0 are as they should be',
      routes: to(`{ ${one}, weight: 1 }`, `{ ${two}, weight: 9 }`),
      expected: [],
    },
    {
      title: 'add up for a destination that is listed twice',
      routes: to(`{ ${one}, weight: 1 }`, `{ ${one}, weight: 2 }`),
      expected: ['SB6011 a.yaml:10:26 the destination "one.internal" is listed twice'],
    },
    {
      title: 'may be shared out by headers',
      routes: to(`{ ${one}, weight: 1, headers: { request: { set: { x-a: "1" } } } }`, `{ ${one}, weight: 2 }`),
      expected: [],
    },
  ])('$title', ({ routes, expected }) => {
    expect(findings(['SB6008', 'SB6011'], [routes])).toEqual(expected)
  })
})

describe('tries', () => {
  test.each([
    { title: 'that fit are no finding', timeout: '3s', retries: 'attempts: 3, perTryTimeout: 1s', expected: [] },
    { title: 'without a time of their own are none', timeout: '1s', retries: 'attempts: 3', expected: [] },
    {
      title: 'that do not all fit are told',
      timeout: '3s',
      retries: 'attempts: 3, perTryTimeout: 1500ms',
      expected: ['SB6009 a.yaml:9:28 3 attempts of 1500ms do not fit into a timeout of 3s'],
    },
    {
      title: 'of which not one fits are told',
      timeout: '1s',
      retries: 'attempts: 2, perTryTimeout: 2s',
      expected: ['SB6009 a.yaml:9:46 one try may take 2s, and all of them together 1s'],
    },
  ])('$title', ({ timeout, retries, expected }) => {
    expect(findings(['SB6009'], [rule(`timeout: ${timeout}`, `retries: { ${retries} }`)])).toEqual(expected)
  })

  test.each([
    {
      title: 'are told where the endpoint may have acted',
      fields: ['retries: { attempts: 2, retryOn: "connect-failure,503" }'],
      count: 1,
    },
    {
      title: 'are safe before the endpoint has the request',
      fields: ['retries: { attempts: 2, retryOn: "connect-failure,refused-stream" }'],
      count: 0,
    },
    { title: 'are safe by default', fields: ['retries: { attempts: 2 }'], count: 0 },
    {
      title: 'are safe for requests that read',
      fields: ['match: [{ method: { exact: GET } }]', 'retries: { attempts: 2, retryOn: 5xx }'],
      count: 0,
    },
  ])('of requests that write $title', ({ fields, count }) => {
    expect(findings(['SB6010'], [rule(...fields)])).toHaveLength(count)
  })
})

describe('a fault', () => {
  test.each([
    {
      title: 'without a percentage never happens',
      fault: 'abort: { httpStatus: 503 }',
      expected: ['SB6016 a.yaml:8:16 the `abort` has no percentage, and never happens'],
    },
    {
      title: 'with the deprecated one does',
      fault: 'delay: { percent: 5, fixedDelay: 1s }',
      expected: ['IST0002 a.yaml:8:25 `percent` is deprecated'],
    },
    {
      title: 'without an answer has nothing to act on',
      fault: 'abort: { percentage: { value: 1 } }',
      expected: ['SB6007 a.yaml:8:16 `abort` has no effect here'],
    },
    {
      title: 'without a time has nothing to act on',
      fault: 'delay: { percentage: { value: 1 } }',
      expected: ['SB6007 a.yaml:8:16 `delay` has no effect here'],
    },
  ])('$title', ({ fault, expected }) => {
    expect(findings(['SB6016', 'SB6007', 'IST0002'], [rule(`fault: { ${fault} }`)])).toEqual(expected)
  })
})

describe('headers that are set and removed', () => {
  test.each([
    {
      title: 'are told',
      request: 'set: { X-A: b }, remove: [x-a]',
      expected: ['SB6013 a.yaml:8:55 the header "x-a" is both removed and set'],
    },
    { title: 'may be two', request: 'set: { x-a: b }, remove: [x-b]', expected: [] },
    { title: 'may be removed to be added', request: 'add: { x-a: b }, remove: [x-a]', expected: [] },
    { title: 'say one thing where they are set to nothing', request: 'set: { x-a: "" }, remove: [x-a]', expected: [] },
  ])('$title', ({ request, expected }) => {
    expect(findings(['SB6013'], [rule(`headers: { request: { ${request} } }`)])).toEqual(expected)
  })
})

test.each([
  { cors: 'allowOrigins: [{ exact: "*" }], allowCredentials: true', count: 1 },
  { cors: 'allowOrigins: [{ regex: ".*" }], allowCredentials: true', count: 1 },
  { cors: 'allowOrigins: [{ exact: "*" }]', count: 0 },
  { cors: 'allowOrigins: [{ exact: "https://a.example" }], allowCredentials: true', count: 0 },
])('credentials are for every site by `$cors`: $count', ({ cors, count }) => {
  expect(findings(['SB6012'], [rule(`corsPolicy: { ${cors} }`)])).toHaveLength(count)
})

test.each([
  { bytes: 100 * 1024, count: 0 },
  { bytes: 100 * 1024 + 1, count: 1 },
])('a body of $bytes bytes is large: $count', ({ bytes, count }) => {
  const rules = `    - directResponse:\n        status: 200\n        body: { string: "${'a'.repeat(bytes)}" }`
  expect(findings(['SB6014'], [virtualService(rules)])).toHaveLength(count)
})

test('a fault in one rule hides no slip in the next, and makes none', () => {
  const rules = `    - match: [{ uri: { perfix: /a } }]
      rewrite: { uri: /v1 }
      ${toOne}
    - match: [{ uri: { prefix: /b } }]
      rewrite: { uri: / }
      ${toTwo}`
  expect(findings(['SB2001', 'SB5008', 'IST0130'], { 'a.yaml': documents(virtualService(rules)) })).toEqual([
    'SB2001 a.yaml:8:24 `perfix` is not a field of StringMatch; did you mean `prefix`?',
    'SB5008 a.yaml:12:23 the prefix "/b" is replaced by "/", which turns "/b/x" into "//x"',
  ])
})
