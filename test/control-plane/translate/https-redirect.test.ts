import { expect, test } from 'vitest'
import { compile } from '../../../src/control-plane/compile/compile.ts'
import { planRequest } from '../../../src/data-plane/plan/plan-request.ts'
import { normalizeHost } from '../../../src/fib/normalize.ts'
import { headerLinesOf, type Scheme } from '../../../src/fib/request-head.ts'
import { openTable } from '../../../src/fib/view.ts'
import { inNamespace, translated } from './served-routes.ts'

const table = openTable(
  compile(
    translated([
      inNamespace(
        'shop',
        'Gateway',
        'edge',
        `{ servers: [
  { port: { number: 8080, name: http, protocol: HTTP }, hosts: [shop/a.test, "*.a.test"], tls: { httpsRedirect: true } },
  { port: { number: 8080, name: plain, protocol: HTTP }, hosts: [b.test] }] }`,
      ),
      inNamespace(
        'shop',
        'VirtualService',
        'a',
        `{ hosts: [a.test, b.test, x.a.test], gateways: [edge], http: [
  { match: [{ uri: { exact: /found } }], redirect: { uri: /there } }, { directResponse: { status: 200 } }] }`,
      ),
    ]),
  ),
)

test.each([
  { title: 'keeps path and query', host: 'a.test', path: '/a/b', query: 'c=d', expected: '301 https://a.test/a/b?c=d' },
  { title: 'comes before the rules of the host', host: 'a.test', path: '/found', expected: '301 https://a.test/found' },
  { title: 'keeps the Host’s port', host: 'a.test:8080', path: '/', expected: '301 https://a.test:8080/' },
  { title: 'keeps even the default port of http', host: 'a.test:80', path: '/', expected: '301 https://a.test:80/' },
  { title: 'keeps the Host’s letter case', host: 'A.test', path: '/', expected: '301 https://A.test/' },
  {
    title: 'reaches the host of a VirtualService under a wildcard',
    host: 'x.a.test',
    path: '/',
    expected: '301 https://x.a.test/',
  },
  { title: 'reaches hosts without a VirtualService', host: 'y.a.test', path: '/', expected: '301 https://y.a.test/' },
  { title: 'leaves the hosts of another server alone', host: 'b.test', path: '/', expected: '200' },
  { title: 'leaves what came by https alone', host: 'a.test', path: '/', scheme: 'https', expected: '200' },
  { title: 'leaves hosts of no server alone', host: 'c.test', path: '/', expected: '404' },
])('httpsRedirect $title', ({ host, path, query, scheme = 'http', expected }) => {
  const head = {
    method: 'GET',
    scheme: scheme as Scheme,
    authority: host,
    host: normalizeHost(host)!,
    port: 8080,
    path,
    query,
  }
  const plan = planRequest(table, { ...head, headers: headerLinesOf([]) }, () => 0)
  const location = 'location' in plan ? ` ${plan.location}` : ''
  expect('status' in plan && `${plan.status}${location}`).toBe(expected)
})
