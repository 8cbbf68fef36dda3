import { describe, expect, test } from 'vitest'
import { compile } from '../../../src/control-plane/compile/compile.ts'
import { planFor } from '../../../src/data-plane/proxy/plan-for.ts'
import { readHead } from '../../../src/data-plane/proxy/read-head.ts'
import type { PathNormalization } from '../../../src/fib/normalize.ts'
import { openTable } from '../../../src/fib/view.ts'
import { webRequest } from '../../../src/runtimes/web-request.ts'

const endpoint = { scheme: 'http', address: 'origin.test', port: 80, weight: 1 } as const
const origin = { file: 'x.yaml', start: { line: 1, column: 1, offset: 0 }, end: { line: 1, column: 1, offset: 0 } }
const forward = { kind: 'forward', destinations: [{ cluster: 'c', weight: 1 }] } as const
const routes = [{ name: 'all', match: { conditions: [] }, action: forward, origin }]

/** The target that the endpoint is asked for, or the status of a refusal. */
function asked(normalization: PathNormalization, target: string): string | number {
  const table = openTable(
    compile({
      listeners: [{ name: 'default', protocol: 'http', virtualHosts: [{ domains: ['a.test'], routes }] }],
      clusters: new Map([['c', { name: 'c', isKnown: true, endpoints: [endpoint] }]]),
      pathNormalization: normalization,
    }),
  )
  // `new Request` would normalise the URL; runtimes hand it over as it came in.
  const request = webRequest({ method: 'GET', url: `http://a.test${target}`, headers: new Headers() }, undefined)
  const plan = planFor(readHead(request, table), request, table, { keepsTarget: false, random: () => 0 })
  return plan.kind === 'forward' ? plan.target : plan.status
}

describe('an endpoint is asked for the path in the form of the table', () => {
  test.each([
    { normalization: 'base', target: '/a//../b?c=//d', expected: '/a/b?c=//d' },
    { normalization: 'base', target: '/a//b', expected: '/a//b' },
    { normalization: 'merge-slashes', target: '/a//b?c=//d', expected: '/a/b?c=//d' },
    { normalization: 'decode-and-merge-slashes', target: '/a%2fb?c=%2f', expected: '/a/b?c=%2f' },
    { normalization: 'none', target: '/a//%41', expected: '/a//%41' },
  ] as const)('$normalization: $target', ({ normalization, target, expected }) => {
    expect(asked(normalization, target)).toBe(expected)
  })
})

describe('a path that was not normalised is refused where `fetch` would make another of it', () => {
  test.each([
    { title: 'dot segments', target: '/a/../b' },
    { title: 'escaped dot segments', target: '/a/%2e%2E/b' },
    { title: 'a dot segment at the end', target: '/a/.' },
    { title: 'a backslash', target: '/a\\b' },
  ])('$title', ({ target }) => {
    expect(asked('none', target)).toBe(400)
  })
})
