import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sections } from './capabilities/index.ts'
import { type Capability, holdsOn, type Rule } from './capability.ts'
import { type Gateway, startGateway } from './gateway.ts'
import type { Runtime } from './outcome.ts'
import { Stage } from './stage.ts'

/** Every rule that holds on a runtime, played against one `signalbox serve`, several at a time. */
export function playSuite(runtime: Runtime): void {
  const capabilities = sections.flatMap(section => section.capabilities)
  const asserted = capabilities.flatMap(capability =>
    capability.rules.filter(rule => holdsOn(rule, capability, runtime)).map(rule => ({ capability, rule })),
  )
  let gateway: Gateway
  const begun = new Map<Rule, Promise<void>>()

  beforeAll(async () => {
    gateway = await startGateway(runtime)
    for (const { capability, rule } of asserted.filter(({ rule }) => rule.isLong)) {
      const playing = play(rule, capability, gateway)
      // It is awaited by its test.
      playing.catch(() => undefined)
      begun.set(rule, playing)
    }
  })
  afterAll(() => gateway?.stop())

  describe.concurrent(runtime, () => {
    for (const { capability, rule } of asserted) {
      test(`${capability.name}: ${rule.title}`, () => begun.get(rule) ?? play(rule, capability, gateway))
    }
  })

  test(`${runtime}: after all of that the gateway is there, and has met no fault of its own`, () => {
    expect(gateway.isAlive).toBe(true)
    expect(gateway.errors()).not.toContain('gateway fault')
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
