import { expect } from 'vitest'
import { capability, rule, type Section } from '../capability.ts'
import { adapted, everywhere, refused, works } from '../outcome.ts'

const kept = [
  '/a%2Fb',
  '//x',
  '/a//b/',
  '/;p=1/x;q',
  '/?',
  '/x?',
  '/x?a=%20+&b=c%2Fd&&=',
  '/x?q=../..&r=//y',
  '/~user/%E2%82%AC',
  "/a!$&'()*+,=:@b",
  '/x?a|b^`{}[]\\',
  '/x?%zz',
]

const places = [
  capability(
    'the raw target',
    everywhere,
    ...kept.map(target =>
      rule(`the origin is asked for ${target}`, async stage => {
        const origin = stage.origin(arrival => arrival.answer(200))
        expect((await stage.ask({ target })).status).toBe(200)
        expect((await origin.next()).target).toBe(target)
      }),
    ),
    rule('an absolute target is asked for by its path and its authority', async stage => {
      const origin = stage.origin(arrival => arrival.answer(200))
      expect((await stage.ask({ target: `http://${stage.host}/x?y` })).status).toBe(200)
      expect((await origin.next()).target).toBe('/x?y')
    }),
  ),
  capability(
    'characters that no URL has',
    { workerd: refused('400, by workerd itself'), node: works, deno: works },
    rule(
      'quotes and angle brackets in a query reach the origin',
      async stage => {
        const origin = stage.origin(arrival => arrival.answer(200))
        expect((await stage.ask({ target: '/x?"<>' })).status).toBe(200)
        expect((await origin.next()).target).toBe('/x?"<>')
      },
      ['works'],
    ),
    ...['"', '<', '>'].map(character =>
      rule(
        `a query with ${character} is refused and reaches nobody`,
        async stage => {
          const origin = stage.origin(arrival => arrival.answer(200))
          expect((await stage.askWhole({ target: `/x?${character}` })).status).toBe(400)
          expect(origin.arrivals).toHaveLength(0)
        },
        ['refused'],
      ),
    ),
    rule('spaces, control characters and bytes beyond ASCII are refused everywhere: 400', async stage => {
      const origin = stage.origin(arrival => arrival.answer(200))
      for (const target of ['/a b', '/x?a b', '/a\u0001', '/caf\xe9', '/a\u007f']) {
        expect([target, (await stage.ask({ target })).status]).toEqual([target, 400])
      }
      expect(origin.arrivals).toHaveLength(0)
    }),
  ),
  capability(
    'Host',
    { workerd: adapted('sent as `x-forwarded-host`: fetch takes Host from the URL'), node: works, deno: works },
    rule(
      'the origin is asked for the Host that the client named',
      async stage => {
        const origin = stage.origin(arrival => arrival.answer(200))
        await stage.ask()
        expect((await origin.next()).values('host')).toEqual([stage.host])
      },
      ['works'],
    ),
    rule(
      'the origin is told it in x-forwarded-host',
      async stage => {
        const origin = stage.origin(arrival => arrival.answer(200))
        await stage.ask()
        expect((await origin.next()).values('x-forwarded-host')).toEqual([stage.host])
      },
      ['adapted'],
    ),
  ),
]

const methods = [
  capability(
    'methods of HTTP and WebDAV',
    everywhere,
    ...['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND', 'REPORT', 'SEARCH'].map(method =>
      rule(`${method} reaches the origin`, async stage => {
        const origin = stage.origin(arrival => arrival.answer(200, [], 'ok'))
        expect(await stage.told({ method })).toBe('200 ok')
        expect((await origin.next()).method).toBe(method)
      }),
    ),
  ),
  capability(
    'unregistered methods',
    {
      workerd: refused('501, by workerd itself'),
      node: refused('400, by Node’s parser'),
      deno: refused('400, by Deno’s parser'),
    },
    rule(
      'FOO reaches the origin',
      async stage => {
        const origin = stage.origin(arrival => arrival.answer(200, [], 'ok'))
        expect(await stage.told({ method: 'FOO' })).toBe('200 ok')
        expect((await origin.next()).method).toBe('FOO')
      },
      ['works'],
    ),
    rule(
      'FOO is refused and reaches nobody',
      async stage => {
        const origin = stage.origin(arrival => arrival.answer(200))
        const { status } = await stage.askWhole({ method: 'FOO' })
        expect(status).toBe(stage.runtime === 'workerd' ? 501 : 400)
        expect(origin.arrivals).toHaveLength(0)
      },
      ['refused'],
    ),
  ),
  capability(
    'TRACE',
    everywhere,
    rule('it reaches the origin like any method', async stage => {
      const origin = stage.origin(arrival => arrival.answer(200, [], 'ok'))
      expect(await stage.told({ method: 'TRACE' })).toBe('200 ok')
      expect((await origin.next()).method).toBe('TRACE')
    }),
  ),
  capability(
    'OPTIONS *',
    { workerd: refused('404 `NR`'), node: refused('404 `NR`'), deno: refused('404 `NR`') },
    rule('it asks for no path, so no route serves it', async stage => {
      const origin = stage.origin(arrival => arrival.answer(200))
      expect((await stage.askWhole({ method: 'OPTIONS', target: '*' })).status).toBe(404)
      expect(origin.arrivals).toHaveLength(0)
      expect(await stage.verdict()).toBe('404 NR')
    }),
  ),
  capability(
    'CONNECT',
    {
      workerd: refused('500, by workerd itself'),
      node: refused('404, as Envoy has it'),
      deno: refused('404, as Envoy has it'),
    },
    rule('no tunnel is opened: it is refused and reaches nobody', async stage => {
      const origin = stage.origin(arrival => arrival.answer(200))
      const { status } = await stage.ask({ method: 'CONNECT', target: `${stage.host}:80` })
      expect(status).toBe(stage.runtime === 'workerd' ? 500 : 405)
      expect(origin.arrivals).toHaveLength(0)
    }),
  ),
]

export const targets: Section = { title: 'Targets, Host and methods', capabilities: [...places, ...methods] }
