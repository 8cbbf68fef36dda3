import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { patienceMs } from '../../patience.ts'
import { shortLimits, slowClients } from './client-cases.ts'
import { expectPlainRequestsServed } from './expect-served.ts'
import { type HostileGateway, startHostileGateway } from './hostile-gateway.ts'
import { plainFault } from './plain-request.ts'
import { talk } from './raw-client.ts'
import { runtimeNames } from './runtimes.ts'

// All at once: they only wait.
describe.concurrent.each(runtimeNames)('slow clients on %s', runtime => {
  let hostile: HostileGateway
  beforeAll(async () => {
    hostile = await startHostileGateway(runtime, shortLimits)
  })
  afterAll(async () => {
    expect(await hostile.stop()).toBe(0)
  })

  test.concurrent(`each is answered or closed, and the others are served meanwhile`, async () => {
    const { gateway, origin } = hostile
    const waiting = Promise.all(
      slowClients.map(async ({ title, steps, limitedOn }) => {
        if (!limitedOn.includes(runtime)) return undefined
        const due = title.includes('second') ? 2 : 1
        const { outcome, violation } = await talk({ port: gateway.port, steps: steps('/slow'), patienceMs, due })
        return outcome.includes('late') || violation !== undefined ? `${title}: ${violation ?? outcome}` : undefined
      }),
    )
    expect(await plainFault(gateway.port)).toBeUndefined()
    expect((await waiting).filter(fault => fault !== undefined)).toEqual([])
    origin.takeSeen()
    await expectPlainRequestsServed(hostile)
  })
})
