import { type LineStarts, lineStarts, positionAt, type Span } from '../../../diagnostics/span.ts'

/** The text of one file, and the way from its offsets to spans. */
export class SourceText {
  readonly file: string
  readonly text: string
  #starts: LineStarts | undefined

  constructor(file: string, text: string) {
    this.file = file
    this.text = text
  }

  /** The span of `[from, to)` without the white space at its end. */
  span(from: number, to: number): Span {
    let end = Math.min(to, this.text.length)
    while (end > from && ' \t\r\n'.includes(this.text[end - 1]!)) end--
    return this.exactSpan(from, end)
  }

  /** Where the line of `offset` ends, without its line break. */
  lineEnd(offset: number): number {
    for (let at = offset; at < this.text.length; at++) if ('\r\n'.includes(this.text[at]!)) return at
    return this.text.length
  }

  /** The span of `[from, to)`. */
  exactSpan(from: number, to: number): Span {
    this.#starts ??= lineStarts(this.text)
    return { file: this.file, start: positionAt(this.#starts, from), end: positionAt(this.#starts, Math.max(to, from)) }
  }
}
