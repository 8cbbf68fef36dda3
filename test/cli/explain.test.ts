import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { pipeline } from '../../src/cli/folders/pipeline.ts'
import { run } from '../../src/cli/program.ts'
import type { World } from '../../src/cli/world.ts'
import { fakeWorld, temporaryFolder } from './fake-world.ts'
import { folderOf } from './folder-of.ts'
import { runCli } from './run-cli.ts'

const shipped = 'test/golden/article/in'

async function explain(...args: string[]) {
  return explainIn({}, ...args)
}

async function explainIn(world: Partial<World>, ...args: string[]) {
  const outside = fakeWorld()
  const status = await run(['explain', ...args], { ...outside, pipeline, ...world })
  return { status, ...outside.said() }
}

/** The table's name changes with its format; what is decided does not. */
const withoutTable = (text: string) => text.replace(/\ntable .*\n$/, '')

describe('for people', () => {
  test('a rewritten request, from its virtual host to its endpoints', async () => {
    const { status, out, err } = await explain('GET', 'http://reviews.example.com/wpcatalog/../wpcatalog/1?x', shipped)
    expect({ status, err }).toEqual({ status: 0, err: '' })
    expect(withoutTable(out)).toMatchInlineSnapshot(`
      "request   GET http reviews.example.com /wpcatalog/1 ?x   (path normalised: /wpcatalog/../wpcatalog/1 → /wpcatalog/1)
      listener  default   no Gateway serves the host
      vhost     reviews.example.com   exact
      tried     1 ✓ reviews-v2-routes   uri.prefix /wpcatalog   test/golden/article/in/reviews.yaml:15
      action    rewrite /wpcatalog → /newcatalog   ⇒ /newcatalog/1?x
      cluster   outbound|443|v2|reviews.prod.svc.cluster.local
      endpoints   https reviews-v2-a.example.net:443   weight 1, 50 %
                ⇒ https reviews-v2-b.example.net:443   weight 1, 50 %
      policy    no timeout · retries 2 on connect-failure,refused-stream,unavailable,cancelled (default)
      origin    x-forwarded-host: reviews.example.com
                x-forwarded-proto: http
                x-request-id: (a new UUID)
                x-signalbox-hop: 1
      result    GET https://reviews-v2-b.example.net:443/newcatalog/1?x   (route reviews-v2-routes)"
    `)
  })

  test('a weighted split, and the route that came before', async () => {
    const { out } = await explain('POST', 'https://shop.example.com/cart', shipped, '--random', '0.95', '-H', 'x-a: b')
    expect(withoutTable(out)).toMatchInlineSnapshot(`
      "request   POST https shop.example.com /cart   (path normalised: unchanged)
      listener  http.80   no listener on the port or of the scheme serves the host; the nearest other
      vhost     shop.example.com   exact
      tried     1 ✗ orders   uri.regex /orders/[0-9]+(/items)?   test/golden/article/in/shop/shop.yaml:15
                2 ✓ canary   any request                         test/golden/article/in/shop/shop.yaml:20
      action    forward
      split     draw 0.95
                     90 %   outbound|443|stable|shop.prod.svc.cluster.local
                ⇒    10 %   outbound|443|canary|shop.prod.svc.cluster.local
      endpoints ⇒ https shop-canary.example.net:443   weight 1, 100 %
      policy    no timeout · retries 2 on connect-failure,refused-stream,unavailable,cancelled (default)
      origin    x-a: b
                x-forwarded-host: shop.example.com
                x-forwarded-proto: https
                x-request-id: (a new UUID)
                x-signalbox-hop: 1
      result    POST https://shop-canary.example.net:443/cart   (route canary)"
    `)
  })

  test('a host that nobody serves, and the one that was meant', async () => {
    const { status, out } = await explain('GET', 'https://shop.exmaple.com/', shipped)
    expect(status).toBe(1)
    expect(withoutTable(out)).toMatchInlineSnapshot(`
      "request   GET https shop.exmaple.com /   (path normalised: unchanged)
      vhost     ✗ none on any listener for shop.exmaple.com
      nearest   host shop.example.com
      result    404 NR route_not_found"
    `)
  })

  test('a listener that is named and does not serve the host', async () => {
    const { status, out } = await explain('GET', '/', shipped, '-H', 'Host: shop.example.com', '--listener', 'default')
    expect(status).toBe(1)
    expect(withoutTable(out)).toMatchInlineSnapshot(`
      "request   GET http shop.example.com /   (path normalised: unchanged)
      listener  default   named by --listener; the host is served on http.80 too
      vhost     ✗ none on default for shop.example.com
      result    404 NR route_not_found"
    `)
  })

  test('a listener that lets in only who has a certificate', async () => {
    const { status, out } = await explain('GET', 'https://admin.example.com/', 'test/golden/client-certificates/in')
    expect(status).toBe(1)
    expect(withoutTable(out)).toMatchInlineSnapshot(`
      "request   GET https admin.example.com /   (path normalised: unchanged)
      listener  https.443.admin.edge.default   on the port of the request; the host is served on http.80 too
                ✗ it admits only clients with a verified certificate
      response  content-type: text/plain
      result    403 DPE client_certificate_required"
    `)
    const shown = ['--client', 'cert-verified=true']
    const letIn = await explain('GET', 'https://admin.example.com/', 'test/golden/client-certificates/in', ...shown)
    expect({ status: letIn.status, isAnswered: letIn.out.includes('result    200 ') }).toEqual({
      status: 0,
      isAnswered: true,
    })
  })

  test('what the runtime sends', async () => {
    const { out } = await explain('GET', 'http://reviews.example.com/', shipped, '--runtime', 'deno')
    expect(out).toContain('\norigin    host: reviews.example.com\n')
  })

  test('of many routes, those that tell something', async () => {
    const rule = (index: number) =>
      `  - match: [{ uri: { prefix: /r${index}/ }${index === 40 ? ', method: { exact: PUT }' : ''} }]
    directResponse: { status: ${200 + index} }`
    const rules = Array.from({ length: 90 }, (_, index) => rule(index + 1)).join('\n')
    const folder = await folderOf({ 'many.yaml': virtualService(`${rules}\n  - directResponse: { status: 404 }`) })
    const { out } = await explain('GET', 'http://a.example/r40/', folder)
    const tried = out.split('\n').filter(line => /^(?:tried| {10})/.test(line))
    expect(tried.map(line => line.slice(10).replace(folder, '').trimStart())).toMatchInlineSnapshot(`
      [
        "1 ✗ many.http[0]    uri.prefix /r1/              /many.yaml:7",
        "2 ✗ many.http[1]    uri.prefix /r2/              /many.yaml:9",
        "… 37 more",
        "40 ✗ many.http[39]   method exact "PUT" ≠ "GET"   /many.yaml:85",
        "… 48 more",
        "89 ✗ many.http[88]   uri.prefix /r89/             /many.yaml:183",
        "90 ✗ many.http[89]   uri.prefix /r90/             /many.yaml:185",
        "91 ✓ many.http[90]   any request                  /many.yaml:187",
      ]
    `)
  })

  test('what is known of the client', async () => {
    const { out } = await explain(
      'GET',
      'http://a.example/',
      shipped,
      '--client',
      'country=DE',
      '--client',
      'asn=64500',
    )
    expect(out).toContain('\nclient    country=DE asn=64500\n')
  })

  test('control characters of a request cannot steer the terminal', async () => {
    const { out } = await explain('GET', 'http://a.example/\u001b[31m', shipped)
    expect(out).not.toContain('\u001b')
    expect(out).toContain('\\x1b[31m')
  })

  test('colours are for terminals', async () => {
    const world = fakeWorld()
    const { terminal } = world
    const painted = { ...terminal, out: { ...terminal.out, color: true } }
    await run(['explain', 'GET', 'http://reviews.example.com/', shipped], { ...world, pipeline, terminal: painted })
    expect(world.said().out).toContain('\u001b[32m✓\u001b[0m')
  })
})

const virtualService = (rules: string) => `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: many }
spec:
  hosts: [a.example]
  http:
${rules}
`

describe('the exit status', () => {
  const gone = '  - route: [{ destination: { host: gone.example, port: { number: 80 } } }]'
  test.each([
    { title: '0: a route forwards', args: ['http://reviews.example.com/', shipped], status: 0 },
    { title: '1: no route', args: ['http://nobody.example/', shipped], status: 1 },
    { title: '1: a malformed head', args: ['http://reviews.example.com/%00', shipped], status: 1 },
    { title: '2: no such folder', args: ['http://a.example/', 'no/such/folder'], status: 2 },
    { title: '2: no such listener', args: ['http://a.example/', shipped, '--listener', 'http.81'], status: 2 },
    { title: '2: a header without a name', args: ['http://a.example/', shipped, '-H', 'x'], status: 2 },
    { title: '2: a header that cannot be sent', args: ['http://a.example/', shipped, '-H', 'x y: z'], status: 2 },
    { title: '2: a scheme that nobody serves', args: ['ftp://a.example/', shipped], status: 2 },
    { title: '2: a path without a host', args: ['/', shipped], status: 2 },
    {
      title: '1: no client certificate',
      args: ['https://admin.example.com/', 'test/golden/client-certificates/in'],
      status: 1,
    },
    {
      title: '2: a runtime that there is none of',
      args: ['http://a.example/', shipped, '--runtime', 'bun'],
      status: 2,
    },
    { title: '2: a draw of 1', args: ['http://a.example/', shipped, '--random', '1'], status: 2 },
    {
      title: '2: a fact that there is none of',
      args: ['http://a.example/', shipped, '--client', 'moon=full'],
      status: 2,
    },
  ])('$title', async ({ args, status }) => {
    const said = await explain('GET', ...args)
    expect(said.status).toBe(status)
    if (status === 2) expect({ out: said.out, isTold: said.err !== '' }).toEqual({ out: '', isTold: true })
  })

  test('1: a destination that nothing declares, though the routes are explained with their errors', async () => {
    const { status, out, err } = await explain(
      'GET',
      'http://a.example/',
      await folderOf({ 'a.yaml': virtualService(gone) }),
    )
    expect(status).toBe(1)
    expect(out).toContain('503 NC cluster_not_found')
    expect(err).toBe('note: 1 error in 1 file; signalbox check shows them\n')
  })

  test('2: routes that cannot be read, with what is wrong', async () => {
    const folder = await folderOf({ 'a.yaml': virtualService(gone).replace('hosts:', 'hots:') })
    const { status, out, err } = await explain('GET', 'http://a.example/', folder)
    expect({ status, out }).toEqual({ status: 2, out: '' })
    expect(err).toContain('SB2001')
  })

  test('3: the table and the reference differ, said loudly', async () => {
    const swapped: World['pipeline'] = {
      ...pipeline,
      compileRoutes(files, options) {
        const compiled = pipeline.compileRoutes(files, options)
        const { rib } = compiled
        if (!rib) return compiled
        const listeners = rib.listeners.map(listener => ({
          ...listener,
          virtualHosts: listener.virtualHosts.map(each => ({ ...each, routes: each.routes.toReversed() })),
        }))
        return { ...compiled, rib: { ...rib, listeners } }
      },
    }
    const said = await explainIn({ pipeline: swapped }, 'GET', 'http://reviews.example.com/wpcatalog', shipped)
    expect(said.status).toBe(3)
    expect(said.err).toContain('the compiled table and its reference differ')
    expect(said.err).toContain('route 1 (reviews-v2-routes); the reference gives')
    expect(said.out).toContain('reviews-v2-routes')
  })
})

test('--json is one object, also through a pipe', async () => {
  const { status, out, err } = await runCli('explain', 'GET', 'http://reviews.example.com/x', shipped, '--json')
  expect({ status, err }).toEqual({ status: 0, err: '' })
  expect(JSON.parse(out)).toMatchObject({
    version: 'decision.v1',
    outcome: { kind: 'forward', route: 'reviews-v1-route', listener: 'default', subset: 'v1', target: '/x' },
  })
})

test('the example in docs/decision-v1.md is what is printed', async () => {
  const page = await readFile('docs/decision-v1.md', 'utf8')
  const [, routes] = /```yaml\n(.*?)```/s.exec(page)!
  const [, command] = /```sh\nsignalbox explain (.*?)\n```/s.exec(page)!
  const [, example] = /```json\n(.*?)```/s.exec(page)!
  const folder = await temporaryFolder()
  await writeFile(join(folder, 'shop.yaml'), routes!)
  const args = [...command!.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => (quoted ?? bare)!)
  const { status, out, err } = await explain(...args.map(arg => arg.replace(/^routes$/, folder)))
  expect({ status, err }).toEqual({ status: 0, err: '' })
  const printed = JSON.parse(out.replaceAll(`${folder}/`, 'routes/'))
  expect(printed.table).toMatch(/^[0-9a-f]{64}$/)
  // The name of the table changes with its format, and says nothing of the shape.
  expect({ ...printed, table: '' }).toEqual({ ...JSON.parse(example!), table: '' })
})
