import { describe, expect, test } from 'vitest'
import { compile } from '../../../src/control-plane/compile/compile.ts'
import { decideCors } from '../../../src/data-plane/plan/cors.ts'
import type { CorsPolicy } from '../../../src/fib/cors.ts'
import { headerLinesOf, type RequestHead } from '../../../src/fib/request-head.ts'
import { openTable } from '../../../src/fib/view.ts'

const table = openTable(compile({ listeners: [], clusters: new Map(), pathNormalization: 'base' }))
const policy: CorsPolicy = {
  allowOrigins: [
    { kind: 'exact', value: 'https://a.example' },
    { kind: 'regex', regex: 'https://[a-z]+\\.b\\.example' },
  ],
  allowMethods: 'GET,PUT',
  exposeHeaders: 'etag',
  maxAgeSeconds: 60,
  allowsCredentials: false,
  answersUnmatchedPreflights: false,
}

function decide(headers: Record<string, string>, method = 'GET', changes: Partial<CorsPolicy> = {}) {
  const head: RequestHead = {
    method,
    scheme: 'http',
    authority: 'h',
    host: 'h',
    port: 80,
    path: '/',
    query: undefined,
    headers: headerLinesOf(Object.entries(headers)),
  }
  const { kind, headers: lines } = decideCors({ ...policy, ...changes }, head, table)
  return { kind, lines: lines.map(([name, value]) => `${name.replace('access-control-', '')}: ${value}`) }
}

const preflight = { origin: 'https://a.example', 'access-control-request-method': 'PATCH' }

describe('a request', () => {
  test.each([
    { title: 'without an origin gets nothing', headers: {}, lines: [] },
    { title: 'from another origin gets nothing', headers: { origin: 'https://evil.example' }, lines: [] },
    {
      title: 'from an origin that only begins like an allowed one gets nothing',
      headers: { origin: 'https://a.example.evil' },
      lines: [],
    },
    {
      title: 'from an allowed origin is told so',
      headers: { origin: 'https://x.b.example' },
      lines: ['allow-origin: https://x.b.example', 'expose-headers: etag'],
    },
  ])('$title', ({ headers, lines }) => {
    expect(decide(headers)).toEqual({ kind: 'pass', lines })
  })
})

describe('a preflight', () => {
  test('from an allowed origin is answered with what is allowed', () => {
    expect(decide(preflight, 'OPTIONS')).toEqual({
      kind: 'answer',
      lines: ['allow-origin: https://a.example', 'expose-headers: etag', 'allow-methods: GET,PUT', 'max-age: 60'],
    })
  })

  test('with credentials is answered with what it asks for where all is allowed', () => {
    const all = { allowMethods: '*', allowHeaders: '*', allowsCredentials: true }
    const { lines } = decide({ ...preflight, 'access-control-request-headers': 'x-a' }, 'OPTIONS', all)
    expect(lines).toEqual(
      expect.arrayContaining(['allow-credentials: true', 'allow-methods: PATCH', 'allow-headers: x-a']),
    )
  })

  test('from another origin is forwarded, unless the policy answers it', () => {
    const other = { ...preflight, origin: 'https://evil.example' }
    expect(decide(other, 'OPTIONS')).toEqual({ kind: 'pass', lines: [] })
    expect(decide(other, 'OPTIONS', { answersUnmatchedPreflights: true })).toEqual({ kind: 'answer', lines: [] })
  })

  test('is only what asks for a method', () => {
    expect(decide({ origin: 'https://a.example' }, 'OPTIONS').kind).toBe('pass')
  })
})
