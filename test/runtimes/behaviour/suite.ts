import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sections } from './capabilities/index.ts'
import { type Capability, holdsOn, type Rule } from './capability.ts'
import { type Gateway, startGateway } from './gateway.ts'
import type { Runtime } from './outcome.ts'
import { Stage } from './stage.ts'

/**
 * Every rule that holds on a runtime, several at a time. Those that wait for a limit are played against a gateway whose
 * limits are short, all others against one whose limits nobody meets.
 */
export function playSuite(runtime: Runtime): void {
  const capabilities = sections.flatMap(section => section.capabilities)
  const asserted = capabilities.flatMap(capability =>
    capability.rules.filter(rule => holdsOn(rule, capability, runtime)).map(rule => ({ capability, rule })),
  )
  let gateway: Gateway
  let impatient: Gateway
  const begun = new Map<Rule, Promise<void>>()

  beforeAll(async () => {
    gateway = await startGateway(runtime, 'long')
    // workerd's limits are always its own.
    impatient = runtime === 'workerd' ? gateway : await startGateway(runtime, 'short')
    for (const { capability, rule } of asserted.filter(({ rule }) => rule.isLong)) {
      const playing = play(rule, capability, impatient)
      // It is awaited by its test.
      playing.catch(() => undefined)
      begun.set(rule, playing)
    }
  })
  afterAll(async () => {
    for (const each of new Set([gateway, impatient])) await each?.stop()
  })

  describe.concurrent(runtime, () => {
    for (const { capability, rule } of asserted) {
      test(`${capability.name}: ${rule.title}`, () => begun.get(rule) ?? play(rule, capability, gateway))
    }
  })

  test(`${runtime}: after all of that the gateway is there, and has met no fault of its own`, () => {
    for (const each of [gateway, impatient]) {
      expect(each.isAlive).toBe(true)
      expect(each.errors()).not.toContain('gateway fault')
    }
  })
}

async function play(rule: Rule, { outcomes }: Capability, gateway: Gateway): Promise<void> {
  const stage = new Stage(gateway, outcomes[gateway.runtime])
  try {
    await rule.test(stage)
  } finally {
    stage.clear()
  }
}
