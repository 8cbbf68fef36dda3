import type { Rib, Route, RouteMatch } from '../../src/control-plane/ir/rib.ts'
import type { Condition } from '../../src/fib/condition.ts'
import { headerLinesOf, type RequestHead } from '../../src/fib/request-head.ts'

/** Rules that are told apart by one thing, and requests for any of them. */
export interface Shape {
  readonly name: string
  readonly largest: number
  /** @param count how many rules */
  rib(count: number): Rib
  /** A request that the rule with this number serves first; for `miss`, one that none of them serves. */
  head(index: number | 'miss'): RequestHead
}

const origin = { file: 'bench', start: { line: 1, column: 1, offset: 0 }, end: { line: 1, column: 1, offset: 0 } }
const action = { kind: 'respond', status: 204 } as const
const host = 'shop.example.com'
const million = 1_000_000

/** The path that routers are held against: as long as those that people have. */
export function itemsPath(index: number | 'miss'): string {
  return index === 'miss' ? '/svc999999x/v1/items' : `/svc${String(index).padStart(6, '0')}/v1/items`
}

/** One path over a chain of prefixes, each of which is a rule. */
export const nestedShape = 'nested prefixes'

const value = (index: number | 'miss') => `tenant-${index}`

export const shapes: readonly Shape[] = [
  {
    name: 'path',
    largest: million,
    rib: count => onOneHost(count, index => ({ path: prefix(itemsPath(index)), conditions: [] })),
    head: index => request({ path: `${itemsPath(index)}/4711` }),
  },
  {
    name: 'exact path',
    largest: million,
    rib: count =>
      onOneHost(count, index => ({
        path: { kind: 'exact', value: itemsPath(index), ignoresCase: false },
        conditions: [],
      })),
    head: index => request({ path: itemsPath(index) }),
  },
  {
    name: 'header',
    largest: million,
    rib: count => onOneHost(count, index => ({ conditions: [header(value(index))] })),
    head: index => request({ headers: headerLinesOf([['x-tenant', value(index)]]) }),
  },
  {
    name: 'header prefix',
    largest: million,
    rib: count =>
      onOneHost(count, index => ({
        conditions: [{ ...header(''), match: { kind: 'prefix', value: `${value(index)}:` } }],
      })),
    head: index => request({ headers: headerLinesOf([['x-tenant', `${value(index)}:eu`]]) }),
  },
  {
    name: 'query parameter',
    largest: million,
    rib: count =>
      onOneHost(count, index => ({
        conditions: [{ subject: 'query', name: 'tenant', match: { kind: 'exact', value: value(index) } }],
      })),
    head: index => request({ query: `page=2&tenant=${value(index)}` }),
  },
  {
    name: 'method and header',
    largest: million,
    rib: count =>
      onOneHost(count, index => ({
        path: prefix('/'),
        conditions: [
          { subject: 'method', match: { kind: 'exact', value: methods[index % methods.length]! } },
          header(value(index)),
        ],
      })),
    head: index =>
      request({
        method: methods[index === 'miss' ? 0 : index % methods.length]!,
        headers: headerLinesOf([['x-tenant', value(index)]]),
      }),
  },
  {
    name: 'authority',
    largest: million,
    rib: count =>
      onOneHost(
        count,
        index => ({
          conditions: [{ subject: 'authority', match: { kind: 'exact', value: `${value(index)}.example.com` } }],
        }),
        '*',
      ),
    head: index => request({ host: `${value(index)}.example.com` }),
  },
  {
    name: 'absence of a header',
    largest: million,
    rib: count =>
      onOneHost(count, index => ({
        conditions: [
          { subject: 'header', name: 'x-debug', match: { kind: 'present' }, isNegated: true },
          { subject: 'header', name: `x-${index}`, match: { kind: 'present' }, isNegated: true },
        ],
      })),
    // What comes first serves all but those who have its header: no other rule can be asked for at random.
    head: index => request({ headers: headerLinesOf([index === 'miss' ? ['x-debug', '1'] : ['x-other', '1']]) }),
  },
  {
    name: nestedShape,
    largest: 10_000,
    // The longest comes first, or it would never be met.
    rib: count =>
      onOneHost(count, index => ({ path: prefix(`/${'a'.repeat(count - index)}`), conditions: [header('never')] })),
    head: () => request({ path: `/${'a'.repeat(8_000)}` }),
  },
  {
    name: 'regex',
    largest: 1_000,
    rib: count =>
      onOneHost(count, index => ({
        path: { kind: 'regex', regex: `/svc${String(index).padStart(6, '0')}/v[0-9]+/items(/.*)?` },
        conditions: [],
      })),
    head: index => request({ path: `${itemsPath(index)}/4711` }),
  },
  {
    name: 'regex with no beginning',
    largest: 1_000,
    rib: count =>
      onOneHost(count, index => ({
        path: { kind: 'regex', regex: `/[a-z]+/v[0-9]+/${value(index)}(/.*)?` },
        conditions: [],
      })),
    head: index => request({ path: `/shop/v1/${index === 'miss' ? 'nobody' : value(index)}/4711` }),
  },
  {
    name: 'host',
    largest: million,
    rib: count => ofHosts(count, index => `${value(index)}.example.com`),
    head: index => request({ host: index === 'miss' ? 'nobody.example.org' : `${value(index)}.example.com` }),
  },
  {
    name: 'wildcard host',
    largest: million,
    rib: count => ofHosts(count, index => `*.${value(index)}.example.com`),
    head: index => request({ host: `www.${value(index)}.example.com` }),
  },
]

const methods = ['GET', 'POST', 'PUT', 'DELETE']

function prefix(text: string): NonNullable<RouteMatch['path']> {
  return { kind: 'prefix', value: text, ignoresCase: false }
}

function header(text: string): Condition & { readonly subject: 'header' } {
  return { subject: 'header', name: 'x-tenant', match: { kind: 'exact', value: text }, isNegated: false }
}

function onOneHost(count: number, matchOf: (index: number) => RouteMatch, domain = host): Rib {
  const routes = Array.from({ length: count }, (_, index) => route(matchOf(index)))
  return ribOf([{ domains: [domain], routes }])
}

function ofHosts(count: number, domainOf: (index: number) => string): Rib {
  const routes = [route({ conditions: [] })]
  return ribOf(Array.from({ length: count }, (_, index) => ({ domains: [domainOf(index)], routes })))
}

function route(match: RouteMatch): Route {
  return { name: '', match, action, origin }
}

function ribOf(virtualHosts: Rib['listeners'][number]['virtualHosts']): Rib {
  return { listeners: [{ name: 'default', protocol: 'http', virtualHosts }], clusters: new Map() }
}

const noHeaders = headerLinesOf([])

function request(facts: Partial<RequestHead>): RequestHead {
  const { host: asked = host } = facts
  return {
    method: 'GET',
    scheme: 'https',
    authority: asked,
    port: 443,
    path: '/',
    query: undefined,
    headers: noHeaders,
    ...facts,
    host: asked,
  }
}
