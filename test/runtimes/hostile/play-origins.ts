import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { patienceMs } from '../../patience.ts'
import { expectPlainRequestsServed } from './expect-served.ts'
import { type HostileGateway, startHostileGateway } from './hostile-gateway.ts'
import { hostileOrigins } from './origin-cases.ts'
import { talk } from './raw-client.ts'
import { host } from './routes.ts'
import type { RuntimeName } from './runtimes.ts'
import { write } from './steps.ts'

let caseCount = 0

/** Origins that answer what nobody should answer. */
export function playHostileOrigins(runtime: RuntimeName): void {
  let hostile: HostileGateway
  beforeAll(async () => {
    hostile = await startHostileGateway(runtime)
  })
  afterAll(async () => {
    expect(hostile.gateway.errors).not.toContain('gateway fault')
    expect(await hostile.stop()).toBe(0)
  })

  describe.each(Object.entries(hostileOrigins))('%s', (_name, cases) => {
    test.each(cases)('$title', async ({ misdeed, request, methods, allowed, body, lastsMs = 0 }) => {
      const { gateway, origin } = hostile
      const target = `/misdeed/${++caseCount}`
      origin.onTarget(target, misdeed)
      const told = await talk({ port: gateway.port, steps: request(target), patienceMs, ...(methods && { methods }) })
      expect(told.violation).toBeUndefined()
      expect(allowed).toContain(told.outcome)
      if (body !== undefined && told.outcome === '200') expect(told.answers[0]?.body.toString('latin1')).toBe(body)
      // workerd asks again by itself where a kept connection ends before a whole response head has come.
      const seen = origin.takeSeen().filter(each => each.target === target)
      expect(seen.length).toBeLessThanOrEqual(runtime === 'workerd' ? 2 : 1)
      await pause(lastsMs)
      await expectPlainRequestsServed(hostile)
    })
  })

  test('an origin that resets every connection', async () => {
    const steps = [write(`GET /resetting HTTP/1.1\r\nhost: ${host}\r\n\r\n`)]
    const told = await talk({ port: hostile.gateway.port, steps, patienceMs })
    expect(['502', '503', '504']).toContain(told.outcome)
    await expectPlainRequestsServed(hostile)
  })
}
