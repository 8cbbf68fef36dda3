import { describe, expect, test } from 'vitest'
import { compileRoutes } from '../../src/control-plane/compile-routes.ts'
import { openTable } from '../../src/fib/view.ts'
import { documents, resource, serviceEntry, sourceFiles } from './source-files.ts'

const toOrigin = `
  hosts: [a.example.com]
  http:
    - match: [{ uri: { prefix: /a } }]
      route: [{ destination: { host: a.internal.example } }]
`
const one = resource('VirtualService', 'one', toOrigin)
const two = resource('VirtualService', 'two', toOrigin.replaceAll('a.example.com', 'b.example.com'))
const origin = serviceEntry('a.internal.example', 'a-1.example.net', 'a-2.example.net')

function bytesOf(texts: Record<string, string>): Uint8Array {
  const { table, diagnostics } = compileRoutes(sourceFiles(texts))
  expect(diagnostics).toEqual([])
  return table!
}

describe('the same routes are the same bytes', () => {
  const table = bytesOf({ 'a.yaml': documents(one, two, origin) })
  test.each([
    { title: 'in another order', texts: { 'a.yaml': documents(origin, two, one) } },
    { title: 'spread over files and folders', texts: { 'z.yaml': one, 'x/y.yaml': two, 'b.yml': origin } },
    {
      title: 'with comments and other white space',
      texts: { 'a.yaml': `# routes\n\n${documents(one, two, origin)}\n\n` },
    },
    { title: 'with Windows line ends', texts: { 'a.yaml': documents(one, two, origin).replaceAll('\n', '\r\n') } },
  ])('$title', ({ texts }) => {
    expect(bytesOf(texts)).toEqual(table)
  })

  test('and other routes are others', () => {
    expect(bytesOf({ 'a.yaml': documents(one, two.replace('/a', '/b'), origin) })).not.toEqual(table)
  })
})

describe('a table is made', () => {
  test('although a reference names nothing: Istio would answer 503', () => {
    const { table, diagnostics } = compileRoutes(sourceFiles({ 'a.yaml': one }))
    expect(diagnostics.map(({ code, severity }) => `${severity} ${code}`)).toEqual(['error IST0101'])
    expect(openTable(table!).routeCount).toBe(1)
  })

  test('but not from text that breaks the schema', () => {
    const { table, diagnostics } = compileRoutes(
      sourceFiles({ 'a.yaml': documents(one.replace('prefix', 'perfix'), origin) }),
    )
    expect(diagnostics.map(({ code }) => code)).toEqual(['SB2001'])
    expect(table).toBeUndefined()
  })
})

test('a fault in one place hides none in another', () => {
  const { diagnostics } = compileRoutes(
    sourceFiles({
      'a.yaml': documents(one.replace('prefix', 'perfix').replace('a.internal.example', 'b.internal.example'), origin),
      'b.yaml': 'a: [\n',
      'c.yaml': two.replace('a.internal.example', 'c.internal.example'),
    }),
  )
  const places = diagnostics.map(({ code, span }) => `${code} ${span?.file}`).sort()
  expect(places).toEqual(['IST0101 a.yaml', 'IST0101 c.yaml', 'SB1001 b.yaml', 'SB2001 a.yaml'])
})

test('a host that becomes longer than DNS has names is served to nobody, and breaks nothing', () => {
  const long = one
    .replace('name: one', `name: one, namespace: ${'n'.repeat(300)}`)
    .replace('[a.example.com]', '[shop, a.example.com]')
  const { table } = compileRoutes(sourceFiles({ 'a.yaml': documents(long, origin) }))
  expect(openTable(table!).virtualHostCount).toBe(1)
})
