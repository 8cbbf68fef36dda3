import type { Severity } from './catalogue.ts'
import { type Diagnostic, inReadingOrder } from './diagnostic.ts'
import { type Paint, painter } from './paint.ts'
import type { Span } from './span.ts'
import { visible } from './visible.ts'

/** The texts that diagnostics point into, by the file name of their spans. */
export interface SourceTexts extends Iterable<readonly [file: string, text: string]> {
  readonly size: number
  get(file: string): string | undefined
}

export interface RenderOptions {
  readonly color: boolean
  /** How the rest is to be had where a file has more findings than are shown. */
  readonly allBy?: string
}

/** How many findings of one file are shown as text. */
const mostPerFile = 50

const frameWidth = 120

/**
 * Diagnostics as text for a terminal: severity, code and message; file:line:column; the offending line with the
 * text marked; the rule; why it matters; what to do. Ends with a line feed, or is empty when there is nothing to say.
 *
 * Of a file with very many, the gravest are shown, and how many more there are.
 */
export function renderText(diagnostics: readonly Diagnostic[], texts: SourceTexts, options: RenderOptions): string {
  const byFile = Map.groupBy(inReadingOrder(diagnostics), ({ span }) => span?.file ?? '')
  return [...byFile].flatMap(([file, found]) => renderFile(file, found, texts, options)).join('\n')
}

function renderFile(file: string, found: readonly Diagnostic[], texts: SourceTexts, options: RenderOptions): string[] {
  const shown = new Set(severities.flatMap(severity => found.filter(each => each.severity === severity)))
  for (const each of [...shown].slice(mostPerFile)) shown.delete(each)
  const rendered = found.filter(each => shown.has(each)).map(each => `${renderOne(each, texts, options)}\n`)
  const more = found.length - rendered.length
  if (more === 0) return rendered
  return [...rendered, `and ${more} more in ${visible(file)}; ${options.allBy ?? 'signalbox check -o json'} has all\n`]
}

const severities = ['error', 'warning', 'info'] as const satisfies readonly Severity[]

/** How many of each severity, as a closing line: `2 errors, 1 warning in 3 files (1 suppressed)`. */
export function renderSummary(diagnostics: readonly Diagnostic[], fileCount: number, suppressedCount = 0): string {
  const counts = severities
    .map(severity => ({ severity, count: diagnostics.filter(each => each.severity === severity).length }))
    .filter(({ severity, count }) => count > 0 || severity === 'error')
    .map(({ severity, count }) => plural(count, severity))
  return `${counts.join(', ')} in ${plural(fileCount, 'file')}${suppressedNote(suppressedCount)}`
}

/** ` (2 suppressed)`, or nothing. */
export function suppressedNote(count: number): string {
  return count === 0 ? '' : ` (${count} suppressed)`
}

function plural(count: number, word: string): string {
  return count === 1 || word === 'info' ? `${count} ${word}` : `${count} ${word}s`
}

function renderOne(diagnostic: Diagnostic, texts: SourceTexts, options: RenderOptions): string {
  const { severity, code, message, span, resource, path, why, help } = diagnostic
  const paint = painter(options.color)
  const lines = [`${paint(severity, `${severity}[${code}]`)}${paint('strong', `: ${visible(message)}`)}`]
  if (span) {
    lines.push(
      `  ${paint('dim', '-->')} ${placeOf(span)}`,
      ...frame(span, diagnostic.label ?? '', severity, texts, paint),
    )
  }
  const rule = [resource, path].filter(Boolean).join(', ')
  if (rule) lines.push(`  ${paint('dim', '= rule:')} ${visible(rule)}`)
  if (why) lines.push(`  ${paint('dim', '= why:')}  ${visible(why)}`)
  if (help) lines.push(`  ${paint('dim', '= help:')} ${visible(help)}`)
  for (const related of diagnostic.related ?? []) {
    lines.push(`  ${paint('dim', '= see:')}  ${visible(related.message)}: ${placeOf(related.span)}`)
  }
  return lines.join('\n')
}

/** `routes/shop.yaml:15:19`, as editors and terminals make it a link. */
export function placeOf(span: Span): string {
  return `${visible(span.file)}:${span.start.line}:${span.start.column}`
}

function frame(span: Span, label: string, severity: Severity, texts: SourceTexts, paint: Paint): string[] {
  const text = texts.get(span.file)
  if (text === undefined) return []
  const lineStart = span.start.offset - (span.start.column - 1)
  const lineEnd = endOfLine(text, span.start.offset)
  const line = text.slice(lineStart, lineEnd)
  const from = span.start.column - 1
  const to = Math.max(from + 1, Math.min(span.end.offset, lineEnd) - lineStart)
  // A long line is cut around the marked text; the cut keeps the mark in view.
  const cutFrom = line.length <= frameWidth ? 0 : Math.max(0, from - 40)
  const shown = visible(expandTabs(line.slice(cutFrom, cutFrom + frameWidth)))
  const indent = visible(expandTabs(line.slice(cutFrom, from))).length
  const width = Math.max(1, Math.min(visible(expandTabs(line.slice(from, to))).length, shown.length - indent))
  const number = String(span.start.line)
  const gutter = ' '.repeat(number.length)
  return [
    ` ${gutter} ${paint('dim', '|')}`,
    ` ${paint('dim', `${number} |`)} ${shown}`,
    ` ${gutter} ${paint('dim', '|')} ${' '.repeat(indent)}${paint(severity, `${'^'.repeat(width)}${label ? ` ${label}` : ''}`)}`,
  ]
}

function endOfLine(text: string, offset: number): number {
  for (let at = offset; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 10 || code === 13) return at
  }
  return text.length
}

function expandTabs(text: string): string {
  return text.replaceAll('\t', '    ')
}
