import { readFileSync } from 'node:fs'
import type { DiagnosticCode } from '../../diagnostics/catalogue.ts'
import { type CodePage, readCodePage } from '../../diagnostics/code-page.ts'
import { systemErrorCode } from '../terminal/system-error.ts'

/** The page of a code as this package carries it, wherever that is installed; undefined where it has none. */
export function pageOf(code: DiagnosticCode): CodePage | undefined {
  try {
    return readCodePage(code, readFileSync(new URL(`../../../docs/diagnostics/${code}.md`, import.meta.url), 'utf8'))
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined
    throw error
  }
}

/** The pages of these codes. */
export function pagesOf(codes: Iterable<DiagnosticCode>): ReadonlyMap<DiagnosticCode, CodePage> {
  const pages = new Map<DiagnosticCode, CodePage>()
  for (const code of new Set(codes)) {
    const page = pageOf(code)
    if (page) pages.set(code, page)
  }
  return pages
}
