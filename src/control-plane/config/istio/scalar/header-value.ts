import type { Report } from '../../schema/problem.ts'

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for.
const control = /[\u0000-\u0008\u000a-\u001f\u007f]/

/**
 * The value that a header is set to: text, with Envoy's `%COMMAND%` in it where wanted.
 *
 * Source: Istio ValidateHTTPHeaderValue; RFC 9110 §5.5.
 */
export function checkHeaderValue(value: string, report: Report): void {
  const at = value.search(control)
  if (at >= 0) {
    report({
      code: 'SB2004',
      message: 'a header value cannot hold a control character or line break',
      part: [at, at + 1],
    })
    return
  }
  const reason = commandFault(value)
  if (reason !== undefined) {
    report({ code: 'SB2004', message: `the header value is not right: ${reason}`, help: 'write %% for a percent sign' })
  }
}

/** What is wrong with the `%COMMAND(arguments)%` parts of `value`, or undefined. Source: Envoy's header formatter. */
function commandFault(value: string): string | undefined {
  let at = 0
  while (at < value.length) {
    const start = value.indexOf('%', at)
    if (start < 0) return undefined
    if (value[start + 1] === '%') {
      at = start + 2
      continue
    }
    const end = endOfCommand(value, start + 1)
    if (end === undefined) return `the command that starts at "${value.slice(start, start + 20)}" has no end`
    at = end
  }
  return undefined
}

/** Where the command whose name starts at `from` is over, past its closing `%`. */
function endOfCommand(value: string, from: number): number | undefined {
  let at = from
  while (at < value.length && value[at] !== '%' && value[at] !== '(') at++
  if (value[at] === '%') return at + 1
  // The arguments reach to the first bracket that no backslash escapes.
  for (at++; at < value.length && value[at] !== ')'; at++) if (value[at] === '\\') at++
  for (at++; value[at] === ' '; at++);
  return value[at] === '%' ? at + 1 : undefined
}
