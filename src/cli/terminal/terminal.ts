import type { Readable, Writable } from 'node:stream'
import { finished } from 'node:stream/promises'

/** One of the two streams that an operator reads. */
export interface Channel {
  /** Writes one line; the line feed is added. Text that already ends with one is written as it is. */
  line(text: string): void
  /** Writes what `source` yields as it is, at the pace of the reader; resolves when `source` has ended. */
  passOn(source: Readable): Promise<void>
  /** The descriptor behind it, where there is one. */
  readonly descriptor?: number
  /** Whether escape sequences for colours are welcome. */
  readonly color: boolean
}

/** Where verbs print: results on `out`, errors and warnings on `err`. */
export interface Terminal {
  readonly out: Channel
  readonly err: Channel
}

type OutputStream = Writable & { readonly isTTY?: boolean; readonly fd?: number }

/** A channel over a stream of the process. Colour only on a terminal, and never against NO_COLOR (no-color.org). */
export function channelTo(stream: OutputStream, env: Readonly<Record<string, string | undefined>>): Channel {
  return {
    line: text => void stream.write(text.endsWith('\n') ? text : `${text}\n`),
    async passOn(source) {
      // A reader that goes away unpipes the source. It is read on, else its writer would block on a full pipe.
      stream.once('error', () => source.resume())
      source.pipe(stream, { end: false })
      await finished(source, { error: false }).catch(() => undefined)
    },
    ...(stream.fd !== undefined && { descriptor: stream.fd }),
    color: stream.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb',
  }
}
