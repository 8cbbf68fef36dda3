import { expect } from 'vitest'
import { capability, rule, type Section } from '../capability.ts'
import { type Answer, onlyValueOf } from '../message.ts'
import { adapted, everywhere, works } from '../outcome.ts'
import { delayMs } from '../routes.ts'
import type { Stage } from '../stage.ts'

/** Which of the two origins answers. */
function twoOrigins(stage: Stage, statusOfMain = 200) {
  stage.origin(arrival => arrival.answer(statusOfMain, ['x-origin: main']))
  stage.origin(arrival => arrival.answer(200, ['x-origin: second']), 'second')
}

function valueIn({ lines }: Answer, name: string): string | undefined {
  return onlyValueOf(lines, name)
}

/** The cookies that two requests without one are given, one after the other on the same connection. */
async function cookiesOnOneConnection(stage: Stage): Promise<readonly (string | undefined)[]> {
  twoOrigins(stage)
  const wire = stage.connect()
  const first = await stage.ask({ target: '/by-cookie' }, wire)
  const second = await stage.ask({ target: '/by-cookie' }, wire)
  return [first, second].map(answer => valueIn(answer, 'set-cookie'))
}

const choices = [
  capability(
    'an endpoint by a cookie that the gateway sets',
    {
      workerd: adapted('each request without the cookie gets a new one; connections are not distinguished'),
      node: works,
      deno: works,
    },
    rule('it leads back to its endpoint', async stage => {
      twoOrigins(stage)
      const first = await stage.ask({ target: '/by-cookie' })
      const given = valueIn(first, 'set-cookie')!
      expect(given).toMatch(/^sid="[0-9a-f]{16}"; Max-Age=60; Path=\/by-cookie; HttpOnly$/)
      for (let count = 0; count < 8; count++) {
        const again = await stage.ask({ target: '/by-cookie', lines: [`cookie: ${given.split(';')[0]}`] })
        expect([valueIn(again, 'x-origin'), valueIn(again, 'set-cookie')]).toEqual([
          valueIn(first, 'x-origin'),
          undefined,
        ])
      }
    }),
    rule(
      'on one connection it is the same one',
      async stage => {
        const [first, second] = await cookiesOnOneConnection(stage)
        expect(second).toBe(first)
        expect(valueIn(await stage.ask({ target: '/by-cookie' }), 'set-cookie')).not.toBe(first)
      },
      ['works'],
    ),
    rule(
      'each request is given another one',
      async stage => {
        const [first, second] = await cookiesOnOneConnection(stage)
        expect(second).not.toBe(first)
      },
      ['adapted'],
    ),
  ),
  capability(
    'outlier detection',
    everywhere,
    rule('who has failed is asked no more', async stage => {
      twoOrigins(stage, 500)
      const origins = new Set<string | undefined>()
      // Who of the two is asked first is chance; so often in a row, it is not the same one.
      for (let count = 0; count < 60 && !origins.has('main'); count++) {
        origins.add(valueIn(await stage.ask({ target: '/without-outliers' }), 'x-origin'))
      }
      expect(origins).toContain('main')
      for (let count = 0; count < 12; count++) {
        expect(valueIn(await stage.ask({ target: '/without-outliers' }), 'x-origin')).toBe('second')
      }
    }),
  ),
  capability(
    'outlier detection: clients that disconnect',
    everywhere,
    ...[100_000, 2_000_000].map(bytes =>
      rule(`an upload of ${bytes} bytes that its client breaks off is not the endpoint’s fault`, async stage => {
        const origin = stage.origin(async arrival => {
          await arrival.body.all()
          await arrival.answer(200, [], 'ok')
        })
        for (const how of ['close', 'reset'] as const) {
          const wire = stage.connect()
          wire.write(stage.head({ method: 'POST', target: '/uploaded', lines: [`content-length: ${bytes}`] }))
          wire.write('begin')
          await origin.next()
          wire[how]()
        }
        await stage.logged(2)
        expect(await stage.told({ target: '/uploaded' })).toBe('200 ok')
      }),
    ),
  ),
  capability(
    'circuit breakers of a cluster',
    everywhere,
    rule('one more waits for its turn; those for which there is no room are answered 503', async stage => {
      const origin = stage.origin()
      const first = stage.told({ target: '/one-at-a-time/1' })
      const held = await origin.next()
      const second = stage.told({ target: '/one-at-a-time/2' })
      // Which of the two comes first at the gateway is chance; one of them waits, and the other one is told at once.
      const third = stage.told({ target: '/one-at-a-time/3' })
      const refused = await Promise.race([second, third])
      expect(refused).toMatch(/^503/)
      expect(origin.arrivals).toHaveLength(1)
      await held.answer(200, ['connection: close'], 'first')
      held.wire.end()
      expect(await first).toBe('200 first')
      const next = await origin.next()
      await next.answer(200, ['connection: close'], 'next')
      next.wire.end()
      expect([await second, await third].sort()).toEqual(['200 next', refused].sort())
      const entry = await stage.loggedAs(({ path, response_code }) => {
        return path.startsWith('/one-at-a-time') && response_code === 503
      })
      expect([entry.response_flags, entry.response_code_details]).toEqual([
        'UO',
        'upstream_reset_before_response_started{overflow}',
      ])
    }),
    rule('one that has no time left gives its turn up', async stage => {
      const origin = stage.origin()
      const first = stage.told({ target: '/in-turn/1' })
      const held = await origin.next()
      expect(await stage.told({ target: '/in-turn-for-a-moment' })).toMatch(/^504/)
      const third = stage.told({ target: '/in-turn/3' })
      await held.answer(200, ['connection: close'], 'first')
      held.wire.end()
      expect(await first).toBe('200 first')
      const next = await origin.next()
      expect(next.target).toBe('/in-turn/3')
      await next.answer(200, ['connection: close'], 'third')
      next.wire.end()
      expect(await third).toBe('200 third')
    }),
    rule('a client that is gone gives its turn back, wherever its request was', async stage => {
      const origin = stage.origin()
      const left = stage.connect()
      left.write(stage.head({ target: '/left/sent' }))
      await origin.next()
      const waiting = stage.connect()
      waiting.write(stage.head({ target: '/left/waiting' }))
      const delayed = stage.connect()
      delayed.write(stage.head({ target: '/left-in-delay' }))
      await new Promise(resolve => setTimeout(resolve, delayMs / 2))
      for (const wire of [delayed, waiting]) wire.reset()
      await stage.logged(2)
      left.reset()
      await stage.logged(3)
      for (let count = 0; count < 3; count++) {
        const asked = stage.told({ target: `/left/${count}` })
        const arrival = await origin.next()
        expect(arrival.target).toBe(`/left/${count}`)
        await arrival.answer(200, ['connection: close'], 'ok')
        arrival.wire.end()
        expect(await asked).toBe('200 ok')
      }
    }),
    rule('what is too much to be tried again is handed on', async stage => {
      const origin = stage.origin()
      // It holds the only place for tries.
      const trying = stage.told({ target: '/sparsely-retried/1' })
      const failed = await origin.next()
      await failed.answer(503, ['connection: close'])
      failed.wire.end()
      const again = await origin.next()
      const second = stage.told({ target: '/sparsely-retried/2' })
      const other = await origin.next()
      await other.answer(503, ['connection: close'], 'busy')
      other.wire.end()
      expect(await second).toBe('503 busy')
      await again.answer(200, ['connection: close'], 'again')
      again.wire.end()
      expect(await trying).toBe('200 again')
      const entry = await stage.loggedAs(({ path }) => path === '/sparsely-retried/2')
      expect(entry.response_flags).toBe('UO')
    }),
  ),
]

export const balancing: Section = { title: 'Balancing', capabilities: choices }
