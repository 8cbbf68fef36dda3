import { expect } from 'vitest'
import { capability, rule, type Section } from '../capability.ts'
import { everywhere, notSeen, refused, works } from '../outcome.ts'

/** Version 4. */
export const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

const told = [
  capability(
    'x-forwarded-for',
    everywhere,
    rule('it tells the address of the client', async stage => {
      const origin = stage.origin(arrival => arrival.answer(200))
      await stage.ask()
      expect((await origin.next()).values('x-forwarded-for')).toEqual(['127.0.0.1'])
    }),
    rule('what the client claims stands before it', async stage => {
      const origin = stage.origin(arrival => arrival.answer(200))
      await stage.ask({ lines: ['x-forwarded-for: 203.0.113.7', 'x-forwarded-for: 198.51.100.2'] })
      const told = (await origin.next()).values('x-forwarded-for').join(',').replaceAll(' ', '')
      expect(told).toBe('203.0.113.7,198.51.100.2,127.0.0.1')
    }),
  ),
  capability(
    'x-forwarded-proto',
    everywhere,
    rule('it tells the scheme, whatever the client claims', async stage => {
      const origin = stage.origin(arrival => arrival.answer(200))
      await stage.ask({ lines: ['x-forwarded-proto: https'] })
      expect((await origin.next()).values('x-forwarded-proto')).toEqual(['http'])
    }),
  ),
  capability(
    'x-forwarded-host',
    {
      workerd: works,
      node: notSeen('Host itself is kept; the client’s header is forwarded, as in Envoy'),
      deno: notSeen('Host itself is kept; the client’s header is forwarded, as in Envoy'),
    },
    rule(
      'it tells Host, whatever the client claims',
      async stage => {
        const origin = stage.origin(arrival => arrival.answer(200))
        await stage.ask({ lines: ['x-forwarded-host: other.test'] })
        expect((await origin.next()).values('x-forwarded-host')).toEqual([stage.host])
      },
      ['works'],
    ),
    rule(
      'it is not added',
      async stage => {
        const origin = stage.origin(arrival => arrival.answer(200))
        await stage.ask()
        expect((await origin.next()).values('x-forwarded-host')).toEqual([])
      },
      ['not seen'],
    ),
  ),
  capability(
    'x-request-id',
    everywhere,
    rule('every request has a fresh one, also where the client claims one', async stage => {
      const origin = stage.origin(arrival => arrival.answer(200))
      const client = stage.connect()
      await stage.askWhole({}, client)
      await stage.askWhole({ lines: ['x-request-id: mine'] }, client)
      const ids = [(await origin.next()).value('x-request-id'), (await origin.next()).value('x-request-id')]
      expect(ids).toEqual([expect.stringMatching(uuid), expect.stringMatching(uuid)])
      expect(new Set(ids).size).toBe(2)
    }),
    rule('it stays the same when the request is tried again', async stage => {
      let count = 0
      const origin = stage.origin(arrival => arrival.answer(count++ === 0 ? 503 : 200))
      expect((await stage.ask({ target: '/retried' })).status).toBe(200)
      const ids = origin.arrivals.map(arrival => arrival.value('x-request-id'))
      expect(ids).toEqual([expect.stringMatching(uuid), ids[0]])
    }),
  ),
  capability(
    'reserved headers for facts about the client',
    everywhere,
    rule('a client cannot set it, and no origin sees it', async stage => {
      const origin = stage.origin(arrival => arrival.answer(200))
      await stage.ask({ lines: ['x-signalbox-client-address: 192.0.2.1', 'cf-connecting-ip: 192.0.2.1'] })
      const arrival = await origin.next()
      expect(arrival.values('x-signalbox-client-address')).toEqual([])
      expect(arrival.values('x-forwarded-for')).toEqual(['127.0.0.1'])
    }),
  ),
  capability(
    'loops',
    { workerd: refused('508'), node: refused('508'), deno: refused('508') },
    rule('a request that comes back to the gateway ends with 508 in bounded hops', async stage => {
      const target = `/loop/${stage.host}`
      expect((await stage.askWhole({ target })).status).toBe(508)
      const passes = () => stage.gateway.entries.filter(({ path }) => path === target)
      await stage.logged()
      expect(passes().length).toBeLessThanOrEqual(16)
      expect(passes().every(({ response_code }) => response_code === 508)).toBe(true)
    }),
  ),
]

export const forwarded: Section = { title: 'What the origin receives', capabilities: told }
