import { explainSyntax, lineMissing, type SyntaxExplanation, tabAt } from './explain-syntax.ts'
import type { FieldPath } from './field-path.ts'
import { type BrokenDocument, type ParsingBudget, parseStretch, type SyntaxFault } from './parse-documents.ts'
import type { PlainData } from './plain-data.ts'
import { expansions, indentingTabs, inOriginal } from './tabs.ts'

/** How many faults of one document are reported. */
const mostFaults = 20
/** What reading a document again costs at least, in characters of a long one. */
const leastCost = 500

/** What can be said of a document with faults in its syntax. */
export interface RecoveredDocument {
  /** Faults that do not follow from each other, in the order of the text. */
  readonly faults: readonly SyntaxExplanation[]
  /**
   * What is left without the entries that hold the faults, as it may have been meant; none where that cannot be read
   * either.
   */
  readonly rests: readonly Rest[]
}

interface Rest {
  readonly plain: PlainData
  /** What was taken out, or what held it and lacks it now. */
  readonly lost: readonly FieldPath[]
}

/** A key with its value, or an item of a list with its dash, by the indentation of the lines. */
interface Entry {
  readonly from: number
  readonly to: number
  readonly column: number
  readonly isItem: boolean
}

/**
 * Puts spaces for tabs where that is all it needs. Else takes the entry with the first fault out of a document, reads what
 * is left, and so on until nothing is wrong with it.
 * Where that does not come to an end, only the first fault is reported, and all that follows it is taken out.
 */
export function recoverDocument(broken: BrokenDocument, budget: ParsingBudget): RecoveredDocument {
  const { text, offset } = broken
  const first = explained(broken.faults[0], text, offset)
  const again = (changed: string) => {
    budget.rereadable -= Math.max(leastCost, text.length)
    return budget.rereadable < 0 ? [] : [...parseStretch(changed, offset, budget)]
  }
  // More than one document: which of them is meant is not known.
  if (first.reach === 'document' || /^(?:%|\.\.\.)/m.test(text)) return { faults: [first], rests: [] }
  if (first.code === 'SB1003') {
    const rests = [...expansions(text)].flatMap(({ text: spaced, original }): Rest[] => {
      const [document, ...more] = again(spaced)
      if (document?.kind !== 'sound' || more.length > 0) return []
      return [{ plain: inOriginal(document.plain, place => offset + original(place - offset)), lost: [] }]
    })
    const tabs = indentingTabs(text).slice(0, mostFaults)
    if (rests.length > 0) return { faults: tabs.map(tab => tabAt(offset + tab)), rests }
  }
  const faults = [first]
  let at = first.from - offset
  const entries: Entry[] = []
  let rest = text
  while (first.reach === 'entry' && entries.length <= mostFaults) {
    const entry = entryAt(rest, at)
    rest = blanked(rest, entry.from, entry.to)
    entries.push(entry)
    const [document, ...more] = again(rest)
    if (document === undefined || more.length > 0) break
    if (document.kind === 'sound') {
      const { plain } = document
      return { faults, rests: [{ plain, lost: entries.map(each => lostWith(each, plain, text, offset)) }] }
    }
    const next = explained(document.faults[0], rest, offset)
    // What is wrong before or inside the blanks follows from them.
    if (next.reach !== 'entry' || next.from - offset < entry.to) break
    at = next.from - offset
    // Several lines that lack the same line before them are one fault.
    if (next.help !== lineMissing || faults.at(-1)!.help !== lineMissing) faults.push(next)
  }
  const entry = entryAt(text, first.from - offset)
  const [start] = again(blanked(text, entry.from, text.length))
  if (start?.kind !== 'sound') return { faults: [first], rests: [] }
  const holder = holderOf(entry, start.plain, text, offset)
  // Everything around the fault may have gone on after it.
  const lost = [holder, ...holder.map((_, length) => holder.slice(0, length))]
  return { faults: [first], rests: [{ plain: start.plain, lost }] }
}

/** @param offset where `text` starts in its file */
function explained(fault: SyntaxFault, text: string, offset: number): SyntaxExplanation {
  const { from, to, ...words } = explainSyntax({ ...fault, from: fault.from - offset, to: fault.to - offset }, text)
  return { ...words, from: from + offset, to: to + offset }
}

/** The entry that starts in the line of `at`; the dashes before a key stay where they are. */
function entryAt(text: string, at: number): Entry {
  const start = text.lastIndexOf('\n', at - 1) + 1
  const end = lineEnd(text, start)
  const [, indent = '', dashes = ''] = /^([ \t]*)((?:- +)*)/.exec(text.slice(start, end)) ?? []
  const isItem = dashes !== '' && at < start + indent.length + dashes.length
  const column = indent.length + (isItem ? 0 : dashes.length)
  const from = start + column
  const isEntry = isItem || /^(?:(?:"[^"]*"|'[^']*'|[^"'#:{}[\]]+)\s*:|[A-Za-z][\w-]*\s*$)/.test(text.slice(from, end))
  // What tabs indent has no column, nor has what is no key.
  if (indent.includes('\t') || !isEntry) return { from, to: end, column: Number.POSITIVE_INFINITY, isItem }
  const isKeyAlone = !isItem && /^[^:]*:?\s*$/.test(text.slice(from, end))
  let to = end
  let inner = column
  for (let line = end + 1; line < text.length; line = lineEnd(text, line) + 1) {
    const content = /^( *)(.?.?)/.exec(text.slice(line, lineEnd(text, line)))!
    const [, margin = '', mark = ''] = content
    if (/^(?:#|\s|$)/.test(mark)) continue
    const isNextItem = /^-(?:\s|$)/.test(mark)
    // Of a key that was moved by one column, the items may stand where they were.
    if (isKeyAlone && isNextItem && to === end && margin.length === column - 1) inner = margin.length
    const goesOn = /^[\]}]/.test(mark) || (!isItem && isNextItem)
    if (margin.length < inner || (margin.length === inner && !goesOn)) break
    to = lineEnd(text, line)
  }
  return { from, to, column, isItem }
}

function blanked(text: string, from: number, to: number): string {
  return `${text.slice(0, from)}${text.slice(from, to).replace(/[^\r\n]/g, ' ')}${text.slice(to)}`
}

/** The path of the entry in the document that it was taken out of; of what held it where the entry has no key. */
function lostWith(entry: Entry, plain: PlainData, text: string, offset: number): FieldPath {
  const holder = holderOf(entry, plain, text, offset)
  const key = entry.isItem
    ? undefined
    : /^(["']?)([\w.-]+)\1\s*(?::|[\r\n]|$)/.exec(text.slice(entry.from, entry.to))?.[2]
  return key === undefined ? holder : [...holder, key]
}

/** The path of the list or mapping that an entry belonged to, by its column. */
function holderOf({ from, column }: Entry, { data, outline }: PlainData, text: string, offset: number): FieldPath {
  const path: (string | number)[] = []
  const end = lineEnd(text, from)
  let value = data
  for (;;) {
    if (typeof value !== 'object' || value === null) return path
    const isList = Array.isArray(value)
    const before = [...Object.keys(value)].filter(step => {
      const place = outline.find(0, [...path, isList ? Number(step) : step])
      const start = (place.key ?? place.value)[0] - offset
      return start <= end && (isList || (start < from && start - text.lastIndexOf('\n', start - 1) - 1 < column))
    })
    const last = before.at(-1)
    if (last === undefined) return path
    path.push(isList ? Number(last) : last)
    value = (value as Readonly<Record<string, unknown>>)[last]
  }
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at)
  return end < 0 ? text.length : end
}
