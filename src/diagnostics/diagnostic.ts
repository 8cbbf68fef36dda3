import { catalogue, type DiagnosticCode, type Severity } from './catalogue.ts'
import type { Span } from './span.ts'

/** Another place that helps to understand a diagnostic, such as "first declared here". */
export interface RelatedPlace {
  readonly message: string
  readonly span: Span
}

/** One thing to tell an operator about what they wrote. */
export interface Diagnostic {
  readonly code: DiagnosticCode
  readonly severity: Severity
  /** What is wrong, in one sentence without a full stop; names the value in quotes. */
  readonly message: string
  /** The smallest text that is meant; absent only where no file is (an empty folder). */
  readonly span?: Span
  /** A few words that stand beside the marked text. */
  readonly label?: string
  /** Why it matters. */
  readonly why?: string
  /** What to do. */
  readonly help?: string
  /** For example `spec.http[0].match[0].uri.regex`. */
  readonly path?: string
  /** For example `VirtualService default/shop`. */
  readonly resource?: string
  readonly related?: readonly RelatedPlace[]
}

/** What a message quotes may be as long as a file: no more than this is shown of any of its texts. */
const longestText = 1_000

/** A diagnostic with the severity that the catalogue gives its code. */
export function diagnose(code: DiagnosticCode, facts: Omit<Diagnostic, 'code' | 'severity'>): Diagnostic {
  const diagnostic: Diagnostic = { code, severity: catalogue[code].severity, ...facts }
  const isShort = (['message', 'label', 'why', 'help', 'path', 'resource'] as const).every(
    field => (diagnostic[field]?.length ?? 0) <= longestText,
  )
  if (isShort) return diagnostic
  const entries = Object.entries(diagnostic).map(([field, value]) => [
    field,
    typeof value === 'string' ? shortened(value) : value,
  ])
  return Object.fromEntries(entries)
}

/** The start and the end of a text that is too long to be shown. */
function shortened(text: string): string {
  if (text.length <= longestText) return text
  const half = longestText / 2
  return `${text.slice(0, half)} ... ${text.slice(-half)}`.toWellFormed()
}

/** Whether any diagnostic is an error: then nothing is compiled for shipping. */
export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(diagnostic => diagnostic.severity === 'error')
}

/**
 * Whether the text itself is at fault, so that not even Istio's answer can be given: YAML that cannot be read,
 * or that breaks the schema. Other errors refuse a deployment but can still be served while developing.
 */
export function isUnreadable(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(({ code, severity }) => {
    const { stage } = catalogue[code]
    return severity === 'error' && (stage === 'file' || stage === 'schema')
  })
}

/** The same diagnostics by file, line, column and code: one order whatever found them first. */
export function inReadingOrder(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return [...diagnostics].sort(
    (a, b) =>
      compareText(a.span?.file ?? '', b.span?.file ?? '') ||
      (a.span?.start.offset ?? -1) - (b.span?.start.offset ?? -1) ||
      compareText(a.code, b.code) ||
      compareText(a.message, b.message),
  )
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
