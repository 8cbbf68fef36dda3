import { describe, expect, test } from 'vitest'
import { compileRoutes } from '../../../src/control-plane/compile-routes.ts'
import { sourceFiles } from '../source-files.ts'
import { inNamespace } from '../translate/served-routes.ts'

const root = (rule: string) => inNamespace('shop', 'VirtualService', 'root', `{ hosts: [a.test], http: [{ ${rule} }] }`)
const child = (rule: string, more = '', namespace = 'shop') =>
  inNamespace(
    namespace,
    'VirtualService',
    'cart-routes',
    `{ ${more}http: [{ ${rule}directResponse: { status: 200 } }] }`,
  )

const findings = (...documents: string[]) =>
  compileRoutes(sourceFiles({ 'a.yaml': documents.join('---\n') }))
    .diagnostics.filter(({ code }) => code === 'IST0101' || code === 'SB5002')
    .map(({ code, path, message, label }) => `${code} ${path}: ${message}${label ? ` (${label})` : ''}`)

describe('a delegate', () => {
  test.each([
    {
      title: 'that exists is no finding',
      documents: [root('delegate: { name: cart-routes }'), child('')],
      expected: [],
    },
    {
      title: 'that does not exist is told with the nearest name',
      documents: [root('delegate: { name: card-routes }'), child('')],
      expected: [
        'IST0101 spec.http[0].delegate.name: no VirtualService is called "shop/card-routes" (did you mean "shop/cart-routes"?)',
      ],
    },
    {
      title: 'is sought in the root’s namespace',
      documents: [root('delegate: { name: cart-routes }'), child('', '', 'cart')],
      expected: [
        'IST0101 spec.http[0].delegate.name: no VirtualService is called "shop/cart-routes" (did you mean "cart/cart-routes"?)',
      ],
    },
    {
      title: 'has no hosts',
      documents: [root('delegate: { name: root }')],
      expected: [
        'IST0101 spec.http[0].delegate.name: VirtualService shop/root has hosts, so no rule can delegate to it',
      ],
    },
    {
      title: 'is exported to the root',
      documents: [root('delegate: { name: cart-routes, namespace: cart }'), child('', 'exportTo: ["."], ', 'cart')],
      expected: [
        'IST0101 spec.http[0].delegate.name: VirtualService cart/cart-routes is not exported to the namespace "shop"',
      ],
    },
  ])('$title', ({ documents, expected }) => {
    expect(findings(...documents)).toEqual(expected)
  })
})

describe('a rule of a delegate that does not fit is told at its match', () => {
  test.each([
    {
      title: 'a path beside the root’s',
      above: 'uri: { prefix: /cart }',
      below: '{ uri: { prefix: /basket } }',
      expected:
        'match[0].uri.prefix: uri.prefix "/basket" does not fit under VirtualService shop/root, which delegates here (not under uri.prefix "/cart")',
    },
    {
      title: 'the second of its matches',
      above: 'uri: { prefix: /cart }',
      below: '{ uri: { prefix: /cart/1 } }, { uri: { regex: /cart/.* } }',
      expected:
        'match[1].uri.regex: uri.regex "/cart/.*" does not fit under VirtualService shop/root, which delegates here (not under uri.prefix "/cart")',
    },
    {
      title: 'a header of the same name',
      above: 'headers: { x-a: {} }',
      below: '{ headers: { x-a: { exact: b } } }',
      expected:
        'match[0].headers.x-a.exact: headers.x-a.exact "b" does not fit under VirtualService shop/root, which delegates here (not under `headers.x-a`)',
    },
    {
      title: 'what its root says and it does not',
      above: 'sourceNamespace: x',
      below: '{ uri: { prefix: / } }',
      expected:
        'match[0].sourceNamespace: no `sourceNamespace` does not fit under VirtualService shop/root, which delegates here (not under `sourceNamespace`)',
    },
  ])('$title', ({ above, below, expected }) => {
    const rule = `match: [{ ${above} }], delegate: { name: cart-routes }`
    expect(findings(root(rule), child(`match: [${below}], `))).toEqual([`SB5002 spec.http[0].${expected}`])
  })
})
