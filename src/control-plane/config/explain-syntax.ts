import type { DiagnosticCode } from '../../diagnostics/catalogue.ts'
import type { SyntaxFault } from './parse-documents.ts'

export interface SyntaxExplanation {
  readonly code: Extract<DiagnosticCode, 'SB1001' | 'SB1003'>
  readonly message: string
  readonly help?: string
  /** The text that is meant. */
  readonly from: number
  readonly to: number
}

interface Words {
  readonly message: string
  readonly help?: string
}

/** A YAML fault in the words of the operator; a tab in the indentation near it is what is really meant. */
export function explainSyntax(fault: SyntaxFault, text: string): SyntaxExplanation {
  const tab = tabIn(text, fault.from)
  if (tab !== undefined && fault.code !== 'TOO_DEEP') {
    const help = 'indent with spaces: YAML forbids tabs there'
    return { code: 'SB1003', message: 'a tab indents this line', help, from: tab, to: tab + 1 }
  }
  const open = openingOf(fault, text)
  if (open !== undefined) return { code: 'SB1001', ...wordsFor(fault, text), from: open, to: open + 1 }
  const end = Math.min(fault.to, text.length)
  return { code: 'SB1001', ...wordsFor(fault, text), from: Math.min(fault.from, end), to: end }
}

function wordsFor({ code, message, from }: SyntaxFault, text: string): Words {
  switch (code) {
    case 'TOO_DEEP':
      return { message: 'the lists and mappings are nested too deep' }
    case 'BAD_SCALAR_START':
      return {
        message: `a value cannot start with ${text[from] ?? 'this'}`,
        help: 'put the value in quotes',
      }
    case 'BLOCK_AS_IMPLICIT_KEY':
      if (isStrayItem(message)) {
        return {
          message: 'a list item stands among the keys of a mapping',
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
        message: 'this cannot stand here',
        help: 'check the indentation and the quotes of this line and the one before',
      }
    case 'KEY_OVER_1024_CHARS':
      return { message: 'a key is longer than 1024 characters' }
    case 'BAD_DQ_ESCAPE':
      return {
        message: 'there is no such escape in double quotes',
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

/** The tab in the indentation of the line at `offset`, or of the line that starts there. */
function tabIn(text: string, offset: number): number | undefined {
  let start = Math.min(offset, text.length)
  while (start > 0 && !/[\r\n]/.test(text[start - 1]!)) start--
  for (let at = start; at < text.length && (text[at] === ' ' || text[at] === '\t'); at++) {
    if (text[at] === '\t') return at
  }
  return undefined
}
