import fc from 'fast-check'
import type { Listener, PathMatch, Rib, Route, RouteMatch, VirtualHost } from '../../../src/control-plane/ir/rib.ts'
import type { Condition, ValueMatch } from '../../../src/fib/condition.ts'
import { normalizeHost } from '../../../src/fib/normalize.ts'
import { headerLinesOf, type RequestHead } from '../../../src/fib/request-head.ts'

// Small alphabets make collisions, nesting and near misses likely.
const label = fc.constantFrom('a', 'b', 'ab')
const host = fc.array(label, { minLength: 1, maxLength: 4 }).map(labels => labels.join('.'))
const domain = fc.oneof(
  { weight: 4, arbitrary: host },
  { weight: 3, arbitrary: host.map(name => `*.${name}`) },
  { weight: 1, arbitrary: fc.constant('*') },
  { weight: 1, arbitrary: fc.constantFrom('127.0.0.1', '[::1]') },
  // A suffix within a label.
  { weight: 1, arbitrary: host.map(name => `*${name}`) },
)
const segment = fc.constantFrom('a', 'b', 'ab', 'A', 'aB', '')
const path = fc.array(segment, { minLength: 0, maxLength: 4 }).map(segments => `/${segments.join('/')}`)
const origin = { file: 'x.yaml', start: { line: 1, column: 1, offset: 0 }, end: { line: 1, column: 1, offset: 0 } }

const pathMatch: fc.Arbitrary<PathMatch> = fc.oneof(
  fc.record({ kind: fc.constant('exact' as const), value: path, ignoresCase: fc.boolean() }),
  fc.record({
    kind: fc.constant('prefix' as const),
    value: fc.oneof(path, fc.constantFrom('', '/', '/é')),
    ignoresCase: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('regex' as const),
    regex: fc.oneof(
      fc.constantFrom('/a.*', '.*', '/[ab]+/?', '/(a|b)/(a|b)', '(?i)/AB.*', '/a'),
      fc.constantFrom('/a/b.*', '/ab?', '/a/[ab]+', '^/a/(a|b)', '/a{0,1}b', '/ab+', '/\\/?a', '/a/|/b', '/a[|]?'),
      // These match most paths, and a rule that never matches proves little.
      fc.constantFrom('/.*', '/a?.*', '^/[abA]*(/.*)?', '/+.*', '/(a|b|/)?.*'),
    ),
  }),
)

const word = fc.constantFrom('', 'x', 'y', 'xy')
const valueMatch: fc.Arbitrary<ValueMatch> = fc.oneof(
  fc.record({ kind: fc.constantFrom('exact' as const, 'prefix' as const), value: word }),
  fc.record({ kind: fc.constant('regex' as const), regex: fc.constantFrom('x.*', '.*', 'x|y', '') }),
  fc.constant({ kind: 'present' as const }),
)

const name = fc.constantFrom('h1', 'h2')
const matchedName = fc.oneof(
  { weight: 8, arbitrary: name },
  { weight: 1, arbitrary: fc.constantFrom(':path', 'host', '__proto__') },
)
const condition: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({
    subject: fc.constant('method' as const),
    match: fc.record({ kind: fc.constant('exact' as const), value: fc.constantFrom('GET', 'POST') }),
  }),
  fc.record({
    subject: fc.constant('scheme' as const),
    match: fc.record({ kind: fc.constant('exact' as const), value: fc.constantFrom('http', 'https') }),
  }),
  fc.record({
    subject: fc.constant('authority' as const),
    match: fc.record({ kind: fc.constantFrom('exact' as const, 'prefix' as const), value: host }),
  }),
  fc.record({ subject: fc.constant('port' as const), port: fc.constantFrom(80, 8080) }),
  fc.record({ subject: fc.constant('header' as const), name: matchedName, match: valueMatch, isNegated: fc.boolean() }),
  fc.record({ subject: fc.constant('query' as const), name: matchedName, match: valueMatch }),
)

const routeMatch: fc.Arbitrary<RouteMatch> = fc
  .record({
    path: fc.option(pathMatch, { nil: undefined, freq: 6 }),
    conditions: fc.oneof(
      { weight: 3, arbitrary: fc.constant([]) },
      { weight: 2, arbitrary: fc.array(condition, { minLength: 1, maxLength: 2 }) },
    ),
  })
  .map(({ path, conditions }) => (path ? { path, conditions } : { conditions }))

function routes(matches: readonly RouteMatch[]): Route[] {
  return matches.map((match, index) => ({
    name: `r${index}`,
    match,
    action: { kind: 'respond', status: 200 + (index % 3) },
    origin,
  }))
}

function virtualHosts(domainLists: readonly (readonly string[])[], matchLists: readonly RouteMatch[][]): VirtualHost[] {
  const taken = new Set<string>()
  return domainLists.flatMap((list, index) => {
    const domains = [...new Set(list)].filter(each => !taken.has(each))
    for (const each of domains) taken.add(each)
    return domains.length > 0 ? [{ domains, routes: routes(matchLists[index] ?? []) }] : []
  })
}

const hash = fc.constantFrom('aa'.repeat(32), 'bb'.repeat(32), '0c'.repeat(32))
const certificateGuards = fc.oneof(
  { weight: 4, arbitrary: fc.constant({}) },
  {
    weight: 1,
    arbitrary: fc
      .record({ isRequired: fc.boolean(), hashes: fc.array(hash, { maxLength: 2 }) }, { requiredKeys: ['isRequired'] })
      .map(terms => ({ guards: [{ kind: 'client-certificate' as const, ...terms }] })),
  },
)

const listener = (port: number | undefined, name = `listener ${port ?? 'default'}`): fc.Arbitrary<Listener> =>
  fc
    .record({
      protocol: fc.constantFrom('http' as const, 'https' as const),
      admits: fc.array(domain, { maxLength: 3 }),
      domains: fc.array(fc.array(domain, { minLength: 1, maxLength: 3 }), { maxLength: 4 }),
      matches: fc.array(fc.array(routeMatch, { maxLength: 8 }), { minLength: 4, maxLength: 4 }),
      guards: certificateGuards,
    })
    .map(({ protocol, domains, matches, admits, guards }) => ({
      name,
      ...(port === undefined ? {} : { port }),
      protocol: port === undefined ? 'http' : protocol,
      ...(protocol === 'https' && port !== undefined && { admits, ...guards }),
      virtualHosts: virtualHosts(domains, matches),
    }))

/** RIBs of up to three Gateway listeners, two of them on one port, and the default listener; hosts and rules overlap. */
export const arbitraryRib: fc.Arbitrary<Rib> = fc
  .tuple(
    fc.option(listener(80)),
    fc.option(listener(8080)),
    fc.option(listener(8080, 'other 8080')),
    listener(undefined),
  )
  .map(listeners => ({ listeners: listeners.filter(each => each !== null), clusters: new Map() }))

/** Many values, so that rules can be told apart by them; some are prefixes of others, some not ASCII. */
const crowdedWord = fc.oneof(
  fc.constantFrom('', 'x', 'xy', 'xyz', 'é', 'éa', 'x, y'),
  fc.integer({ max: 30, min: 0 }).map(String),
)
const crowdedMatch: fc.Arbitrary<ValueMatch> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('exact' as const), value: crowdedWord }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('prefix' as const), value: crowdedWord }) },
  { weight: 1, arbitrary: valueMatch },
)
const crowdedCondition: fc.Arbitrary<Condition> = fc.oneof(
  { weight: 2, arbitrary: condition },
  {
    weight: 5,
    arbitrary: fc.record({
      subject: fc.constant('header' as const),
      name,
      match: crowdedMatch,
      isNegated: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ subject: fc.constant('query' as const), name, match: crowdedMatch }) },
)
const crowdedPath: fc.Arbitrary<PathMatch> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('exact' as const, 'prefix' as const),
      value: fc.constantFrom('/', '/a'),
      ignoresCase: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('regex' as const),
      regex: fc.constantFrom(
        '/a*',
        '/[ab]',
        '.*',
        '/(?i)A',
        '/b|/ab',
        '/a?b?',
        '(/a|/)b',
        '/.',
        '/a$',
        '/\\w+',
        '',
        '/a/b',
        '/ab?',
      ),
    }),
  },
)
const crowdedRoute: fc.Arbitrary<RouteMatch> = fc
  .record({
    path: fc.option(crowdedPath, { nil: undefined }),
    conditions: fc.array(crowdedCondition, { minLength: 1, maxLength: 3 }),
  })
  .map(({ path, conditions }) => (path ? { path, conditions } : { conditions }))

/** RIBs of one host, most of whose rules share their path and are told apart by what else they ask for. */
export const arbitraryCrowdedRib: fc.Arbitrary<Rib> = fc
  .array(crowdedRoute, { minLength: 10, maxLength: 60, size: 'max' })
  .map(matches => ({
    listeners: [{ name: 'default', protocol: 'http', virtualHosts: [{ domains: ['*'], routes: routes(matches) }] }],
    clusters: new Map(),
  }))

const crowdedPairs = fc.array(fc.tuple(name, crowdedWord), { maxLength: 4 })

/** Request heads near the rules of `arbitraryCrowdedRib`. */
export const arbitraryCrowdedHead: fc.Arbitrary<RequestHead> = fc
  .record({
    method: fc.constantFrom('GET', 'POST'),
    scheme: fc.constantFrom('http' as const, 'https' as const),
    authority: fc.constantFrom('a', 'a.b', 'ab.a:80'),
    port: fc.constantFrom(80, 8080, 443),
    path: fc.constantFrom('/', '/a', '/A', '/ab', '/b'),
    query: fc.option(
      crowdedPairs.map(pairs => pairs.map(pair => pair.join('=')).join('&')),
      { nil: undefined },
    ),
    headers: crowdedPairs.map(headerLinesOf),
  })
  .map(facts => ({ ...facts, host: 'a' }))

const authority = fc.oneof(
  { weight: 6, arbitrary: host },
  { weight: 1, arbitrary: host.map(each => `${each.toUpperCase()}:80`) },
  { weight: 1, arbitrary: fc.constantFrom('127.0.0.1', '[::1]:8080', '.a.b', 'a.', 'zzz') },
)

const client = fc.oneof(
  { weight: 2, arbitrary: fc.constant(undefined) },
  {
    weight: 1,
    arbitrary: fc.record(
      {
        'cert-verified': fc.constantFrom('true', 'NONE'),
        'cert-sha256': fc.oneof(
          hash,
          hash.map(each => each.toUpperCase().replace(/..(?=.)/g, '$&:')),
          fc.constant('a'),
        ),
      },
      { requiredKeys: [] },
    ),
  },
)

/** Request heads near the rules of `arbitraryRib`. */
export const arbitraryHead: fc.Arbitrary<RequestHead> = fc
  .record({
    method: fc.constantFrom('GET', 'POST', 'get'),
    scheme: fc.constantFrom('http' as const, 'https' as const),
    authority,
    port: fc.constantFrom(80, 8080, 443),
    listener: fc.option(fc.constantFrom('listener 80', 'listener default', 'unknown'), { nil: undefined, freq: 4 }),
    path,
    query: fc.constantFrom(undefined, '', 'h1', 'h1=', 'h1=x', 'h2=xy&h1=y', 'h1=x&h1=y', 'h11=x', '&&h2=x'),
    headers: fc.array(fc.tuple(name, word), { maxLength: 3 }),
    client,
  })
  .map(({ listener, client, ...facts }) => ({
    ...facts,
    ...(listener !== undefined && { listener }),
    ...(client && { client }),
    host: normalizeHost(facts.authority) ?? '',
    headers: headerLinesOf(facts.headers),
  }))
