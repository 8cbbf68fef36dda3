import { resolve } from 'node:path'
import { hasErrors } from '../diagnostics/diagnostic.ts'
import { renderSummary, renderText } from '../diagnostics/render.ts'
import { visible } from '../diagnostics/visible.ts'
import { type ExitStatus, exitStatus } from './exit-status.ts'
import { judgeFolders } from './judge-folders.ts'
import type { Pipeline } from './pipeline.ts'
import { describeSystemError } from './system-error.ts'
import { count, describeTable } from './table-facts.ts'
import type { Terminal } from './terminal.ts'
import { writeWhole } from './write-whole.ts'

export interface CompileOptions {
  /** The folders, or single files. */
  readonly targets: readonly string[]
  /** The file that the table is written to. */
  readonly output: string
}

/** Compiles the routes into a table file. Findings go to `err`; where one is an error, nothing is written. */
export async function compile(options: CompileOptions, terminal: Terminal, pipeline: Pipeline): Promise<ExitStatus> {
  const { targets, output } = options
  const complain = (message: string) => terminal.err.line(`error: ${visible(message)}`)
  const judgement = await judgeFolders(targets, pipeline)
  if (judgement.kind === 'unusable') {
    for (const reason of judgement.reasons) complain(reason)
    return exitStatus.usage
  }
  const { diagnostics, texts, table, paths } = judgement
  if (diagnostics.length > 0) {
    terminal.err.line(renderText(diagnostics, texts, { color: terminal.err.color }))
    terminal.err.line(`\n${renderSummary(diagnostics, paths.length)}`)
  }
  if (hasErrors(diagnostics)) {
    terminal.err.line(`nothing written to ${visible(output)}`)
    return exitStatus.findings
  }
  if (!table) throw new Error('no table although there is no error')
  if (paths.some(path => resolve(path) === resolve(output))) {
    complain(`${output}: is one of the files that are compiled; the table needs a file of its own`)
    return exitStatus.usage
  }
  try {
    await writeWhole(output, table)
  } catch (error) {
    const meaning = describeSystemError(error)
    if (meaning === undefined) throw error
    complain(`${output}: ${meaning}; nothing written`)
    return exitStatus.usage
  }
  const facts = pipeline.readTableFacts(table)
  terminal.out.line(`${visible(output)}: ${count(table.byteLength, 'byte')}, ${describeTable(facts)}`)
  return exitStatus.ok
}
