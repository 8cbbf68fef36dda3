import { RE2JSSyntaxException, RE2Set } from 're2js'
import type { FieldFault, Report } from '../../schema/problem.ts'

const longestRegexBytes = 1024

/** What JavaScript and PCRE have and RE2 lacks, by how it starts. */
const lacking: readonly (readonly [RegExp, label: string, help: string])[] = [
  [/\(\?=|\(\?!/, 'RE2 has no look-ahead', 'put a rule for the exception before this one, or use `withoutHeaders`'],
  [/\(\?<[=!]/, 'RE2 has no look-behind', 'match the text before it as part of the regex'],
  [/\(\?>/, 'RE2 has no atomic groups', 'write (?:...): RE2 never backtracks'],
  [/\(\?\(/, 'RE2 has no conditionals', 'write the alternatives as two matches'],
  [/\(\?(?:R|\d|&)/, 'RE2 has no recursion', 'write out the levels that you need'],
  [/[*+?}]\+/, 'RE2 has no possessive repetition', 'drop the last +: RE2 never backtracks'],
  [/\\[1-9]/, 'RE2 has no back references', 'write out the alternatives'],
  [/\\Z/, 'RE2 has no \\Z', 'drop it: the whole text must match anyway'],
  [/\\u[0-9a-fA-F]{4}/, 'RE2 has no \\u', 'write \\x{0041}'],
  [/\{\d+/, 'RE2 repeats at most 1000 times', 'write * or +, or a smaller number'],
]

/**
 * Reports what is wrong with `regex` as RE2 in Go's syntax, at most 1024 bytes long.
 *
 * Source: Istio validateStringRegexp; https://github.com/google/re2/wiki/Syntax
 */
export function checkRegex(regex: string, report: Report): void {
  if (regex === '') {
    report({ code: 'SB2006', message: 'the regex is empty', help: 'write .* to match anything' })
    return
  }
  if (new TextEncoder().encode(regex).length > longestRegexBytes) {
    report({ code: 'SB2006', message: `the regex is longer than ${longestRegexBytes} bytes` })
    return
  }
  try {
    // A set reads what it is given and compiles it at its first match: a tenth of the time, for large repetitions a
    // thirtieth, and there may be thousands of regexes in a file.
    new RE2Set().add(regex)
  } catch (error) {
    report(syntaxFault(regex, error instanceof RE2JSSyntaxException ? error : undefined))
  }
}

function syntaxFault(regex: string, error: RE2JSSyntaxException | undefined): FieldFault {
  const input = error?.input ?? ''
  const from = input === '' ? -1 : regex.indexOf(input)
  const part = from < 0 ? {} : { part: [from, from + input.length] as const }
  const known = lacking.find(([start]) => start.test(input) && start.exec(input)!.index <= 1)
  if (known) {
    const [start, label, help] = known
    const at = from < 0 ? -1 : from + start.exec(input)!.index
    const mark = start.exec(input)![0].length
    return { code: 'SB2006', message: label, label, help, ...(at < 0 ? {} : { part: [at, at + mark] as const }) }
  }
  const reason = error?.error ?? 'it cannot be compiled'
  return {
    code: 'SB2006',
    message: `the regex is not RE2: ${reason}`,
    label: reason,
    help: helpFor(reason),
    ...part,
  }
}

function helpFor(reason: string): string {
  if (reason.startsWith('missing argument')) return 'a regex is not a glob: write .* for any text'
  if (reason === 'missing closing ]') return 'close the bracket, or escape it: \\['
  if (reason.startsWith('missing closing')) return 'close the bracket, or escape it: \\('
  if (reason.startsWith('unexpected )')) return 'open the bracket before it, or escape it: \\)'
  if (reason.startsWith('trailing backslash')) return 'write \\\\ for a backslash'
  return 'see https://github.com/google/re2/wiki/Syntax'
}
