import type { Pipeline } from './folders/pipeline.ts'
import type { Confirm } from './terminal/confirm-by.ts'
import type { Terminal } from './terminal/terminal.ts'

/** What a run of the command line needs from outside. */
export interface World {
  readonly terminal: Terminal
  readonly pipeline: Pipeline
  readonly env: Readonly<Record<string, string | undefined>>
  /** Asks the operator; absent where nobody is there to answer. */
  readonly confirm?: Confirm
  /** From now on a signal ends nothing by itself: it aborts what is returned. Asked only by verbs that stay. */
  catchSignals(): AbortSignal
}
