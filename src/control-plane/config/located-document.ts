import type { Node } from 'yaml'
import type { Span } from '../../diagnostics/span.ts'
import type { NodeFinder } from './find-node.ts'
import type { FieldPath } from './resource.ts'
import type { SourceText } from './source-text.ts'

/** A resource's place in its file: from paths to spans and to the text that was written. */
export class LocatedDocument {
  readonly source: SourceText
  readonly #root: Node
  readonly #finder: NodeFinder

  constructor(source: SourceText, root: Node, finder: NodeFinder) {
    this.source = source
    this.#root = root
    this.#finder = finder
  }

  /** The text of the value at `path`; where nothing stands there, of the nearest parent's key, or the start. */
  spanOf(path: FieldPath): Span {
    const found = this.#finder.find(this.#root, path)
    if (found.steps < path.length) return this.keySpanOf(path.slice(0, found.steps))
    const [from, to] = rangeOf(found.value)
    return from === to && found.key ? this.#spanOfNode(found.key) : this.#spanOfNode(found.value)
  }

  /** The text of the key that leads to `path`; of the value itself where it is an item of a list. */
  keySpanOf(path: FieldPath): Span {
    const found = this.#finder.find(this.#root, path)
    if (found.steps === 0)
      return this.source.span(rangeOf(this.#root)[0], firstLineEnd(this.source.text, rangeOf(this.#root)[0]))
    return this.#spanOfNode(found.key ?? found.value)
  }

  /** The span of a stretch of the text value at `path`; of all of it where the YAML escapes characters. */
  partSpanOf(path: FieldPath, [from, to]: readonly [from: number, to: number], value: string): Span {
    const found = this.#finder.find(this.#root, path)
    const [start, end] = rangeOf(found.value)
    const at = found.steps < path.length ? -1 : this.source.text.slice(start, end).indexOf(value)
    return at < 0 ? this.spanOf(path) : this.source.exactSpan(start + at + from, start + at + to)
  }

  /** The YAML of the value at `path`, or undefined where nothing stands there. */
  writtenAt(path: FieldPath): string | undefined {
    const found = this.#finder.find(this.#root, path)
    const [from, to] = rangeOf(found.value)
    return found.steps < path.length ? undefined : this.source.text.slice(from, to)
  }

  #spanOfNode(node: Node | null): Span {
    const [from, to] = rangeOf(node)
    return this.source.span(from, to)
  }
}

/** The range of a node in its text. */
export function rangeOf(node: Node | null): readonly [from: number, to: number] {
  const range = node?.range
  return range ? [range[0], range[1]] : [0, 0]
}

function firstLineEnd(text: string, from: number): number {
  const length = text.slice(from).search(/[\r\n]/)
  return length < 0 ? text.length : from + length
}
