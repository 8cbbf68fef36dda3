import { createInterface } from 'node:readline/promises'
import type { ReadStream, WriteStream } from 'node:tty'

/** Asks the operator; absent where there is no terminal. */
export type Confirm = (question: string) => Promise<boolean>

/** Asks on a terminal, and takes only a clear yes for one; undefined where input or output is no terminal. */
export function confirmBy(input: ReadStream, output: WriteStream): Confirm | undefined {
  if (!input.isTTY || !output.isTTY) return undefined
  return async question => {
    const lines = createInterface({ input, output })
    // Ctrl-C and Ctrl-D are a no.
    const closed = new Promise<string>(resolve => lines.once('close', () => resolve('')))
    try {
      const answer = await Promise.race([lines.question(`${question} [y/N] `), closed])
      return /^y(?:es)?$/i.test(answer.trim())
    } finally {
      lines.close()
    }
  }
}
