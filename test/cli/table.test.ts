import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { pipeline } from '../../src/cli/folders/pipeline.ts'
import { run } from '../../src/cli/program.ts'
import { formatVersion } from '../../src/fib/layout.ts'
import { fakeWorld } from './fake-world.ts'
import { folderOf } from './folder-of.ts'

async function cli(...args: string[]) {
  const outside = fakeWorld()
  const status = await run(args, { ...outside, pipeline })
  return { status, ...outside.said() }
}

const tenants = Array.from(
  { length: 20 },
  (_, index) =>
    `  - match: [{ uri: { prefix: /api/ }, headers: { x-tenant: { exact: t${index} } } }]\n    directResponse: { status: 200 }\n`,
)
const routes = `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: shop }
spec:
  hosts: [shop.example.com]
  http:
${tenants.join('')}  - match: [{ uri: { exact: /api/v2 } }]
    directResponse: { status: 201 }
  - match: [{ uri: { prefix: /api/v2 } }]
    directResponse: { status: 202 }
  - match: [{ uri: { regex: '/api/v[0-9]+/ping' } }]
    directResponse: { status: 203 }
`

async function tableOf(yaml: string): Promise<string> {
  const folder = await folderOf({ 'shop.yaml': yaml })
  const file = join(folder, 'table.fib')
  expect(await cli('compile', folder, '-o', file)).toMatchObject({ status: 0 })
  return file
}

const named = (text: string, file: string) => text.replaceAll(file, 'FILE').replace(/table [0-9a-f]{12}/, 'table NAME')

test('a table is told by its sections', async () => {
  const file = await tableOf(routes)
  const { status, out, err } = await cli('table', file)
  expect({ status, err }).toEqual({ status: 0, err: '' })
  const { length } = await readFile(file)
  const [head, counts, , ...sections] = named(out, file).trimEnd().split('\n')
  expect(head).toBe(`FILE   table NAME, format ${formatVersion}, ${length} bytes, ${Math.round(length / 23)} a route`)
  expect(counts).toBe('1 listener, 1 virtual host, 23 routes')
  const sizes = sections.map(line => Number(/^\w+ +(\d+) /.exec(line)?.[1]))
  // Sections start at multiples of 4.
  expect(length - sizes.reduce((sum, each) => sum + each)).toBeLessThan(4 * sizes.length)
  expect(sections.find(line => line.startsWith('routes'))).toMatch(/ 23 rows$/)
  expect(sections.find(line => line.startsWith('exactValues'))).toMatch(/ 20 of 2\d slots$/)
})

describe('the way of a request', () => {
  test('is told look by look', async () => {
    const file = await tableOf(routes)
    const args = ['GET', 'https://shop.example.com/api/v2/carts', '-H', 'x-tenant: t7']
    const { status, out } = await cli('table', file, ...args)
    expect(status).toBe(0)
    expect(out.slice(out.indexOf('request '))).toMatchInlineSnapshot(`
      "request   GET https shop.example.com /api/v2/carts
      listener  default
      vhost     shop.example.com   routes 0 to 22
      search    exact path "/api/v2/carts"   none
                prefix "/api/"               split by header x-tenant
                  value "t7"                 route 7 matches
                  rest                       none
                prefix "/api/v2"             from route 21 on: too late
                any path                     none
                regex "/api/v"               from route 22 on: too late
      result    route 7   shop.http[7]
      "
    `)
  })

  test('is told up to where it ends', async () => {
    const file = await tableOf(routes)
    const { out } = await cli('table', file, 'GET', 'http://other.example.com/')
    expect(out).toMatch(/\nlistener {2}none has a virtual host for it\n$/)
    const { out: unmatched } = await cli('table', file, 'GET', '/x', '-H', 'Host: shop.example.com')
    expect(unmatched).toMatch(/\nresult {4}no route matches\n$/)
  })

  test('is JSON for programs', async () => {
    const file = await tableOf(routes)
    const { out } = await cli('table', file, 'GET', 'http://shop.example.com/api/v2', '--json')
    expect(JSON.parse(out)).toMatchObject({
      formatVersion,
      routes: 23,
      search: { listener: 'default', virtualHost: 'shop.example.com', route: { row: 20 } },
    })
  })
})

describe('what is no table, or asks for nothing, is said', () => {
  test('a damaged one', async () => {
    const file = await tableOf(routes)
    const bytes = await readFile(file)
    bytes[bytes.length - 1]! ^= 1
    await writeFile(file, bytes)
    const { status, err } = await cli('table', file)
    expect(status).toBe(2)
    expect(err).toMatch(/: damaged: its content is [0-9a-f]{12}, and it is named [0-9a-f]{12}\n$/)
  })

  test.each([
    { title: 'another file', args: ['package.json'], says: 'error: package.json: not a Signalbox table' },
    { title: 'no file', args: ['nowhere.fib'], says: 'error: nowhere.fib: no such file or folder' },
    { title: 'half a request', args: ['package.json', 'GET'], says: "error: missing required argument 'url'" },
    {
      title: 'a wrong request',
      args: ['x', 'GET', 'ftp://a/'],
      says: 'error: "ftp://a/": only http and https are served',
    },
  ])('$title', async ({ args, says }) => {
    const { status, err } = await cli('table', ...args)
    expect(status).toBe(2)
    expect(err.split('\n')[0]).toBe(says)
  })
})
