import { FileCache } from '../../control-plane/compile-routes.ts'
import { hasErrors, isUnreadable } from '../../diagnostics/diagnostic.ts'
import { visible } from '../../diagnostics/visible.ts'
import { judgeFolders } from '../folders/judge-folders.ts'
import type { Pipeline } from '../folders/pipeline.ts'
import { printBeforeServing } from '../folders/print-findings.ts'
import { FolderReader } from '../folders/read-folders.ts'
import { type ExitStatus, exitStatus } from '../terminal/exit-status.ts'
import { describeInternalError } from '../terminal/internal-error.ts'
import { fail } from '../terminal/report.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { count } from '../words/count.ts'
import { shortVersion } from '../words/short-version.ts'
import { describeTable, type TableFacts } from '../words/table-facts.ts'
import type { ServedTable } from './serve-table.ts'

export interface ReloaderOptions {
  readonly targets: readonly string[]
  readonly terminal: Terminal
  readonly pipeline: Pipeline
  readonly now: () => Date
}

/** Holds the table that is served while its routes are edited. */
export interface Reloader {
  /** Makes the first table. Anything but `ok` means that there is none, and why was printed. */
  start(): Promise<ExitStatus>
  /** Makes the next one after `paths` were saved; where that fails, the last good one stays. */
  reload(paths: readonly string[]): Promise<void>
  /** The table to serve; there is one once `start` said `ok`. */
  current(): KnownTable
}

/** A table together with what is printed about it. */
export type KnownTable = ServedTable & { readonly facts: TableFacts }

type Attempt =
  | { readonly kind: 'table'; readonly table: KnownTable }
  | { readonly kind: 'none'; readonly status: ExitStatus }

/** Compiles the folders on demand and keeps the last good table. Says on the terminal what became of every attempt. */
export function createReloader({ targets, terminal, pipeline, now }: ReloaderOptions): Reloader {
  const { out, err } = terminal
  let served: KnownTable | undefined
  const memory = { cache: new FileCache(), reader: new FolderReader() }

  async function attempt(): Promise<Attempt> {
    const judgement = await judgeFolders(targets, pipeline, memory)
    if (judgement.kind === 'unusable') return { kind: 'none', status: fail(terminal, ...judgement.reasons) }
    const { diagnostics, table } = judgement
    printBeforeServing(err, judgement)
    if (!table || isUnreadable(diagnostics)) return { kind: 'none', status: exitStatus.findings }
    const facts = pipeline.readTableFacts(table)
    // What Istio would answer is served; that `compile` would refuse these routes has been said above.
    if (hasErrors(diagnostics)) err.line('served anyway, as Istio would; `signalbox compile` rejects these routes')
    return { kind: 'table', table: { version: facts.version, bytes: table, facts } }
  }

  return {
    async start() {
      const outcome = await attempt()
      if (outcome.kind === 'none') return outcome.status
      served = outcome.table
      return exitStatus.ok
    },

    async reload(paths) {
      const before = current()
      const outcome = await attempt().catch((error: unknown): Attempt => {
        err.line(describeInternalError(error))
        return { kind: 'none', status: exitStatus.internalError }
      })
      const what = `${clock(now())} ${summarize(paths)}:`
      if (outcome.kind === 'none') {
        err.line(`${what} still serving table ${shortVersion(before.version)}`)
      } else if (outcome.table.version === before.version) {
        out.line(`${what} no effective change, table ${shortVersion(before.version)} stays`)
      } else {
        served = outcome.table
        out.line(`${what} now serving ${describeTable(served.facts)}`)
      }
    },

    current,
  }

  function current() {
    if (!served) throw new Error('no table was made yet')
    return served
  }
}

function summarize(paths: readonly string[]): string {
  const named = paths.slice(0, 3).map(visible).join(', ')
  return paths.length > 3 ? `${named} and ${count(paths.length - 3, 'more file')}` : named
}

/** `14:03:59`, as the clock on the operator's wall. */
function clock(time: Date): string {
  return [time.getHours(), time.getMinutes(), time.getSeconds()].map(part => String(part).padStart(2, '0')).join(':')
}
