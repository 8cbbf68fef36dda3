import { expect, test } from 'vitest'
import { resource } from '../source-files.ts'
import { findings, found, virtualService } from './findings.ts'

const codes = ['IST0101'] as const
const answer = 'directResponse: { status: 204 }'

test('a gateway that a match names has to be declared, too', () => {
  const rules = `  - { match: [{ gateways: [edge] }, { gateways: [mesh, nowhere] }], ${answer} }`
  const told = findings(codes, [virtualService(rules)])
  expect(told).toEqual([expect.stringMatching(/^IST0101 a\.yaml:\d+:\d+ no Gateway is called "default\/nowhere"$/)])
})

test('a Gateway with a fault of which nothing can be saved is declared all the same', () => {
  const withoutTls = '  servers: [{ port: { number: 443, name: https, protocol: HTTPS }, hosts: ["*"] }]'
  const bound = resource('VirtualService', 'shop', `  hosts: [a.b]\n  gateways: [faulty]\n  http: [{ ${answer} }]`)
  expect(findings(['IST0101', 'SB2003'], [resource('Gateway', 'faulty', withoutTls), bound])).toEqual([
    expect.stringContaining('SB2003'),
  ])
})

test('a Gateway of another kind is not: nothing is served there', () => {
  const foreign = 'apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: { name: foreign }\n'
  const bound = virtualService(`  - { match: [{ gateways: [foreign] }], ${answer} }`)
  expect(findings(codes, [foreign, bound])).toEqual([expect.stringContaining('default/foreign')])
})

test.each(['front', 'front.istio-system', 'shop/front'])(
  '%s is probably the Gateway of that name elsewhere',
  written => {
    const front = resource(
      'Gateway',
      'front',
      '  servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: ["*"] }]',
    )
    const bound = virtualService(`    - ${answer}`).replace('[edge]', `[${written}]`)
    expect(found(codes, [front.replace('name: front', 'name: front, namespace: istio-system'), bound])).toMatchObject([
      { label: 'did you mean "istio-system/front"?', help: 'write istio-system/front' },
    ])
  },
)

test('a Gateway without a name may be any', () => {
  const nameless = 'apiVersion: networking.istio.io/v1\nkind: Gateway\nmetdata: { name: front }\nspec: {}\n'
  expect(findings(codes, [nameless, virtualService(`    - ${answer}`).replace('[edge]', '[front]')])).toEqual([])
})
