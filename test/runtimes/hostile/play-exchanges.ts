import { expect, test } from 'vitest'
import { testTimeoutMs } from '../../patience.ts'
import { playExchanges } from './exchanges.ts'
import { growthFaults } from './growth.ts'
import { startHostileGateway } from './hostile-gateway.ts'
import type { RuntimeName } from './runtimes.ts'

// 1500 in `npm run test:full`; far more were tried once: npm run test:hostile -- --runtime node --exchanges 100000
const count = Number(process.env.HOSTILE_EXCHANGES ?? 200)
const seed = Number(process.env.HOSTILE_SEED ?? 20261121)

/** Random ones of all that, several at a time. */
export function playRandomExchanges(runtime: RuntimeName): void {
  test(`${count} random exchanges: each is answered or closed in time, and nothing stays behind`, {
    timeout: testTimeoutMs + count * 20,
  }, async () => {
    const hostile = await startHostileGateway(runtime)
    try {
      const report = await playExchanges(hostile, { count, seed })
      expect(report.faults).toEqual([])
      expect(growthFaults(report, count)).toEqual([])
      // Were everything refused, the above would prove nothing.
      expect(report.outcomes.get('200')).toBeGreaterThan(count / 10)
    } finally {
      await hostile.stop()
    }
  })
}
