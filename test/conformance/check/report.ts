import { placeOf } from '../../../src/diagnostics/render.ts'
import { visible } from '../../../src/diagnostics/visible.ts'
import { type CheckOutcome, isFailure } from './judge-case.ts'

/** Of the mistakes that people wrote for this corpus, in percent: what `istioctl validate` and `analyze` find. */
const istioShares = { caught: 81, line: 57 } as const

/** A failure: what was expected, what was said instead, and all findings. */
export function describeFailure(outcome: CheckOutcome): string {
  const { case: each, verdict } = outcome
  return [
    `FAIL ${each.name}: expected ${each.verdict}, got ${verdict}${expectedPlace(outcome)}`,
    `  (${each.why})`,
    ...described(outcome),
  ].join('\n')
}

/** A right verdict whose findings are all on other lines than the case names. */
export function describeWrongLine(outcome: CheckOutcome): string {
  return [
    `LINE ${outcome.case.name}: expected ${outcome.case.verdict}${expectedPlace(outcome)}`,
    ...described(outcome),
  ].join('\n')
}

function expectedPlace({ case: { where } }: CheckOutcome): string {
  if (where?.line === undefined) return ''
  return ` at ${where.file === undefined ? 'line ' : `${where.file}:`}${where.line}`
}

function described({ findings }: CheckOutcome): string[] {
  if (findings.length === 0) return ['  no findings']
  return findings.map(
    ({ severity, code, span, message }) =>
      `  ${severity}[${code}]${span ? ` ${placeOf(span)}` : ''}: ${visible(message)}`,
  )
}

/** Passed and failed by class, and how many lines are right of those that cases name. */
export function classTable(outcomes: readonly CheckOutcome[]): string {
  const classes = [...Map.groupBy(outcomes, ({ case: each }) => each.class)].sort(([a], [b]) => (a < b ? -1 : 1))
  const width = Math.max(...classes.map(([name]) => name.length), 'class'.length)
  const line = (name: string, ...cells: (string | number)[]) =>
    [name.padEnd(width), ...cells.map(cell => String(cell).padStart(11))].join(' ')
  return [
    line('class', 'passed', 'failed', 'lines right', 'lines wrong'),
    ...classes.map(([name, group]) => {
      const { passed, failed } = tally(group)
      const { right, wrong } = tallyLines(group)
      return line(name, passed, failed, right, wrong)
    }),
  ].join('\n')
}

export function tally(outcomes: readonly CheckOutcome[]) {
  const failed = outcomes.filter(isFailure).length
  return { passed: outcomes.length - failed, failed, skipped: 0 }
}

/** How many of the rejects and warnings have a finding on the line that their case names. */
export function tallyLines(outcomes: readonly CheckOutcome[]) {
  const right = outcomes.filter(({ isLineRight }) => isLineRight === true).length
  const wrong = outcomes.filter(({ isLineRight }) => isLineRight === false).length
  return { right, wrong }
}

/** The mistakes that people wrote for this corpus: how many, and which shares are caught and have the right line. */
export function ownMistakes(outcomes: readonly CheckOutcome[]) {
  const mistakes = outcomes.filter(({ case: each }) => each.isOwn && each.verdict !== 'accept')
  const caught = mistakes.filter(({ verdict }) => verdict !== 'accept').length
  const line = mistakes.filter(({ isLineRight }) => isLineRight).length
  return { count: mistakes.length, caught, line }
}

export function ownMistakesLine(outcomes: readonly CheckOutcome[]): string {
  const { count, caught, line } = ownMistakes(outcomes)
  const percent = (part: number) => `${count === 0 ? 0 : Math.round((part / count) * 1000) / 10} %`
  return (
    `own mistakes: ${count}; caught ${percent(caught)} (istioctl ${istioShares.caught} %), ` +
    `line right ${percent(line)} (istioctl ${istioShares.line} %)`
  )
}

/** The whole run as one value, for other programs. */
export function jsonReport(outcomes: readonly CheckOutcome[]): object {
  return {
    ...tally(outcomes),
    lines: tallyLines(outcomes),
    ownMistakes: { ...ownMistakes(outcomes), istioPercent: istioShares },
    failures: outcomes.filter(isFailure).map(asJson),
    wrongLines: outcomes.filter(outcome => !isFailure(outcome) && outcome.isLineRight === false).map(asJson),
  }
}

function asJson({ case: each, verdict, findings }: CheckOutcome): object {
  return {
    case: each.name,
    class: each.class,
    expected: each.verdict,
    got: verdict,
    ...(each.where && { where: each.where }),
    findings: findings.map(({ code, severity, message, span }) => ({
      code,
      severity,
      message,
      ...(span && { file: span.file, line: span.start.line, column: span.start.column }),
    })),
  }
}
