import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { patienceMs } from '../../patience.ts'
import { expectPlainRequestsServed } from './expect-served.ts'
import { type HostileGateway, startHostileGateway } from './hostile-gateway.ts'
import { talk } from './raw-client.ts'
import { hostileRequests } from './request-cases.ts'
import type { RuntimeName } from './runtimes.ts'

/** The answer to a smuggled request would come within this. */
const lingerMs = 40

let caseCount = 0

/** Clients that send what nobody should send. */
export function playHostileRequests(runtime: RuntimeName): void {
  let hostile: HostileGateway
  beforeAll(async () => {
    hostile = await startHostileGateway(runtime)
  })
  afterAll(async () => {
    expect(hostile.gateway.errors).not.toContain('gateway fault')
    expect(await hostile.stop()).toBe(0)
  })

  describe.each(Object.entries(hostileRequests))('%s', (_name, cases) => {
    test.each(cases)('$title', async ({ steps, allowed, methods, atMost = 1, due = 1, isIntact = () => true }) => {
      const { gateway, origin } = hostile
      const target = `/hostile/${++caseCount}/`
      const told = await talk({
        port: gateway.port,
        steps: steps(target),
        patienceMs,
        lingerMs,
        due,
        ...(methods && { methods }),
      })
      expect(told.violation).toBeUndefined()
      expect(allowed).toContain(told.outcome)
      expect(origin.takeViolations()).toEqual([])
      const all = origin.takeSeen()
      if (atMost === 1) expect(all.filter(({ target }) => target.startsWith('/smuggled'))).toEqual([])
      // What a broken-off request of another case left may arrive late.
      const seen = all.filter(each => each.target.startsWith(target))
      expect(seen.every(isIntact)).toBe(true)
      // What is refused may have reached the origin in part, but never as if it were whole.
      if (!allowed.some(outcome => outcome.includes('200')))
        expect(seen.filter(({ body }) => body !== undefined)).toEqual([])
      expect(seen.length).toBeLessThanOrEqual(atMost)
      await expectPlainRequestsServed(hostile)
    })
  })
}
