import { type Diagnostic, inReadingOrder } from './diagnostic.ts'
import { jsonText } from './json-text.ts'
import { pageUri } from './page-uri.ts'
import { type Finding, type Report, summarize } from './report.ts'
import type { Position, Span } from './span.ts'

/**
 * A report as one JSON object, with a line feed at its end. docs/diagnostics-v1.md says what the fields are,
 * schemas/diagnostics-v1.schema.json how they look.
 */
export function renderJson(report: Report): string {
  const { diagnostics, suppressed, tool } = report
  const written = {
    version: 1,
    tool,
    summary: summarize(report),
    diagnostics: inReadingOrder(diagnostics).map(writtenForm),
    suppressed: inReadingOrder(suppressed).map(writtenForm),
  }
  return jsonText(written)
}

function writtenForm(finding: Finding) {
  const { code, severity, message, label, why, help, span, path, resource, related, suppression } = finding
  // JSON leaves out what is undefined.
  return {
    code,
    severity,
    message,
    label,
    why,
    help,
    ...(span && placeOf(span)),
    path,
    resource,
    related: related?.map(relatedForm),
    suppression: suppression && { reason: suppression.reason, ...placeOf(suppression.span) },
    docs: pageUri(code),
  }
}

function relatedForm({ message, span }: NonNullable<Diagnostic['related']>[number]) {
  return { message, ...placeOf(span) }
}

function placeOf({ file, start, end }: Span) {
  return { file, range: { start: positionForm(start), end: positionForm(end) } }
}

function positionForm({ line, column, offset }: Position) {
  return { line, column, offset }
}
