/** One of the two streams that an operator reads. */
export interface Channel {
  /** Writes one line; the line feed is added. Text that already ends with one is written as it is. */
  line(text: string): void
  /** Whether escape sequences for colours are welcome. */
  readonly color: boolean
}

/** Where verbs speak to the operator: results on `out`, complaints on `err`. */
export interface Terminal {
  readonly out: Channel
  readonly err: Channel
}

interface OutputStream {
  readonly isTTY?: boolean
  write(text: string): unknown
}

/** A channel over a stream of the process. Colour only on a terminal, and never against NO_COLOR (no-color.org). */
export function channelTo(stream: OutputStream, env: Readonly<Record<string, string | undefined>>): Channel {
  return {
    line: text => void stream.write(text.endsWith('\n') ? text : `${text}\n`),
    color: stream.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb',
  }
}
