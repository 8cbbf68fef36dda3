import { fstatSync } from 'node:fs'
import type { Readable } from 'node:stream'
import { isatty } from 'node:tty'
import { droppedLines, LineWriter } from '../../runtimes/node-http/line-writer.ts'
import type { Terminal } from '../terminal/terminal.ts'

/** How long the reader of a log may take for the last lines, once the gateway has ended. */
const lastLinesMs = 1_000

/**
 * The descriptor of stdout, where workerd may write its log to it by itself: that spares 70 to 90 µs of CPU time a
 * request, which handing each line on takes. A file takes what it is given; at the other end of a pipe, or at a
 * terminal, somebody may stop reading, and workerd would then wait with all its requests.
 */
export function directDescriptor({ out }: Terminal): number | undefined {
  const { descriptor } = out
  if (descriptor === undefined) return undefined
  const stats = fstatSync(descriptor)
  const isDevice = stats.isCharacterDevice() && !isatty(descriptor)
  return stats.isFile() || isDevice ? descriptor : undefined
}

/**
 * Hands a log on, line by line and as it comes, whether or not somebody reads it: what its reader is too slow for is
 * dropped, and complained of. Resolves when `source` has ended.
 */
export async function relayLog(source: Readable, { out, err }: Terminal): Promise<void> {
  if (out.descriptor === undefined) return out.passOn(source)
  const lines = new LineWriter(out.descriptor, count => err.line(droppedLines(count)))
  let begun = ''
  for await (const chunk of source.setEncoding('utf8')) {
    const [first = '', ...others] = (chunk as string).split('\n')
    const last = others.pop()
    begun += first
    if (last === undefined) continue
    lines.line(begun)
    for (const line of others) lines.line(line)
    begun = last
  }
  if (begun !== '') lines.line(begun)
  await lines.flush(lastLinesMs)
}
