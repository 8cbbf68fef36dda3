import type { DiagnosticCode } from '../../../diagnostics/catalogue.ts'
import { deepestNesting, mostParts, type SyntaxFault } from './parse-documents.ts'

export interface SyntaxExplanation {
  readonly code: Extract<DiagnosticCode, 'SB1001' | 'SB1003' | 'SB1005'>
  readonly message: string
  readonly help?: string
  /** The text that is meant. */
  readonly from: number
  readonly to: number
  /** What it makes unreadable: the entry that it stands in, all that follows, or the whole document. */
  readonly reach: 'entry' | 'below' | 'document'
}

interface Words {
  readonly message: string
  readonly help?: string
}

const wholeDocument: ReadonlySet<string> = new Set(['TOO_DEEP', 'TOO_LARGE', 'PARSER_FAILED'])

/**
 * A YAML fault in the words of the operator; a tab in the indentation near it, or the mark of a merge conflict, is what
 * is really meant.
 */
export function explainSyntax(fault: SyntaxFault, text: string): SyntaxExplanation {
  const end = Math.min(fault.to, text.length)
  const at = { from: Math.min(fault.from, end), to: end }
  if (wholeDocument.has(fault.code)) {
    const code = fault.code === 'TOO_LARGE' ? 'SB1005' : 'SB1001'
    return { code, ...wordsFor(fault, text), ...at, reach: 'document' }
  }
  const conflict = conflictMarkBefore(text, end)
  if (conflict !== undefined) {
    const help = 'keep one of the two sides, and remove the lines <<<<<<<, ======= and >>>>>>>'
    return { code: 'SB1001', message: 'a merge conflict was left here', help, ...conflict, reach: 'below' }
  }
  // A list that a tab indents is reported at the end of the line before it.
  const isBelow = fault.code === 'BLOCK_AS_IMPLICIT_KEY'
  const tab = tabIn(text, fault.from) ?? (isBelow ? tabIn(text, nextLine(text, fault.from)) : undefined)
  if (tab !== undefined) return tabAt(tab)
  const template = templateIn(text, at.from)
  if (template !== undefined) return { code: 'SB1001', ...templateWords, ...template, reach: 'entry' }
  const dash = /^\s*-(?=[^\s-])/.exec(text.slice(lineStart(text, at.from), at.from))
  if (dash !== null && fault.code === 'BLOCK_AS_IMPLICIT_KEY') {
    const from = lineStart(text, at.from) + dash[0].length - 1
    const message = 'a dash without a space after it starts no list item'
    return { code: 'SB1001', message, help: 'write "- "', from, to: at.from, reach: 'entry' }
  }
  const below = fault.code === 'BLOCK_AS_IMPLICIT_KEY' ? lineThatGoesOn(fault, text) : undefined
  if (below !== undefined) {
    const help = 'indent it as its neighbours are'
    return {
      code: 'SB1001',
      message: 'this line is indented as if it went on with the one before',
      help,
      ...below,
      reach: 'entry',
    }
  }
  const misplaced = misplacedLine(fault, text)
  if (misplaced) return { code: 'SB1001', ...misplaced, reach: 'entry' }
  const open = openingOf(fault, text)
  const place = open === undefined ? at : { from: open, to: open + 1 }
  return { code: 'SB1001', ...wordsFor(fault, text), ...place, reach: 'entry' }
}

/** What to say of a tab that indents a line. */
export function tabAt(offset: number): SyntaxExplanation {
  const help = 'indent with spaces: YAML forbids tabs there'
  const message = 'a tab indents this line'
  return { code: 'SB1003', message, help, from: offset, to: offset + 1, reach: 'entry' }
}

/** The faults that a line in the wrong column makes, or one without its colon. */
function misplacedLine(
  { code, message, from }: SyntaxFault,
  text: string,
): (Words & { from: number; to: number }) | undefined {
  const isOutOfLine =
    code === 'MULTILINE_IMPLICIT_KEY' ||
    isStrayItem(message) ||
    (code === 'BAD_INDENT' && !isUnclosed(message)) ||
    (code === 'MISSING_CHAR' && message.includes('without - indicator'))
  if (!isOutOfLine) return undefined
  // The library points at the white space before it.
  const start = lineStart(text, from + Math.max(0, text.slice(from).search(/\S/)))
  const line = text.slice(start, lineEnd(text, start))
  const [, margin = '', content = ''] = /^( *)(.*?)\s*$/.exec(line) ?? []
  const place = { from: start + margin.length, to: start + margin.length + Math.max(1, content.length) }
  const [, key, rest] = /^(?:- +)*([A-Za-z][\w-]*)(?:$|:(\S.*)$)/.exec(content) ?? []
  if (key !== undefined && code === 'MULTILINE_IMPLICIT_KEY') {
    return rest === undefined
      ? { message: `"${key}" is not a key: it has no colon`, help: `write \`${key}:\``, ...place }
      : { message: `no space follows the colon of "${key}"`, help: `write \`${key}: ${rest}\``, ...place }
  }
  const [near, other] = neighboursOf(text.slice(0, start), margin.length, content.startsWith('- '))
  if (near === undefined || near.column === margin.length) return undefined
  const words = (count: number) => `${count} ${count === 1 ? 'space' : 'spaces'}`
  const isBelowMetadata = near.shown === '`metadata`' && near.column === 0
  return {
    message: `this line is indented by ${words(margin.length)}, unlike its neighbours`,
    help: isBelowMetadata
      ? lineMissing
      : `indent it by ${near.column} like ${near.shown}${other ? `, or by ${other.column} like ${other.shown}` : ''}`,
    ...place,
  }
}

/** What to do where the fields of a spec stand without it. */
export const lineMissing = 'put a line `spec:` before it'

interface Neighbour {
  readonly column: number
  readonly isItem: boolean
  readonly shown: string
}

/** Of the keys, or the items, that are open at the end of `before`, those nearest to `column`: one, or two as near. */
function neighboursOf(before: string, column: number, isItem: boolean): Neighbour[] {
  const open: Neighbour[] = []
  for (const line of before.split(/\r\n?|\n/)) {
    const [, margin = '', dashes = '', key] = /^( *)((?:- +)*)(?:([\w"'.-]+) *:(?: |$))?/.exec(line) ?? []
    if (/^\s*(?:#|$)/.test(line)) continue
    // The items of a list may stand in the column of its key.
    const holds = (each: Neighbour) =>
      each.column < margin.length || (each.column === margin.length && dashes !== '' && !each.isItem)
    while (open.length > 0 && !holds(open.at(-1)!)) open.pop()
    for (const { index } of dashes.matchAll(/-/g)) {
      open.push({ column: margin.length + index, isItem: true, shown: 'the item above' })
    }
    if (key !== undefined) open.push({ column: margin.length + dashes.length, isItem: false, shown: `\`${key}\`` })
  }
  const candidates = open.filter(each => each.isItem === isItem)
  const distance = (each: Neighbour) => Math.abs(each.column - column)
  const least = Math.min(...candidates.map(distance))
  return candidates.filter(each => distance(each) === least)
}

/** What to say where a template was not filled in. */
export const templateWords = {
  message: 'this is a template, and no YAML yet',
  help: 'check what comes out of it, as `helm template` prints it',
}

/** The first `{{ … }}` in the line of `offset`. */
export function templateIn(text: string, offset: number): { from: number; to: number } | undefined {
  const start = lineStart(text, offset)
  const found = /\{\{[^\r\n]*?\}\}/.exec(text.slice(start, lineEnd(text, start)))
  return found === null ? undefined : { from: start + found.index, to: start + found.index + found[0].length }
}

/** The line below a value that YAML joins with it, where the second colon is there and not in the line of the value. */
function lineThatGoesOn({ message, from }: SyntaxFault, text: string): { from: number; to: number } | undefined {
  const end = lineEnd(text, from)
  if (isStrayItem(message) || /:(?:\s|$)/.test(text.slice(from, end))) return undefined
  const next = /\S[^\r\n]*/.exec(text.slice(end, end + 1_000))
  return next === null ? undefined : { from: end + next.index, to: end + next.index + next[0].trimEnd().length }
}

function lineStart(text: string, offset: number): number {
  return Math.max(text.lastIndexOf('\n', offset - 1), text.lastIndexOf('\r', offset - 1)) + 1
}

function lineEnd(text: string, offset: number): number {
  const length = text.slice(offset).search(/[\r\n]/)
  return length < 0 ? text.length : offset + length
}

function nextLine(text: string, offset: number): number {
  const end = lineEnd(text, offset)
  return end + (text.startsWith('\r\n', end) ? 2 : 1)
}

function wordsFor({ code, message, from }: SyntaxFault, text: string): Words {
  switch (code) {
    case 'TOO_DEEP':
      return {
        message: `the lists and mappings are nested more than ${deepestNesting} deep`,
        help: 'no resource needs that: close the brackets, or check the indentation',
      }
    case 'TOO_LARGE':
      return {
        message: `the file has more than ${mostParts} words and marks of YAML, and is read no further`,
        help: 'split it into several files',
      }
    case 'BAD_SCALAR_START':
      return {
        message: `a value cannot start with ${text[from] ?? 'this'}`,
        help: 'put the value in quotes',
      }
    case 'BLOCK_AS_IMPLICIT_KEY':
      if (isStrayItem(message)) {
        return {
          message: 'a list item among the keys of a mapping',
          help: 'indent it as the items of its list are, or write it as a key with a value',
        }
      }
      return { message: 'a second ": " on one line', help: 'put a value that holds ": " in quotes' }
    case 'MULTILINE_IMPLICIT_KEY':
      return {
        message: 'this line is not in line with the ones around it',
        help: 'indent it as its neighbours are; a key needs a colon and a space after it',
      }
    case 'BAD_INDENT':
      return isUnclosed(message)
        ? { message: 'a bracket is opened and not closed', help: 'close it with ] or }, whichever opened it' }
        : { message: 'this line is indented unlike its neighbours', help: 'indent the keys of one mapping alike' }
    case 'MISSING_CHAR':
      return wordsForMissing(message)
    case 'UNEXPECTED_TOKEN':
      return {
        message: 'this is not allowed here',
        help: 'check the indentation and the quotes of this line and the one before',
      }
    case 'KEY_OVER_1024_CHARS':
      return { message: 'a key is longer than 1024 characters' }
    case 'BAD_DQ_ESCAPE':
      return {
        message: 'this escape does not exist in double quotes',
        help: 'write \\\\ for a backslash, or use single quotes',
      }
    case 'BAD_ALIAS':
      return { message: 'an alias needs the name of an anchor', help: 'quote a value that starts with * or &' }
    case 'PARSER_FAILED':
      return { message: 'the YAML cannot be read' }
    default:
      return { message: `the YAML cannot be read: ${message}` }
  }
}

function wordsForMissing(message: string): Words {
  if (message.includes('quote')) return { message: 'a quotation mark is opened and not closed' }
  if (message.includes('map values')) {
    return { message: 'a key without a value', help: 'put a colon and a space after the key' }
  }
  if (message.includes('without - indicator')) {
    return {
      message: 'this line is indented unlike its neighbours',
      help: 'a list goes on with "- " in the same column',
    }
  }
  if (message.includes('flow')) return { message: 'a comma or a closing bracket is missing' }
  return { message: `the YAML cannot be read: ${message}` }
}

function isUnclosed(message: string): boolean {
  return message.includes('indented and end with')
}

function isStrayItem(message: string): boolean {
  return message.includes('block sequence')
}

/** Where the bracket or quotation mark stands that nothing closes, or the item that is in no list, if that is the fault. */
function openingOf({ code, message, from }: SyntaxFault, text: string): number | undefined {
  if (code === 'BAD_INDENT' && isUnclosed(message)) return openBracket(text, from)
  // The library points at the white space before the item.
  if (code === 'BLOCK_AS_IMPLICIT_KEY' && isStrayItem(message)) return from + Math.max(0, text.slice(from).search(/\S/))
  if (code !== 'MISSING_CHAR' || !message.includes('quote')) return undefined
  const mark = message.includes('"') ? '"' : "'"
  let at = text.lastIndexOf(mark, from - 1)
  while (mark === '"' && at > 0 && text[at - 1] === '\\') at = text.lastIndexOf(mark, at - 1)
  return at < 0 ? undefined : at
}

/** The last bracket before `offset` that nothing closes, looking back over a few lines; quotes are not looked at. */
function openBracket(text: string, offset: number): number | undefined {
  let depth = 0
  for (let at = offset - 1; at >= Math.max(0, offset - 10_000); at--) {
    if (']}'.includes(text[at]!)) depth++
    else if ('[{'.includes(text[at]!) && depth-- === 0) return at
  }
  return undefined
}

/** The tab in the indentation of the line at `offset`, or of the line that starts there; also behind its dashes. */
function tabIn(text: string, offset: number): number | undefined {
  for (let at = lineStart(text, offset); at < text.length && ' \t-'.includes(text[at]!); at++) {
    if (text[at] === '\t') return at
  }
  return undefined
}

/** The first line that git leaves where two sides changed the same, at or before the line of `offset`. */
function conflictMarkBefore(text: string, offset: number): { from: number; to: number } | undefined {
  const mark = /^<{7}(?: .*)?$/m.exec(text.slice(0, lineEnd(text, offset)))
  return mark === null ? undefined : { from: mark.index, to: mark.index + mark[0].length }
}
