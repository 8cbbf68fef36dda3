import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { patienceMs } from '../../patience.ts'
import { leavingClients } from './client-cases.ts'
import { expectPlainRequestsServed } from './expect-served.ts'
import { type HostileGateway, startHostileGateway } from './hostile-gateway.ts'
import { openDescriptors } from './process-facts.ts'
import { talk } from './raw-client.ts'
import type { RuntimeName } from './runtimes.ts'

const clientsAtOnce = 12
/** Connections that the runtime keeps for the next request, which is no leak. */
const keptBound = 8

/** Clients that leave at every stage. */
export function playLeavingClients(runtime: RuntimeName): void {
  let hostile: HostileGateway
  let descriptorsBefore: number
  beforeAll(async () => {
    hostile = await startHostileGateway(runtime)
    await expectPlainRequestsServed(hostile)
    descriptorsBefore = openDescriptors(hostile.gateway.pid)
  })
  afterAll(async () => {
    expect(hostile.gateway.errors).not.toContain('gateway fault')
    expect(await hostile.stop()).toBe(0)
  })

  test.each(leavingClients)('$title', async ({ steps, misdeed }) => {
    const { gateway, origin } = hostile
    const target = '/misdeed/left'
    origin.onTarget(target, misdeed)
    const talks = await Promise.all(
      Array.from({ length: clientsAtOnce }, () => talk({ port: gateway.port, steps: steps(target), patienceMs })),
    )
    for (const { outcome, violation } of talks) {
      expect(violation).toBeUndefined()
      expect(outcome).not.toContain('late')
    }
    expect(await left(hostile)).toBeLessThanOrEqual(descriptorsBefore + keptBound)
    expect(origin.takeViolations()).toEqual([])
    origin.takeSeen()
    await expectPlainRequestsServed(hostile)
  })

  /** Descriptors that are open once there are as few as before, or once patience is over. */
  async function left({ gateway, origin }: HostileGateway): Promise<number> {
    const endMs = performance.now() + patienceMs
    for (;;) {
      const open = openDescriptors(gateway.pid)
      if (open <= descriptorsBefore + keptBound || performance.now() > endMs) return open
      origin.closeConnections()
      await pause(50)
    }
  }
}
