import { type Diagnostic, inReadingOrder } from './diagnostic.ts'
import type { SuppressedDiagnostic } from './suppression.ts'

/** All that one run says, as the formats for other programs print it. */
export interface Report {
  readonly diagnostics: readonly Diagnostic[]
  readonly suppressed: readonly SuppressedDiagnostic[]
  /** How many files were judged. */
  readonly fileCount: number
  readonly tool: { readonly name: string; readonly version: string }
}

/** How much was found. What is suppressed counts as such alone. */
export interface Summary {
  readonly errors: number
  readonly warnings: number
  readonly infos: number
  readonly suppressed: number
  readonly files: number
}

export function summarize({ diagnostics, suppressed, fileCount }: Omit<Report, 'tool'>): Summary {
  const count = (severity: Diagnostic['severity']) => diagnostics.filter(each => each.severity === severity).length
  return {
    errors: count('error'),
    warnings: count('warning'),
    infos: count('info'),
    suppressed: suppressed.length,
    files: fileCount,
  }
}

/** A finding that a comment suppresses, or one that none does. */
export type Finding = Diagnostic & Partial<Pick<SuppressedDiagnostic, 'suppression'>>

/** All findings of a report, suppressed or not, in the order of the text. */
export function allFindings({ diagnostics, suppressed }: Pick<Report, 'diagnostics' | 'suppressed'>): Finding[] {
  return inReadingOrder([...diagnostics, ...suppressed])
}
