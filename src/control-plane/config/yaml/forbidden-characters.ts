import { type Diagnostic, diagnose } from '../../../diagnostics/diagnostic.ts'
import type { SourceText } from './source-text.ts'

// All that YAML has besides tab, line feed, carriage return and next line (YAML 1.2 §5.1, c-printable).
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for.
const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\ufffe\uffff]/g

/** How many of them are reported. */
const mostListed = 20

/** The first of the characters in each line that YAML does not allow (SB1001): Istio reads no file that has one. */
export function forbiddenCharacters(source: SourceText): Diagnostic[] {
  const diagnostics: Diagnostic[] = []
  forbidden.lastIndex = 0
  for (let found = forbidden.exec(source.text); found; found = forbidden.exec(source.text)) {
    const code = found[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')
    diagnostics.push(
      diagnose('SB1001', {
        message: `${code === '0000' ? 'a NUL character' : 'a control character'} (U+${code}) is not allowed here`,
        why: 'YAML does not allow it anywhere, not even in quotes or a comment',
        help: `remove it; in double quotes it may be written as \\u${code.toLowerCase()}`,
        span: source.exactSpan(found.index, found.index + 1),
      }),
    )
    if (diagnostics.length === mostListed) break
    forbidden.lastIndex = source.lineEnd(found.index)
  }
  return diagnostics
}
