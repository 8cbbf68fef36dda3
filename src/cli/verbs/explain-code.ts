import { catalogue, type DiagnosticCode } from '../../diagnostics/catalogue.ts'
import { nearest } from '../../diagnostics/suggest.ts'
import { pageOf } from '../folders/code-pages.ts'
import { type ExitStatus, exitStatus } from '../terminal/exit-status.ts'
import { fail } from '../terminal/report.ts'
import type { Terminal } from '../terminal/terminal.ts'

/** Prints the page of a code, in whatever letter case it is written; every code with its title where none is given. */
export function explainCode(written: string | undefined, terminal: Terminal): ExitStatus {
  const codes = (Object.keys(catalogue) as DiagnosticCode[]).sort()
  if (written === undefined) {
    for (const code of codes)
      terminal.out.line(`${code.padEnd(8)} ${catalogue[code].severity.padEnd(8)} ${catalogue[code].title}`)
    return exitStatus.ok
  }
  const code = codes.find(each => each === written.trim().toUpperCase())
  if (code === undefined) {
    const near = nearest(written.trim(), codes)
    const hint = near === undefined ? 'signalbox explain-code lists all' : `did you mean ${near}?`
    return fail(terminal, `there is no code "${written}"; ${hint}`)
  }
  const { severity, title } = catalogue[code]
  terminal.out.line(pageOf(code)?.markdown ?? `# ${code}: ${title}\n\nThis ${severity} has no page yet.`)
  return exitStatus.ok
}
