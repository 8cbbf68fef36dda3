import { expect } from 'vitest'
import { type Answer, onlyValueOf } from '../message.ts'
import { adapted, capability, everywhere, rule, type Section, works } from '../outcome.ts'
import type { Stage } from '../stage.ts'

/** Which of the two origins answers. */
function twoOrigins(stage: Stage, statusOfMain = 200) {
  stage.origin(arrival => arrival.answer(statusOfMain, ['x-origin: main']))
  stage.origin(arrival => arrival.answer(200, ['x-origin: second']), 'second')
}

function valueIn({ lines }: Answer, name: string): string | undefined {
  return onlyValueOf(lines, name)
}

const choices = [
  capability(
    'an endpoint by a cookie that the client is given',
    {
      workerd: adapted('each request without the cookie is given one of its own; connections are not told apart'),
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
        twoOrigins(stage)
        const wire = stage.connect()
        const first = await stage.ask({ target: '/by-cookie' }, wire)
        const second = await stage.ask({ target: '/by-cookie' }, wire)
        expect(valueIn(second, 'set-cookie')).toBe(valueIn(first, 'set-cookie'))
        expect(valueIn(await stage.ask({ target: '/by-cookie' }), 'set-cookie')).not.toBe(valueIn(first, 'set-cookie'))
      },
      ['works'],
    ),
    rule(
      'each request is given another one',
      async stage => {
        twoOrigins(stage)
        const wire = stage.connect()
        const first = await stage.ask({ target: '/by-cookie' }, wire)
        const second = await stage.ask({ target: '/by-cookie' }, wire)
        expect(valueIn(second, 'set-cookie')).not.toBe(valueIn(first, 'set-cookie'))
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
]

export const balancing: Section = { title: 'Balancing', capabilities: choices }
