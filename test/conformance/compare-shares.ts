import { originOf } from './answering-origin.ts'
import type { Circumstances } from './circumstances.ts'
import type { Mismatch } from './mismatch.ts'
import type { Observation } from './play-case.ts'
import type { Expectation, RecordedCase, Shares } from './recording.ts'
import { chiSquareProbability, falseAlarm, sameShareProbability } from './statistics.ts'

type Counts = Readonly<Record<string, number>>

/** Compares a case of many requests: which statuses, which origins, and how often. */
export function compareShares(
  { repeat = 1, expect, kind = 'http' }: RecordedCase,
  { exchanges, hits }: Observation,
  { isHashed }: Circumstances,
): readonly Mismatch[] {
  const statuses = countBy(exchanges, each => (each.kind === 'answered' ? each.status : each.kind))
  const served = countBy(exchanges, each => originOf(each, hits) ?? 'none')
  const mismatches: Mismatch[] = []
  const check = (what: string, expected: Shares, got: Counts, isRight: boolean) => {
    if (!isRight) mismatches.push({ what, expected, got: sharesOf(got, repeat) })
  }
  if (expect.statuses && kind !== 'tcp') {
    check('statuses', expect.statuses, statuses, isLike(expect.statuses, statuses, repeat, expect))
  }
  if (expect.distribution) {
    const expected = expect.expectedWeights ?? expect.distribution
    check('distribution', expected, served, isDistributedLike(expect, served, repeat, isHashed))
  }
  if (expect.hitsPerRequest && !expect.originAnyOf) {
    const counts = countBy(hits, hit => hit.port)
    check('hits a request', expect.hitsPerRequest, counts, isLike(expect.hitsPerRequest, counts, repeat, expect))
  }
  return mismatches
}

function isDistributedLike(expect: Expectation, served: Counts, total: number, isHashed: boolean): boolean {
  const ports = Object.keys(served)
  if (expect.originAnyOf) return ports.length === 1 && expect.originAnyOf.includes(Number(ports[0]))
  if (expect.expectedWeights) return chiSquareProbability(served, expect.expectedWeights) >= falseAlarm
  const recorded = expect.distribution!
  // One key of a consistent hash is one endpoint; which one is arbitrary.
  if (isHashed && recorded[ports[0]!] === undefined && isOnePort(recorded))
    return ports.length === 1 && ports[0] !== 'none'
  if (!isLike(recorded, served, total, expect)) return false
  // Endpoints may be picked in many ways; how often the gateway answers by itself is what the configuration says.
  const none = Math.round((recorded.none ?? 0) * total)
  return sameShareProbability(none, total, served.none ?? 0, total) >= falseAlarm
}

function isOnePort(recorded: Shares): boolean {
  return Object.values(recorded).length === 1 && !('none' in recorded)
}

/**
 * Whether counts are like the recorded shares. A sample: nothing that was not recorded, and nothing missing that would
 * be missing by chance once in a million. Else: whole numbers exactly, and shares as another sample of the same ones.
 */
function isLike(recorded: Shares, counts: Counts, total: number, { sample }: Expectation): boolean {
  if (Object.keys(counts).some(key => !(key in recorded))) return false
  return Object.entries(recorded).every(([key, share]) => {
    const count = counts[key] ?? 0
    if (sample) return count > 0 || (1 - Math.min(share, 1)) ** total >= falseAlarm
    if (Number.isInteger(share)) return count === share * total
    return sameShareProbability(Math.round(share * total), total, count, total) >= falseAlarm
  })
}

function countBy<Value>(values: readonly Value[], keyOf: (value: Value) => string | number): Counts {
  const counts: Record<string, number> = {}
  for (const value of values) {
    const key = String(keyOf(value))
    counts[key] = (counts[key] ?? 0) + 1
  }
  return counts
}

function sharesOf(counts: Counts, total: number): Shares {
  return Object.fromEntries(Object.entries(counts).map(([key, count]) => [key, Number((count / total).toFixed(4))]))
}
