import type { Row } from './measure.ts'
import { nestedShape } from './shapes.ts'

/** What has to be reached, and what was. */
export interface Target {
  readonly what: string
  readonly limit: number
  readonly reached: number
  readonly isReached: boolean
}

const floorShare = 2
const growth = 5
const bytesLimit = 64
const openingShare = 2

/** The targets that the rows say something about. */
export function targetsOf(rows: readonly Row[]): Target[] {
  const own = rows.filter(({ contender }) => contender === 'signalbox')
  const of = (shape: string, rules: number, contender: string) =>
    rows.find(row => row.shape === shape && row.rules === rules && row.contender === contender)
  const atMost = (what: string, limit: number, reached: number) => ({
    what,
    limit,
    reached,
    isReached: reached <= limit,
  })
  const atLeast = (what: string, limit: number, reached: number) => ({
    what,
    limit,
    reached,
    isReached: reached >= limit,
  })
  const targets: Target[] = []
  for (const row of own) {
    const name = `${row.shape}, ${row.rules} rules`
    const floor = of(row.shape, row.rules, 'floor')
    if (floor) targets.push(atMost(`${name}: times the floor`, floorShare, row.nsPerDecision / floor.nsPerDecision))
    if (row.rules !== 100_000) continue
    const router = of(row.shape, row.rules, 'find-my-way')
    if (router) targets.push(atLeast(`${name}: faster than find-my-way`, 3, router.nsPerDecision / row.nsPerDecision))
    const walk = row.shape === 'path' ? of(row.shape, row.rules, 'linear') : undefined
    if (walk) targets.push(atLeast(`${name}: faster than the walk`, 1000, walk.nsPerDecision / row.nsPerDecision))
  }
  for (const [shape, all] of Map.groupBy(own, row => row.shape)) {
    const [least, most] = [all[0]!, all.at(-1)!]
    if (least === most) continue
    const span = `${shape}, ${most.rules} rules beside ${least.rules}`
    // Each prefix of a path that a rule has is a step: what must not grow is the time of one.
    const isStepwise = shape === nestedShape
    const timeOf = ({ nsPerDecision, rules }: Row) => (isStepwise ? nsPerDecision / rules : nsPerDecision)
    const what = isStepwise ? 'times for each of them' : 'times'
    if (shape !== 'path') targets.push(atMost(`${span}: ${what}`, growth, timeOf(most) / timeOf(least)))
    targets.push(atMost(`${span}: times to open`, openingShare, most.openMs! / least.openMs!))
    targets.push(atMost(`${shape}, ${most.rules} rules: bytes a rule`, bytesLimit, most.bytesPerRule!))
  }
  return targets
}

export function renderRow(row: Row): string {
  const { shape, rules, contender, nsPerDecision, nsSpread, bytesPerRule, openMs, firstMs } = row
  const micros = (ms: number) => `${(ms * 1000).toFixed(0)} µs`
  const time = `${nsPerDecision.toFixed(0)} (${nsSpread.map(each => each.toFixed(0)).join('..')}) ns`
  const size =
    bytesPerRule === undefined
      ? ''
      : `${bytesPerRule.toFixed(1)} bytes a rule, opens in ${micros(openMs!)}, first decision ${micros(firstMs!)}`
  return [shape.padEnd(23), String(rules).padStart(8), contender.padEnd(16), time.padEnd(34), size].join('  ').trimEnd()
}

export function renderTargets(targets: readonly Target[]): string {
  const lines = targets.map(
    ({ what, limit, reached, isReached }) =>
      `${isReached ? 'reached' : 'MISSED '} ${reached.toFixed(2).padStart(10)} of ${limit}: ${what}`,
  )
  return `\n${lines.join('\n')}\n`
}
