import { visible } from '../../diagnostics/visible.ts'
import { exitStatus } from './exit-status.ts'
import type { Terminal } from './terminal.ts'

/** Prints errors, each on a line of its own; what is quoted in them cannot steer the terminal. */
export function printErrors({ err }: Pick<Terminal, 'err'>, ...messages: readonly string[]): void {
  for (const message of messages) err.line(`error: ${visible(message)}`)
}

/** Prints a warning. */
export function printWarning({ err }: Pick<Terminal, 'err'>, message: string): void {
  err.line(`warning: ${visible(message)}`)
}

/** Prints why a verb cannot go on, and is what it ends with: input or output that cannot be read or written. */
export function fail(terminal: Pick<Terminal, 'err'>, ...reasons: readonly string[]): typeof exitStatus.usage {
  printErrors(terminal, ...reasons)
  return exitStatus.usage
}
