import type { Lines } from './recording.ts'

/** Header lines by name in lower case, each name's lines in their order. */
export type HeaderMap = ReadonlyMap<string, readonly string[]>

/** Headers that the recordings leave out: they tell of the connection, the time or a trace, not of a rule. */
export function isNormalisedAway(name: string): boolean {
  return (
    /^x-envoy-|^x-b3-/.test(name) ||
    [
      'b3',
      'connection',
      'content-length',
      'date',
      'keep-alive',
      'server',
      'traceparent',
      'tracestate',
      'transfer-encoding',
      'x-forwarded-client-cert',
      'x-forwarded-for',
      'x-forwarded-proto',
      'x-request-id',
    ].includes(name)
  )
}

export function headerMap(lines: Iterable<readonly [name: string, value: string]>): HeaderMap {
  const map = new Map<string, string[]>()
  for (const [name, value] of lines) {
    const key = name.toLowerCase()
    const known = map.get(key)
    if (known) known.push(value)
    else map.set(key, [value])
  }
  return map
}

/** The same of a request or an expectation, where a list is several lines. */
export function headerMapOf(record: Readonly<Record<string, Lines>>): HeaderMap {
  return headerMap(Object.entries(record).flatMap(([name, lines]) => [lines].flat().map(line => [name, line] as const)))
}

/**
 * One text for all ways to write the same lines: several lines, and one line with `,` or `, ` between the values, are
 * the same thing. Lines of cookies may be joined with `; ` as well.
 */
export function joined(name: string, lines: readonly string[]): string {
  const separator = name === 'cookie' ? /[,;] */ : /, */
  const parts = lines.flatMap(line => line.split(separator)).map(part => part.trim())
  return parts.join(name === 'cookie' ? '; ' : ',')
}

/** Whether lines are those expected; `<generated>` stands for any value of a cookie. */
export function sameLines(name: string, expected: readonly string[], got: readonly string[] | undefined): boolean {
  if (got === undefined) return false
  const pattern = joined(name, expected)
    .split('<generated>')
    .map(part => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
    .join('[^";,]*')
  return new RegExp(`^${pattern}$`).test(joined(name, got))
}

/** What a header's lines are called in a report; undefined where it is absent. */
export function shown(name: string, headers: HeaderMap): string | undefined {
  const lines = headers.get(name)
  return lines && joined(name, lines)
}
