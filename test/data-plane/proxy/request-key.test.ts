import { describe, expect, test } from 'vitest'
import { xxHash64 } from '../../../src/data-plane/balance/xx-hash64.ts'
import { requestKey } from '../../../src/data-plane/proxy/request-key.ts'
import type { HashKey } from '../../../src/fib/balancing.ts'
import { headerLinesOf } from '../../../src/fib/request-head.ts'
import { RawHeaders } from '../../../src/runtimes/node-http/raw-headers.ts'

interface Asked {
  readonly headers?: readonly (readonly [string, string])[]
  readonly target?: string
  readonly address?: string
  readonly connection?: string
}

function keyOf(hashKeys: readonly HashKey[], { headers = [], target = '/', address, connection }: Asked = {}) {
  const head = {
    method: 'GET',
    scheme: 'http',
    authority: 'A.example:8080',
    host: 'a.example',
    port: 8080,
    path: '/',
    query: undefined,
    headers: headerLinesOf([]),
    client: { country: 'DE', ...(address !== undefined && { address }) },
  } as const
  const plan = { hashKeys, target, authority: 'inner.example' }
  const context = { head, request: { connection }, platform: { uuid: () => 'a-uuid' } }
  return requestKey(plan, context, new RawHeaders(headers.flat()))
}

const header = { kind: 'header', name: 'x-user' } as const
const query = { kind: 'query', name: 'user' } as const
const cookie = { kind: 'cookie', name: 'sid' } as const

describe('the key of a request is', () => {
  test.each<{ title: string; key: HashKey; asked: Asked; is: string | undefined }>([
    { title: 'the value of a header', key: header, asked: { headers: [['x-user', 'alice']] }, is: 'alice' },
    { title: 'also an empty one', key: header, asked: { headers: [['x-user', '']] }, is: '' },
    { title: 'none without the header', key: header, asked: {}, is: undefined },
    {
      title: 'the path as it goes upstream',
      key: { kind: 'header', name: ':path' },
      asked: { target: '/new?a' },
      is: '/new?a',
    },
    { title: 'the Host as it goes upstream', key: { kind: 'header', name: 'host' }, asked: {}, is: 'inner.example' },
    {
      title: 'a fact about the client, which no client can set',
      key: { kind: 'header', name: 'x-signalbox-client-country' },
      asked: { headers: [['x-signalbox-client-country', 'US']] },
      is: 'DE',
    },
    { title: 'a query parameter as it was sent', key: query, asked: { target: '/?user=a%20b&user=c' }, is: 'a%20b' },
    { title: 'also one without a value', key: query, asked: { target: '/?x=1&user' }, is: '' },
    { title: 'none without the parameter', key: query, asked: { target: '/?USER=a' }, is: undefined },
    {
      title: "the client's address",
      key: { kind: 'client-address' },
      asked: { address: '192.0.2.7' },
      is: '192.0.2.7',
    },
    { title: 'none where that is not known', key: { kind: 'client-address' }, asked: {}, is: undefined },
    { title: 'a cookie', key: cookie, asked: { headers: [['cookie', 'a=1; sid=x=y; sid=z']] }, is: 'x=y' },
    {
      title: 'a cookie of a further line',
      key: cookie,
      asked: {
        headers: [
          ['cookie', 'a=1'],
          ['cookie', 'sid=x'],
        ],
      },
      is: 'x',
    },
    { title: 'a cookie without its quotes', key: cookie, asked: { headers: [['cookie', 'sid="x"']] }, is: 'x' },
    { title: 'half a quote is part of it', key: cookie, asked: { headers: [['cookie', 'sid="x']] }, is: '"x' },
    {
      title: 'none of a name behind a tab',
      key: cookie,
      asked: { headers: [['cookie', 'a=1;\tsid=x']] },
      is: undefined,
    },
    { title: 'none where the cookie is empty', key: cookie, asked: { headers: [['cookie', 'sid=']] }, is: undefined },
    {
      title: 'none with a cookie of another name',
      key: cookie,
      asked: { headers: [['cookie', 'ssid=x']] },
      is: undefined,
    },
  ])('$title', ({ key, asked, is }) => {
    expect(keyOf([key], asked).hash).toBe(is === undefined ? undefined : xxHash64(is))
  })

  test('all lines of a header, in whatever order', () => {
    const lines = (...values: string[]) => ({ headers: values.map(value => ['x-user', value] as const) })
    expect(keyOf([header], lines('b', 'a')).hash).toBe(keyOf([header], lines('a', 'b')).hash)
    expect(keyOf([header], lines('b', 'a')).hash).toBe(xxHash64('b', xxHash64('a')))
  })

  test('all that several policies name, as far as it is there', () => {
    const asked = { headers: [['x-user', 'alice']], target: '/?user=bob' } as const
    const alone = keyOf([header], asked).hash!
    expect(keyOf([header, cookie, query], asked).hash).toBe(
      BigInt.asUintN(64, (alone << 1n) | (alone >> 63n)) ^ xxHash64('bob'),
    )
  })
})

describe('who has no cookie', () => {
  const given = { ...cookie, ttlSeconds: 60 }
  test('is given one where it has a time to live, and goes where it leads', () => {
    const { hash, cookies } = keyOf([given], { connection: '192.0.2.7:50000' })
    const value = /^sid="([0-9a-f]{16})"; Max-Age=60; HttpOnly$/.exec(cookies[0]!)![1]!
    expect(hash).toBe(xxHash64(value))
    expect(keyOf([given], { headers: [['cookie', `sid="${value}"`]] })).toEqual({ hash, cookies: [] })
  })

  test('is given the same one on one connection, and another one on another', () => {
    const on = (connection: string) => keyOf([given], { connection }).cookies[0]
    expect(on('192.0.2.7:50000')).toBe(on('192.0.2.7:50000'))
    expect(on('192.0.2.7:50001')).not.toBe(on('192.0.2.7:50000'))
  })

  test('is given one for the session with a time of 0, with the path and the attributes that are written', () => {
    const key = { ...cookie, ttlSeconds: 0, path: '/shop', attributes: ['SameSite=Lax', 'Secure'] }
    expect(keyOf([key]).cookies[0]).toMatch(/^sid="[0-9a-f]{16}"; Path=\/shop; SameSite=Lax; Secure; HttpOnly$/)
  })

  test('is given one of each that is asked for', () => {
    const { hash, cookies } = keyOf([given, { ...given, name: 'tid' }], { connection: '192.0.2.7:50000' })
    expect(cookies.map(line => line.split('=')[0])).toEqual(['sid', 'tid'])
    const sent = cookies.map(line => line.split(';')[0]).join('; ')
    expect(keyOf([given, { ...given, name: 'tid' }], { headers: [['cookie', sent]] })).toEqual({ hash, cookies: [] })
  })

  test('is given none without a time to live', () => {
    expect(keyOf([cookie])).toEqual({ hash: undefined, cookies: [] })
  })
})
