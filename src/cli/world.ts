import type { Command } from 'commander'
import type { Pipeline } from './folders/pipeline.ts'
import type { Confirm } from './terminal/confirm-by.ts'
import type { ExitStatus } from './terminal/exit-status.ts'
import type { Terminal } from './terminal/terminal.ts'

/** What a run of the command line needs from outside. */
export interface World {
  readonly terminal: Terminal
  readonly pipeline: Pipeline
  readonly env: Readonly<Record<string, string | undefined>>
  /** Asks the operator; absent where there is no terminal. */
  readonly confirm?: Confirm
  /** From now on a signal ends nothing by itself: it aborts what is returned. Asked only by verbs that stay. */
  catchSignals(): AbortSignal
}

/** Takes the status that a verb ended with. */
export type OnEnd = (status: ExitStatus) => void

/**
 * Declares a verb: its flags, its help, and what is run when it is called. The file that declares it loads what runs it
 * only then: whoever calls one verb does not wait for the code of the others.
 */
export type AddVerb = (program: Command, world: World, onEnd: OnEnd) => void
