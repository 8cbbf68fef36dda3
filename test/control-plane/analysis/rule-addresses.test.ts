import { describe, expect, test } from 'vitest'
import { resource } from '../source-files.ts'
import { findings, found, toOne, virtualService } from './findings.ts'

const rewriting = (rewrite: string) => virtualService(`    - rewrite: { ${rewrite} }\n      ${toOne}`)
const redirecting = (redirect: string, match = 'uri: { prefix: /a }') =>
  virtualService(`    - match: [{ ${match} }]\n      redirect: { ${redirect} }`)

describe('a substitution', () => {
  const regexRewrite = (match: string, rewrite: string) =>
    rewriting(`uriRegexRewrite: { match: '${match}', rewrite: '${rewrite}' }`)

  test.each([
    {
      title: 'names a group that is not there',
      routes: regexRewrite('/a/(.*)', '/\\2'),
      expected: ['SB5011 a.yaml:8:64 "\\2" names a group, and the regex has one group'],
    },
    {
      title: 'has an escape that means nothing',
      routes: regexRewrite('/a', '/\\d'),
      expected: ['SB5011 a.yaml:8:59 "\\d" means nothing in a substitution'],
    },
    {
      title: 'names a group with a dollar',
      routes: regexRewrite('/a/(.*)', '/$1'),
      expected: ['SB5011 a.yaml:8:64 "$1" is inserted literally'],
    },
    {
      title: 'stands where nothing is substituted',
      routes: rewriting('uri: /b/\\1'),
      expected: ['SB5011 a.yaml:8:23 "\\1" is inserted literally'],
    },
    {
      title: 'stands in a redirect',
      routes: redirecting('uri: /b/$1'),
      expected: ['SB5011 a.yaml:9:24 "$1" is inserted literally'],
    },
    { title: 'names its groups', routes: regexRewrite('/a/(.*)/(.*)', '/\\2/\\1\\\\'), expected: [] },
    { title: 'has a price in it', routes: rewriting('uri: /only-$'), expected: [] },
  ])('$title', ({ routes, expected }) => {
    expect(findings(['SB5011'], [routes])).toEqual(expected)
  })
})

describe('an address', () => {
  test.each([
    {
      title: 'is a URL where a path belongs',
      routes: redirecting('uri: "https://www.example.com/b"'),
      help: 'write `scheme: https`, `authority: www.example.com` and `uri: /b`',
    },
    {
      title: 'has a scheme in the authority',
      routes: redirecting('authority: "https://www.example.com/b"'),
      help: 'write `authority: www.example.com`, and beside it `scheme: https` and `uri: /b`',
    },
    {
      title: 'has a path in the authority',
      routes: rewriting('authority: one.example.net/'),
      help: 'write `authority: one.example.net`',
    },
  ])('$title', ({ routes, help }) => {
    expect(found(['SB5012'], [routes])).toMatchObject([{ help }])
  })

  test.each([
    redirecting('authority: "www.example.com:8080", uri: /b?to=https://www.example.com/'),
    rewriting('authority: "one.example.net:8443"'),
  ])('is as it should be', routes => {
    expect(findings(['SB5012'], [routes])).toEqual([])
  })
})

describe('a redirect', () => {
  test.each([
    {
      title: 'to a path below its own prefix',
      routes: redirecting('uri: /a/'),
      expected: ['SB5013 a.yaml:9:24 the redirect to "/a/" leads back to its own rule'],
    },
    { title: 'of everything', routes: virtualService('    - redirect: { uri: /closed }'), expected: [] },
    {
      title: 'to its own host',
      routes: redirecting('authority: shop.example.com'),
      expected: ['SB5013 a.yaml:9:7 the redirect leads to where the request came to'],
    },
    {
      title: 'to one of its hosts',
      routes: redirecting('authority: www.example.com').replace(
        '"shop.example.com"',
        '"shop.example.com", "www.example.com"',
      ),
      expected: ['SB5013 a.yaml:9:7 the redirect leads to where the request came to'],
    },
    {
      title: 'from one of its hosts to another',
      routes: redirecting('authority: www.example.com', 'authority: { exact: shop.example.com }').replace(
        '"shop.example.com"',
        '"shop.example.com", "www.example.com"',
      ),
      expected: [],
    },
    { title: 'out of its prefix', routes: redirecting('uri: /b'), expected: [] },
    { title: 'to another host', routes: redirecting('uri: /a/, authority: www.example.com'), expected: [] },
    { title: 'to another scheme', routes: redirecting('uri: /a/, scheme: https'), expected: [] },
    { title: 'of a method that changes', routes: redirecting('uri: /a/', 'method: { exact: POST }'), expected: [] },
    {
      title: 'with the query that it asks for',
      routes: redirecting('uri: "/a?b=c"', 'queryParams: { b: { exact: d } }'),
      expected: [],
    },
    {
      title: 'to a path that an earlier rule takes',
      routes: virtualService(
        `    - match: [{ uri: { exact: /closed } }]\n      ${toOne}\n    - redirect: { uri: /closed }`,
      ),
      expected: [],
    },
  ])('$title', ({ routes, expected }) => {
    expect(findings(['SB5013'], [routes])).toEqual(expected)
  })

  test('to https leads back where the server speaks it already', () => {
    const gateway = (protocol: string, tls: string) =>
      resource(
        'Gateway',
        'front',
        `  servers: [{ port: { number: 443, name: a, protocol: ${protocol} }, hosts: ["*"]${tls} }]`,
      )
    const routes = redirecting('scheme: https').replace('[edge]', '[front]')
    const https = gateway('HTTPS', ', tls: { mode: SIMPLE, credentialName: a }')
    expect(findings(['SB5013'], [routes, https])).toEqual([
      'SB5013 a.yaml:9:7 the redirect leads to where the request came to',
    ])
    expect(findings(['SB5013'], [routes, gateway('HTTP', '')])).toEqual([])
    // These are not met again by https.
    for (const guard of ['scheme: { exact: http }', 'headers: { x-forwarded-proto: { exact: http } }']) {
      const guarded = redirecting('scheme: https', guard).replace('[edge]', '[front]')
      expect(findings(['SB5013'], [guarded, https])).toEqual([])
    }
  })
})
