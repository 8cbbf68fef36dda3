import { compileRoutes } from '../../../src/control-plane/compile-routes.ts'
import type { Diagnostic } from '../../../src/diagnostics/diagnostic.ts'
import type { ValidationCase, Verdict } from './validation-case.ts'

/** What came of one case. */
export interface CheckOutcome {
  readonly case: ValidationCase
  readonly verdict: Verdict
  readonly findings: readonly Diagnostic[]
  /** Whether an error or a warning is on the line that the case names; absent where it names none. */
  readonly isLineRight?: boolean
}

/** Judges the input of a case as `check` does. Infos are no part of a verdict. */
export function judgeCase(each: ValidationCase): CheckOutcome {
  const findings = each.files ? compileRoutes(each.files).diagnostics : []
  const told = findings.filter(({ severity }) => severity !== 'info')
  const { where } = each
  return {
    case: each,
    verdict: each.files ? verdictOf(told) : 'reject',
    findings,
    ...(each.verdict !== 'accept' &&
      where?.line !== undefined && {
        isLineRight: told.some(
          ({ span }) => span?.start.line === where.line && (where.file === undefined || span?.file === where.file),
        ),
      }),
  }
}

function verdictOf(told: readonly Diagnostic[]): Verdict {
  if (told.length === 0) return 'accept'
  return told.some(({ severity }) => severity === 'error') ? 'reject' : 'warn'
}

export function isFailure({ case: each, verdict }: CheckOutcome): boolean {
  return verdict !== each.verdict
}
