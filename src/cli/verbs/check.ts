import type { Target } from '../../control-plane/compile-routes.ts'
import { suppressedNote } from '../../diagnostics/render.ts'
import type { FindingsFormat } from '../folders/findings-format.ts'
import { judgeFolders } from '../folders/judge-folders.ts'
import type { Pipeline } from '../folders/pipeline.ts'
import { printReport, printText } from '../folders/print-findings.ts'
import { type ExitStatus, exitStatus } from '../terminal/exit-status.ts'
import { fail } from '../terminal/report.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { count } from '../words/count.ts'

export interface CheckOptions {
  /** The folders, or single files. */
  readonly folders: readonly string[]
  /** Warnings fail, not only errors. */
  readonly isStrict: boolean
  /** What the routes are to be carried out by. */
  readonly target: Target
  readonly format: FindingsFormat
}

/**
 * Judges the routes and prints every finding to `out`, and nothing else; as text, one line when there is none. What it
 * exits with does not depend on the format.
 */
export async function check(
  { folders, isStrict, target, format }: CheckOptions,
  terminal: Terminal,
  pipeline: Pipeline,
): Promise<ExitStatus> {
  const judgement = await judgeFolders(folders, pipeline, { target, wants: 'findings' })
  if (judgement.kind === 'unusable') return fail(terminal, ...judgement.reasons)
  const { diagnostics, suppressed, paths } = judgement
  if (format !== 'text') printReport(terminal.out, judgement, format)
  else if (diagnostics.length > 0) printText(terminal.out, judgement, '-o json')
  else terminal.out.line(`no findings in ${count(paths.length, 'file')}${suppressedNote(suppressed.length)}`)
  const isWorse = diagnostics.some(({ severity }) => severity === 'error' || (isStrict && severity === 'warning'))
  return isWorse ? exitStatus.findings : exitStatus.ok
}
