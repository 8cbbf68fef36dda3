import { describe, expect, test } from 'vitest'
import { readConfig } from '../../../src/control-plane/config/read-config.ts'
import { joinDelegates } from '../../../src/control-plane/resolve/delegates.ts'
import { inNamespace, servedRoutes } from '../translate/served-routes.ts'

const to = (host: string) => `route: [{ destination: { host: ${host} } }]`

/** The routes of a root whose rule `root` delegates, before a rule that takes the rest. */
function routesUnder(rootMatch: string, childRules: string): string[] {
  const match = rootMatch === '' ? '' : `match: ${rootMatch}, `
  return servedRoutes([
    inNamespace(
      'default',
      'VirtualService',
      'shop',
      `{ hosts: [a.test], http: [{ name: root, ${match}delegate: { name: child } }, { name: rest, ${to('rest.test')} }] }`,
    ),
    inNamespace('default', 'VirtualService', 'child', `{ http: [${childRules}] }`),
  ]).map(line => line.replace('a.test | ', '').replace(/ → .*/, ''))
}

const rest = 'rest | any'

describe('a rule of a delegate takes what both its root and itself match', () => {
  test.each([
    {
      title: 'a prefix below the root’s',
      root: '[{ uri: { prefix: /a } }]',
      child: '[{ uri: { prefix: /a/b } }]',
      expected: ['root-child | prefix /a/b'],
    },
    {
      title: 'a prefix is text: it need not end at a slash',
      root: '[{ uri: { prefix: /a } }]',
      child: '[{ uri: { prefix: /ab } }]',
      expected: ['root-child | prefix /ab'],
    },
    {
      title: 'an exact path below the root’s prefix',
      root: '[{ uri: { prefix: /a } }]',
      child: '[{ uri: { exact: /a/b } }]',
      expected: ['root-child | exact /a/b'],
    },
    {
      title: 'the root’s path where it has none',
      root: '[{ uri: { regex: /a/.* } }]',
      child: '[{ headers: { x-a: { exact: b } } }]',
      expected: ['root-child | regex /a/.* & header x-a exact b'],
    },
    {
      title: 'the root’s matches where it has none at all',
      root: '[{ uri: { prefix: /a } }, { method: { exact: GET } }]',
      child: '',
      expected: ['root-child | prefix /a', 'root-child | any & method exact GET'],
    },
    {
      title: 'its own matches where the root has none',
      root: '',
      child: '[{ uri: { prefix: /a } }]',
      expected: ['root-child | prefix /a'],
    },
    {
      title: 'every pair of matches that join, in the order of its own',
      root: '[{ uri: { prefix: /a } }, { headers: { x-a: { exact: b } } }]',
      child: '[{ uri: { exact: /a/1 } }, { uri: { exact: /2 } }]',
      expected: [
        'root-child | exact /a/1',
        'root-child | exact /a/1 & header x-a exact b',
        'root-child | exact /2 & header x-a exact b',
      ],
    },
    {
      title: 'conditions of different names are all kept',
      root: '[{ queryParams: { q: { exact: "1" } }, withoutHeaders: { x-a: {} } }]',
      child: '[{ queryParams: { r: { exact: "2" } }, withoutHeaders: { x-b: {} } }]',
      expected: ['root-child | any & header x-a present & header x-b present & query q exact 1 & query r exact 2'],
    },
    {
      title: 'an equal exact value',
      root: '[{ method: { exact: GET } }]',
      child: '[{ method: { exact: GET } }]',
      expected: ['root-child | any & method exact GET'],
    },
    {
      title: 'the names of both matches',
      root: '[{ name: one, uri: { prefix: /a } }]',
      child: '[{ name: two }]',
      expected: ['root-child.one-two | prefix /a'],
    },
    {
      title: 'the root’s port',
      root: '[{ port: 80 }]',
      child: '[{ uri: { prefix: /a } }]',
      expected: ['root-child | prefix /a & port 80'],
    },
  ])('$title', ({ root, child, expected }) => {
    const match = child === '' ? '' : `match: ${child}, `
    expect(routesUnder(root, `{ name: child, ${match}${to('b.test')} }`)).toEqual([...expected, rest])
  })
})

describe('a rule of a delegate goes as a whole where one of its matches joins with none of the root’s', () => {
  test.each([
    { title: 'a prefix beside the root’s', root: 'uri: { prefix: /a }', child: 'uri: { prefix: /b }' },
    { title: 'a prefix above the root’s', root: 'uri: { prefix: /a/b }', child: 'uri: { prefix: /a }' },
    { title: 'a prefix under an exact path', root: 'uri: { exact: /a }', child: 'uri: { prefix: /a }' },
    { title: 'another exact path', root: 'uri: { exact: /a }', child: 'uri: { exact: /a/b }' },
    { title: 'a regex of its own', root: 'uri: { prefix: /a }', child: 'uri: { regex: /a/.* }' },
    { title: 'any path under a regex', root: 'uri: { regex: /a/.* }', child: 'uri: { exact: /a/b }' },
    { title: 'another method', root: 'method: { exact: GET }', child: 'method: { exact: POST }' },
    {
      title: 'a header that its root only wants to be there',
      root: 'headers: { x-a: {} }',
      child: 'headers: { x-a: { exact: b } }',
    },
    {
      title: 'another value of a parameter',
      root: 'queryParams: { q: { exact: a } }',
      child: 'queryParams: { q: { exact: b } }',
    },
    {
      title: 'a header that must be missing under one that must be missing, too',
      root: 'withoutHeaders: { x-a: { prefix: a } }',
      child: 'withoutHeaders: { x-a: { prefix: b } }',
    },
    {
      title: 'a path in any case under one in this case',
      root: 'uri: { prefix: /a }',
      child: 'uri: { prefix: /a }, ignoreUriCase: true',
    },
    { title: 'another port', root: 'port: 80', child: 'port: 81' },
    { title: 'a namespace that it does not repeat', root: 'sourceNamespace: x', child: 'uri: { prefix: / }' },
    { title: 'another client label', root: 'sourceLabels: { app: a }', child: 'sourceLabels: { app: b }' },
    { title: 'a gateway that its root has not', root: 'gateways: [mesh]', child: 'gateways: [mesh, x/edge]' },
  ])('$title', ({ root, child }) => {
    const rule = `{ match: [{ ${root} }, { ${child} }], ${to('b.test')} }`
    expect(routesUnder(`[{ ${root} }]`, rule)).toEqual([rest])
  })

  test('and its other rules stay', () => {
    const rules = `{ match: [{ uri: { prefix: /a/1 } }, { uri: { prefix: /b } }], ${to('b.test')} }, { ${to('c.test')} }`
    expect(routesUnder('[{ uri: { prefix: /a } }]', rules)).toEqual(['root | prefix /a', rest])
  })
})

describe('a rule is left out, and later rules apply', () => {
  const root = (delegate: string) =>
    inNamespace(
      'shop',
      'VirtualService',
      'root',
      `{ hosts: [a.test], http: [{ delegate: ${delegate} }, { name: rest, ${to('rest.test')} }] }`,
    )
  const child = (namespace: string, more = '') =>
    inNamespace(namespace, 'VirtualService', 'child', `{ ${more}http: [{ name: child, ${to('b')} }] }`)
  test.each([
    {
      title: 'not where the delegate is in its namespace',
      documents: [root('{ name: child }'), child('shop')],
      is: true,
    },
    { title: 'where the delegate is in another', documents: [root('{ name: child }'), child('other')], is: false },
    {
      title: 'not where its namespace is named',
      documents: [root('{ name: child, namespace: other }'), child('other')],
      is: true,
    },
    {
      title: 'where the delegate is private to another namespace',
      documents: [root('{ name: child, namespace: other }'), child('other', 'exportTo: ["."], ')],
      is: false,
    },
    {
      title: 'not where the delegate is exported to its namespace',
      documents: [root('{ name: child, namespace: other }'), child('other', 'exportTo: [shop], ')],
      is: true,
    },
    {
      title: 'where the delegate has hosts: it is no delegate',
      documents: [root('{ name: child }'), child('shop', 'hosts: [b.test], ')],
      is: false,
    },
  ])('$title', ({ documents, is }) => {
    const names = servedRoutes(documents).filter(line => line.startsWith('a.test'))
    expect(names.map(line => line.split(' | ')[1])).toEqual(is ? ['child'] : ['rest'])
  })
})

test('short names of a delegate are completed by its own namespace', () => {
  const [route] = servedRoutes([
    inNamespace(
      'shop',
      'VirtualService',
      'root',
      '{ hosts: [a.test], http: [{ delegate: { name: c, namespace: kids } }] }',
    ),
    inNamespace('kids', 'VirtualService', 'c', `{ http: [{ ${to('b')} }] }`),
  ])
  expect(route).toContain('→ outbound|80||b.kids.svc.cluster.local')
})

describe('what a rule of a delegate does not set', () => {
  const text = [
    inNamespace(
      'shop',
      'VirtualService',
      'root',
      `{ hosts: [a.test], http: [{ name: root, delegate: { name: c, namespace: kids }, timeout: 3s, rewrite: { uri: /r },
  retries: { attempts: 3, retryOn: 5xx },
  headers: { request: { set: { x-a: r } } }, mirror: { host: shadow } }] }`,
    ),
    inNamespace(
      'kids',
      'VirtualService',
      'c',
      `{ http: [{ match: [{ uri: { exact: /1 } }], timeout: 1s, retries: { attempts: 1 },
  headers: { response: { remove: [x-b] } }, ${to('b')} },
  { match: [{ uri: { exact: /2 } }], redirect: { uri: /x } }, { ${to('b')} }] }`,
    ),
  ].join('---\n')
  const bytes = new TextEncoder().encode(text)
  const { config } = readConfig([{ path: 'a.yaml', bytes }])
  const [root] = joinDelegates(config.virtualServices)
  const [own, redirect, none] = root!.spec.http

  test('is taken from the root’s, field by field', () => {
    expect(own).toMatchObject({
      timeout: 1000,
      rewrite: { uri: '/r' },
      mirror: { host: 'shadow.shop.svc.cluster.local' },
    })
    expect(none).toMatchObject({
      timeout: 3000,
      retries: { attempts: 3, retryOn: '5xx' },
      headers: { request: { set: { 'x-a': 'r' } } },
    })
  })

  test('headers and retries all or nothing', () => {
    expect(own!.retries).toEqual({ attempts: 1 })
    expect(own!.headers?.request).toBeUndefined()
    expect(own!.headers?.response?.remove).toEqual(['x-b'])
  })

  test('and a redirect stays one', () => {
    expect(redirect!.redirect).toMatchObject({ uri: '/x' })
    expect(none!.redirect).toBeUndefined()
  })

  test('its text stands in the delegate', () => {
    const marked = (path: (string | number)[]) => {
      const { start, end } = root!.spanOf(path)
      return text.slice(start.offset, end.offset)
    }
    expect(marked(['spec', 'http', 0, 'match', 0])).toBe('{ uri: { exact: /1 } }')
    expect(marked(['spec', 'http', 1, 'redirect', 'uri'])).toBe('/x')
    expect(marked(['spec', 'hosts', 0])).toBe('a.test')
  })
})
