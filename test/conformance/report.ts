import type { Deviation } from './deviations.ts'
import type { Mismatch } from './mismatch.ts'
import type { Outcome } from './run-bundles.ts'

/** How many cases went which way. */
export interface Tally {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

/** `skipped` are the cases that a deviation covers, whatever came of them. */
export function tally(outcomes: readonly Outcome[]): Tally {
  const skipped = outcomes.filter(({ deviation }) => deviation !== undefined).length
  const failed = outcomes.filter(isFailure).length
  return { passed: outcomes.length - skipped - failed, failed, skipped }
}

export function isFailure({ mismatches, deviation }: Outcome): boolean {
  return deviation === undefined && mismatches.length > 0
}

/** The last line of every run. */
export function closingLine({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`
}

/** Deviations that cover cases of this run, none of which fails any more. */
export function staleDeviations(deviations: readonly Deviation[], outcomes: readonly Outcome[]): readonly string[] {
  return deviations
    .map(({ id }) => id)
    .filter(id => {
      const covered = outcomes.filter(({ deviation }) => deviation === id)
      return covered.length > 0 && covered.every(({ mismatches }) => mismatches.length === 0)
    })
}

/** A failure with everything that is not as it was recorded. */
export function describeFailure(outcome: Outcome): string {
  return [`FAIL ${outcome.bundle}: ${outcome.case}`, ...outcome.mismatches.map(describeMismatch)].join('\n')
}

function describeMismatch({ what, expected, got }: Mismatch): string {
  return `  ${what}: expected ${shown(expected)}, got ${shown(got)}`
}

function shown(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value)
  return text.length > 500 ? `${text.slice(0, 500)}…` : text
}

/** Cases by the features of their bundles, the most failures first. */
function byFeature(outcomes: readonly Outcome[]): ReadonlyMap<string, Tally> {
  const groups = new Map<string, Outcome[]>()
  for (const outcome of outcomes) {
    for (const feature of outcome.features) {
      const group = groups.get(feature)
      if (group) group.push(outcome)
      else groups.set(feature, [outcome])
    }
  }
  const tallies = [...groups].map(([feature, group]) => [feature, tally(group)] as const)
  return new Map(tallies.sort(([a, x], [b, y]) => y.failed - x.failed || (a < b ? -1 : 1)))
}

export function featureTable(outcomes: readonly Outcome[]): string {
  const rows = [...byFeature(outcomes)].filter(([, { failed }]) => failed > 0)
  if (rows.length === 0) return ''
  const width = Math.max(...rows.map(([feature]) => feature.length))
  const line = (feature: string, ...cells: (string | number)[]) =>
    [feature.padEnd(width), ...cells.map(cell => String(cell).padStart(7))].join(' ')
  return [
    line('feature', 'failed', 'passed', 'skipped'),
    ...rows.map(([feature, { failed, passed, skipped }]) => line(feature, failed, passed, skipped)),
  ].join('\n')
}

/** The whole run as one value, for other programs. */
export function jsonReport(outcomes: readonly Outcome[], deviations: readonly Deviation[]): object {
  return {
    ...tally(outcomes),
    stale: staleDeviations(deviations, outcomes),
    features: Object.fromEntries(byFeature(outcomes)),
    failures: outcomes
      .filter(isFailure)
      .map(({ bundle, case: name, mismatches }) => ({ bundle, case: name, mismatches })),
    skips: outcomes
      .filter(({ deviation }) => deviation !== undefined)
      .map(({ bundle, case: name, deviation, mismatches }) => ({
        bundle,
        case: name,
        deviation,
        fails: mismatches.length > 0,
      })),
  }
}
