import { expect, test } from 'vitest'
import { exampleRequest, welcome } from '../../../src/cli/dev/welcome.ts'

const url = new URL('http://127.0.0.1:8787/')

test.each([
  {
    title: 'names the host',
    domains: ['shop.example.com'],
    expected: "curl -H 'host: shop.example.com' http://127.0.0.1:8787/",
  },
  {
    title: 'prefers a host without a wildcard',
    domains: ['*.example.com', 'shop.example.com'],
    expected: "curl -H 'host: shop.example.com' http://127.0.0.1:8787/",
  },
  {
    title: 'fills a wildcard',
    domains: ['*.example.com'],
    expected: "curl -H 'host: www.example.com' http://127.0.0.1:8787/",
  },
  { title: 'needs no host where any will do', domains: ['*'], expected: 'curl http://127.0.0.1:8787/' },
  {
    title: 'leaves nothing for a shell to misread',
    domains: ["a';reboot;'"],
    expected: "curl -H 'host: areboot' http://127.0.0.1:8787/",
  },
  { title: 'is left out for an empty table', domains: [], expected: undefined },
])('the example request $title', ({ domains, expected }) => {
  expect(exampleRequest(domains, url)).toBe(expected)
})

test('the welcome tells what is served, where, and how to end it', () => {
  const facts = { version: '0123456789abcdef', virtualHostCount: 1, routeCount: 2, firstDomains: ['a.example'] }
  const lines = welcome({ targets: ['routes', 'origins'], origins: 'echo', url, facts })
  expect(lines).toContain('serves table 0123456789ab (1 virtual host, 2 routes) at http://127.0.0.1:8787\n')
  expect(lines).toMatch(/Ctrl-C ends$/)
})
