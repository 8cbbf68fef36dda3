import { CST, Lexer } from 'yaml'
import { type SuppressionComment, suppressionMark } from '../../../diagnostics/suppression.ts'
import { SourceText } from './source-text.ts'

/**
 * The comments of a text that begin with `signalbox-ignore`, also where its YAML cannot be read: only what YAML takes
 * for a comment is one, not what stands in quotes or in a block of text.
 */
export function suppressionComments(file: string, text: string): SuppressionComment[] {
  // Most files have none, and are not looked at any further.
  if (!text.includes(suppressionMark)) return []
  const source = new SourceText(file, text)
  const found: SuppressionComment[] = []
  // From the end, so that of many comments below each other each knows what the next one is for.
  const lineBelow = new Map<number, number>()
  for (const { source: written, from, isAtTop } of commentsIn(text).reverse()) {
    const span = source.span(from, from + written.length)
    const { line, column } = span.start
    const isAlone = /^[ \t]*$/.test(text.slice(from - (column - 1), from))
    if (isAlone) lineBelow.set(line, lineBelow.get(line + 1) ?? line + 1)
    const words = written.replace(/^#+/, '').trim()
    if (!words.startsWith(suppressionMark)) continue
    found.push({ text: words, span, line: isAlone ? lineBelow.get(line)! : line, isAtTop })
  }
  return found.reverse()
}

interface Comment {
  readonly source: string
  readonly from: number
  readonly isAtTop: boolean
}

/** What can stand before the first node of a text. */
const beforeContent: ReadonlySet<string> = new Set([
  'byte-order-mark',
  'comment',
  'directive-line',
  'doc-mode',
  'doc-start',
  'newline',
  'space',
])

function commentsIn(text: string): Comment[] {
  const comments: Comment[] = []
  let from = 0
  let isScalar = false
  let isAtTop = true
  // As when documents are parsed: a carriage return alone ends a line.
  for (const lexeme of new Lexer().lex(text.replace(/\r(?!\n)/g, '\n'))) {
    const type: string | null = isScalar ? 'content' : CST.tokenType(lexeme)
    isScalar = type === 'scalar'
    if (type === 'comment') comments.push({ source: lexeme, from, isAtTop })
    if (type === null || !beforeContent.has(type)) isAtTop = false
    // These three are signs between the lexer and its reader; they stand for no text.
    if (type !== 'scalar' && type !== 'doc-mode' && type !== 'flow-error-end') from += lexeme.length
  }
  return comments
}
