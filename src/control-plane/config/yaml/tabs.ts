import type { TextRange } from './document-outline.ts'
import type { PlainData } from './plain-data.ts'

/** How wide the tabs of editors are. */
const widths = [2, 4, 8]

/** A text with spaces for the tabs that indent it. */
export interface ExpandedText {
  readonly text: string
  /** Where something in it stands in the text that it was made from. */
  readonly original: (offset: number) => number
}

/** Where the indentation of each line that has a tab in it has its first one. */
export function indentingTabs(text: string): number[] {
  return [...text.matchAll(/^[ ]*(?:-[ \t]+)*[ \t]*/gm)].flatMap(({ 0: margin, index }) => {
    const tab = margin.indexOf('\t')
    const isBlank = /^(?:[\r\n]|$)/.test(text.slice(index + margin.length, index + margin.length + 1))
    return tab < 0 || isBlank ? [] : [index + tab]
  })
}

/** The text as it may have been meant, once for each width of tabs. */
export function* expansions(text: string): Generator<ExpandedText> {
  for (const width of widths) yield expanded(text, width)
}

function expanded(text: string, width: number): ExpandedText {
  // Where each tab ends in the expanded text, and how much longer that is up to there.
  const ends: number[] = []
  const surplus: number[] = []
  let added = 0
  const spaced = text.replace(/^[ ]*(?:-[ \t]+)*[ \t]*/gm, (margin, index: number) => {
    let column = 0
    let out = ''
    for (const [at, character] of [...margin].entries()) {
      const count = character === '\t' ? width - (column % width) : 1
      out += character === '\t' ? ' '.repeat(count) : character
      column += count
      if (character !== '\t') continue
      added += count - 1
      ends.push(index + at + 1 + added)
      surplus.push(added)
    }
    return out
  })
  return {
    text: spaced,
    original(offset) {
      let low = 0
      let high = ends.length
      while (low < high) {
        const middle = (low + high) >> 1
        if (ends[middle]! <= offset) low = middle + 1
        else high = middle
      }
      return offset - (surplus[low - 1] ?? 0)
    },
  }
}

/** What was read in an expanded text, with the places of the original. */
export function inOriginal(plain: PlainData, original: ExpandedText['original']): PlainData {
  const range = ([from, to]: TextRange): TextRange => [original(from), original(to)]
  return {
    ...plain,
    outline: plain.outline.moved(original),
    faults: plain.faults.map(fault => ({
      ...fault,
      at: range(fault.at),
      ...('first' in fault && { first: range(fault.first) }),
    })),
    ambiguities: plain.ambiguities.map(each => ({ ...each, at: range(each.at) })),
  }
}
