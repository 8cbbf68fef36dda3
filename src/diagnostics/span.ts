/** A place in a source text. */
export interface Position {
  /** 1-based. */
  readonly line: number
  /** 1-based, in UTF-16 code units. */
  readonly column: number
  /** 0-based, in UTF-16 code units from the start of the text. */
  readonly offset: number
}

/** A stretch of one source text; `end` is exclusive. */
export interface Span {
  /** Relative to the folder that was read, with forward slashes. */
  readonly file: string
  readonly start: Position
  readonly end: Position
}

/** Where every line of a text starts; made once for each file and asked for many positions. */
export type LineStarts = readonly number[]

/** The offsets at which the lines of `text` start. A line ends at `\n`, at `\r\n`, or at a `\r` alone. */
export function lineStarts(text: string): LineStarts {
  const starts = [0]
  for (let offset = 0; offset < text.length; offset++) {
    const code = text.charCodeAt(offset)
    if (code === 10 || (code === 13 && text.charCodeAt(offset + 1) !== 10)) starts.push(offset + 1)
  }
  return starts
}

/** The position of `offset` in a text whose lines start at `starts`. */
export function positionAt(starts: LineStarts, offset: number): Position {
  let low = 0
  let high = starts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (starts[middle]! <= offset) low = middle
    else high = middle - 1
  }
  return { line: low + 1, column: offset - starts[low]! + 1, offset }
}
