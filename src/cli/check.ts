import { renderSummary, renderText } from '../diagnostics/render.ts'
import { visible } from '../diagnostics/visible.ts'
import { type ExitStatus, exitStatus } from './exit-status.ts'
import { judgeFolders } from './judge-folders.ts'
import type { Pipeline } from './pipeline.ts'
import { count } from './table-facts.ts'
import type { Terminal } from './terminal.ts'

export interface CheckOptions {
  /** The folders, or single files. */
  readonly targets: readonly string[]
  /** Warnings fail, not only errors. */
  readonly isStrict: boolean
}

/** Judges the routes and prints every finding to `out`; one line when there is none. */
export async function check(options: CheckOptions, terminal: Terminal, pipeline: Pipeline): Promise<ExitStatus> {
  const judgement = await judgeFolders(options.targets, pipeline)
  if (judgement.kind === 'unusable') {
    for (const reason of judgement.reasons) terminal.err.line(`error: ${visible(reason)}`)
    return exitStatus.usage
  }
  const { diagnostics, texts, paths } = judgement
  if (diagnostics.length === 0) {
    terminal.out.line(`no findings in ${count(paths.length, 'file')}`)
    return exitStatus.ok
  }
  terminal.out.line(renderText(diagnostics, texts, { color: terminal.out.color }))
  terminal.out.line(`\n${renderSummary(diagnostics, paths.length)}`)
  const isWorse = diagnostics.some(
    ({ severity }) => severity === 'error' || (options.isStrict && severity === 'warning'),
  )
  return isWorse ? exitStatus.findings : exitStatus.ok
}
