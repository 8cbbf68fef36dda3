import type { DiagnosticCode } from './catalogue.ts'

/** The page that explains a code, docs/diagnostics/CODE.md. */
export interface CodePage {
  readonly code: DiagnosticCode
  readonly markdown: string
  /** The page without the marks of Markdown that are no part of the text. */
  readonly text: string
  /** Its first paragraph, as one line. */
  readonly summary: string
}

/** Reads a page: a heading, a paragraph that says what is wrong, and whatever follows. */
export function readCodePage(code: DiagnosticCode, markdown: string): CodePage {
  const [, first = ''] = markdown.trim().split(/\n\s*\n/)
  return { code, markdown, text: plainText(markdown), summary: plainText(first).replace(/\s*\n\s*/g, ' ') }
}

/** Headings without `#`, code without backquotes and fences, links by their text. */
function plainText(markdown: string): string {
  return markdown
    .replace(/^#+ +/gm, '')
    .replace(/^```.*\n/gm, '')
    .replace(/\*\*([^*]+)\*\*/g, '$1')
    .replace(/\[([^\]]+)\]\([^)]*\)/g, '$1')
    .replace(/`([^`]+)`/g, '$1')
    .trim()
}
