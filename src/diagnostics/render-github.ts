import type { Severity } from './catalogue.ts'
import { type Diagnostic, inReadingOrder } from './diagnostic.ts'
import type { Span } from './span.ts'
import { visible } from './visible.ts'

const commands = { error: 'error', warning: 'warning', info: 'notice' } as const satisfies Record<Severity, string>

/**
 * Diagnostics as workflow commands, one a line, which GitHub Actions turns into annotations of the changed files.
 * Empty when there is nothing to say.
 *
 * @param pathOf the path from the root of the repository to a file, which is what GitHub goes by
 *
 * Source: https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 */
export function renderGithub(diagnostics: readonly Diagnostic[], pathOf: (file: string) => string): string {
  return inReadingOrder(diagnostics)
    .map(diagnostic => `${commandFor(diagnostic, pathOf)}\n`)
    .join('')
}

function commandFor({ code, severity, message, why, help, span, related = [] }: Diagnostic, pathOf: PathOf): string {
  const properties: Properties = { ...(span && placeOf(span, pathOf)), title: code }
  const written = Object.entries(properties).map(([name, value]) => `${name}=${escapeProperty(String(value))}`)
  const lines = [
    message,
    ...(why === undefined ? [] : [`why: ${why}`]),
    ...(help === undefined ? [] : [`help: ${help}`]),
    ...related.map(each => `see: ${each.message}: ${pathOf(each.span.file)}:${each.span.start.line}`),
  ]
  return `::${commands[severity]} ${written.join(',')}::${escapeData(lines.map(visible).join('\n'))}`
}

type PathOf = (file: string) => string
type Properties = Readonly<Record<string, string | number>>

function placeOf({ file, start, end }: Span, pathOf: PathOf): Properties {
  const path = pathOf(file)
  // Columns are for a stretch of one line only.
  if (start.line !== end.line) return { file: path, line: start.line, endLine: end.line }
  return { file: path, line: start.line, col: start.column, endLine: end.line, endColumn: end.column }
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
