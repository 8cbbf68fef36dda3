import { expect } from 'vitest'
import { capability, rule, type Section } from '../capability.ts'
import { onlyValueOf } from '../message.ts'
import { everywhere, refused } from '../outcome.ts'
import { delayMs } from '../routes.ts'

const faults = [
  capability(
    'fault: delay',
    everywhere,
    rule('the request is held back, then served: DI', async stage => {
      stage.origin(async arrival => arrival.answer(200, [], await arrival.body.all()))
      const startMs = performance.now()
      expect(await stage.told({ method: 'POST', target: '/delayed', body: 'abc' })).toBe('200 abc')
      expect(performance.now() - startMs).toBeGreaterThan(delayMs * 0.9)
      expect(await stage.verdict()).toBe('200 DI')
    }),
  ),
  capability(
    'fault: abort',
    {
      workerd: refused('the status of the rule'),
      node: refused('the status of the rule'),
      deno: refused('the status of the rule'),
    },
    rule('the client gets the status of the rule, and no origin is asked: FI', async stage => {
      const origin = stage.origin(arrival => arrival.answer(200))
      expect((await stage.askWhole({ target: '/aborted' })).status).toBe(418)
      expect(origin.arrivals).toHaveLength(0)
      expect(await stage.verdict()).toBe('418 FI')
    }),
  ),
  capability(
    'CORS',
    everywhere,
    rule('a preflight is answered here', async stage => {
      const origin = stage.origin(arrival => arrival.answer(200))
      const lines = ['origin: https://page.test', 'access-control-request-method: PUT']
      const answer = await stage.askWhole({ method: 'OPTIONS', target: '/shared', lines })
      expect(answer.status).toBe(200)
      expect(onlyValueOf(answer.lines, 'access-control-allow-origin')).toBe('https://page.test')
      expect(onlyValueOf(answer.lines, 'access-control-allow-methods')).toBe('PUT')
      expect(onlyValueOf(answer.lines, 'access-control-allow-headers')).toBe('x-token')
      expect(onlyValueOf(answer.lines, 'access-control-allow-credentials')).toBe('true')
      expect(onlyValueOf(answer.lines, 'access-control-max-age')).toBe('3600')
      expect(origin.arrivals).toHaveLength(0)
    }),
    rule('the answer to the real request says who may read it', async stage => {
      stage.origin(arrival => arrival.answer(200, [], 'ok'))
      const answer = await stage.askWhole({ method: 'PUT', target: '/shared', lines: ['origin: https://page.test'] })
      expect(`${answer.status} ${answer.content}`).toBe('200 ok')
      expect(onlyValueOf(answer.lines, 'access-control-allow-origin')).toBe('https://page.test')
    }),
  ),
]

export const localAnswers: Section = { title: 'Injected faults and CORS', capabilities: faults }
