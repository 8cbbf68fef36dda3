import { resolve } from 'node:path'
import type { Target } from '../../control-plane/compile-routes.ts'
import { hasErrors } from '../../diagnostics/diagnostic.ts'
import { visible } from '../../diagnostics/visible.ts'
import type { FindingsFormat } from '../folders/findings-format.ts'
import { judgeFolders } from '../folders/judge-folders.ts'
import type { Pipeline } from '../folders/pipeline.ts'
import { printReport, printText } from '../folders/print-findings.ts'
import { writeWhole } from '../folders/write-whole.ts'
import { type ExitStatus, exitStatus } from '../terminal/exit-status.ts'
import { fail } from '../terminal/report.ts'
import { describeSystemError } from '../terminal/system-error.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { count } from '../words/count.ts'
import { describeTable } from '../words/table-facts.ts'

export interface CompileOptions {
  /** The folders, or single files. */
  readonly folders: readonly string[]
  /** The file that the table is written to. */
  readonly output: string
  /** What the routes are to be carried out by; the table is the same for all. */
  readonly target: Target
  /** Of the findings. */
  readonly format: FindingsFormat
}

/**
 * Compiles the routes into a table file; where a finding is an error, nothing is written. As text, findings go to `err`;
 * in a format for other programs they are all that goes to `out`.
 */
export async function compile(options: CompileOptions, terminal: Terminal, pipeline: Pipeline): Promise<ExitStatus> {
  const { folders, output, target, format } = options
  const judgement = await judgeFolders(folders, pipeline, { target })
  if (judgement.kind === 'unusable') return fail(terminal, ...judgement.reasons)
  const { diagnostics, table, paths } = judgement
  if (format !== 'text') printReport(terminal.out, judgement, format)
  else if (diagnostics.length > 0) printText(terminal.err, judgement, '--format json')
  if (hasErrors(diagnostics)) {
    terminal.err.line(`nothing written to ${visible(output)}`)
    return exitStatus.findings
  }
  if (!table) throw new Error('no table although there is no error')
  if (paths.some(path => resolve(path) === resolve(output))) {
    return fail(terminal, `${output}: is one of the input files; write the table to another file`)
  }
  try {
    await writeWhole(output, table)
  } catch (error) {
    const meaning = describeSystemError(error)
    if (meaning === undefined) throw error
    return fail(terminal, `${output}: ${meaning}; nothing written`)
  }
  const facts = pipeline.readTableFacts(table)
  const says = format === 'text' ? terminal.out : terminal.err
  says.line(`${visible(output)}: ${count(table.byteLength, 'byte')}, ${describeTable(facts)}`)
  return exitStatus.ok
}
