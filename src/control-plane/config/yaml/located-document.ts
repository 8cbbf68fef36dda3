import type { Span } from '../../../diagnostics/span.ts'
import type { DocumentOutline } from './document-outline.ts'
import type { FieldPath } from './field-path.ts'
import type { SourceText } from './source-text.ts'

/** A resource's place in its file: from paths to spans and to the text that was written. */
export class LocatedDocument {
  readonly source: SourceText
  readonly #outline: DocumentOutline
  readonly #root: number

  constructor(source: SourceText, outline: DocumentOutline, root: number) {
    this.source = source
    this.#outline = outline
    this.#root = root
  }

  /** The text of the value at `path`; where nothing stands there, of the nearest parent's key, or the start. */
  spanOf(path: FieldPath): Span {
    const { steps, key, value } = this.#outline.find(this.#root, path)
    if (steps < path.length) return this.keySpanOf(path.slice(0, steps))
    const [from, to] = value
    return this.source.span(...(from === to && key ? key : value))
  }

  /** The text of the key that leads to `path`; of the value itself where it is an item of a list. */
  keySpanOf(path: FieldPath): Span {
    const { steps, key, value } = this.#outline.find(this.#root, path)
    if (steps === 0) return this.source.span(value[0], this.source.lineEnd(value[0]))
    return this.source.span(...(key ?? value))
  }

  /** The span of a stretch of the text value at `path`; of all of it where the YAML escapes characters. */
  partSpanOf(path: FieldPath, [from, to]: readonly [from: number, to: number], value: string): Span {
    const found = this.#outline.find(this.#root, path)
    const [start, end] = found.value
    const at = found.steps < path.length ? -1 : this.source.text.slice(start, end).indexOf(value)
    return at < 0 ? this.spanOf(path) : this.source.exactSpan(start + at + from, start + at + to)
  }

  /** The YAML of the value at `path`, or undefined where nothing stands there. */
  writtenAt(path: FieldPath): string | undefined {
    const { steps, value } = this.#outline.find(this.#root, path)
    return steps < path.length ? undefined : this.source.text.slice(...value)
  }
}
