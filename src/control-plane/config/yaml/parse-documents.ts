import { Composer, type CST, type Document, Lexer, Parser, type YAMLParseError } from 'yaml'
import type { TextRange } from './document-outline.ts'
import { type PlainData, plainData } from './plain-data.ts'

/** How deep lists and mappings may be nested: several times what any resource needs. */
export const deepestNesting = 100

/** How many parts (words, marks, spaces) of one file are read: what 3 MB of ordinary YAML have. */
export const mostParts = 1_000_000

/** How many faults of one document are looked at. Most are an echo of the first, and each costs more than a line read. */
const mostFaults = 100

/** One YAML document of a text. */
export type ParsedDocument = SoundDocument | BrokenDocument

export interface SoundDocument {
  readonly kind: 'sound'
  readonly plain: PlainData
  /** Tags that mean nothing here. */
  readonly unknownTags: readonly TextRange[]
}

export interface BrokenDocument {
  readonly kind: 'broken'
  /** What was read, and where that starts in the text. */
  readonly text: string
  readonly offset: number
  /** In the order of the text. */
  readonly faults: readonly [SyntaxFault, ...SyntaxFault[]]
}

export interface SyntaxFault {
  /** A code of the `yaml` library, or `TOO_DEEP`, `TOO_LARGE` or `PARSER_FAILED`. */
  readonly code: string
  /** In the words of the library. */
  readonly message: string
  readonly from: number
  readonly to: number
}

/** What one file may still cost. */
export interface ParsingBudget {
  /** How many parts are read. */
  parts: number
  /** How many characters are read again because of faults in the syntax. */
  rereadable: number
}

export function fileBudget(): ParsingBudget {
  return { parts: mostParts, rereadable: 2_000_000 }
}

/**
 * The documents of a text, as YAML 1.2 has them. A fault in one document hides none in the next ones.
 *
 * All offsets are those of `text`. A carriage return alone ends a line.
 */
export function* parseDocuments(text: string, budget = fileBudget()): Generator<ParsedDocument> {
  // Parsing normalises line breaks (YAML 1.2 §5.4); the library knows LF and CRLF.
  const lines = text.includes('\r') ? text.replace(/\r(?!\n)/g, '\n') : text
  for (const [from, to] of documentsIn(lines)) {
    yield* parseStretch(lines.slice(from, to), from, budget)
  }
}

/** Where each document stands: `---` at the start of a line starts one, whatever it stands in, and `...` ends one. */
function* documentsIn(lines: string): Generator<TextRange> {
  let from = 0
  // Directives are for the document after them, so that marks alone do not separate the documents.
  const isPlain = !/^%/m.test(lines)
  for (let line = 0; isPlain && line < lines.length; line = lineAfter(lines, line)) {
    const next = isMarked(lines, line, '...') ? lineAfter(lines, line) : line
    const isStart = next > line ? !isMarked(lines, next, '...') : isMarked(lines, line, '---')
    if (!isStart || next === from) continue
    yield [from, next]
    from = next
  }
  yield [from, lines.length]
}

function isMarked(lines: string, line: number, mark: '---' | '...'): boolean {
  return lines.startsWith(mark, line) && ' \t\r\n'.includes(lines[line + 3] ?? ' ')
}

function lineAfter(lines: string, line: number): number {
  const end = lines.indexOf('\n', line)
  return end < 0 ? lines.length : end + 1
}

/**
 * The documents of a stretch of a text: one, unless directives or `...` are in it.
 *
 * @param offset where it starts in the text
 */
export function* parseStretch(text: string, offset: number, budget: ParsingBudget): Generator<ParsedDocument> {
  const parser = new Parser()
  parser.offset = offset
  const composer = new PatientComposer()
  const broken = (...faults: BrokenDocument['faults']): BrokenDocument => ({ kind: 'broken', text, offset, faults })
  const refused = (code: string, at: number, message = '') => broken({ code, message, from: at, to: at + 1 })
  const parsed = ({ contents, errors, warnings }: Document.Parsed): ParsedDocument => {
    const [first, ...more] = errors.map(faultOf).sort((a, b) => a.from - b.from)
    if (first) return broken(first, ...more)
    const unknownTags = warnings.filter(({ code }) => code === 'TAG_RESOLVE_FAILED').map(({ pos }) => pos)
    return { kind: 'sound', plain: plainData(contents), unknownTags }
  }
  try {
    let errors = 0
    for (const part of new Lexer().lex(text)) {
      for (const token of parser.next(part)) {
        if (token.type === 'error') errors++
        for (const document of composer.next(token)) yield parsed(document)
      }
      const isTooDeep = parser.stack.length > deepestNesting + 2
      if (errors <= mostFaults && !isTooDeep && budget.parts-- > 0) continue
      for (const document of composer.end()) yield parsed(document)
      if (isTooDeep) yield refused('TOO_DEEP', parser.stack.at(-1)!.offset)
      else if (errors <= mostFaults) yield refused('TOO_LARGE', parser.offset)
      return
    }
    for (const token of parser.end()) for (const document of composer.next(token)) yield parsed(document)
    for (const document of composer.end(true, offset + text.length)) yield parsed(document)
  } catch (error) {
    const [first, ...more] = error === enough ? composer.streamInfo().errors.map(faultOf) : []
    yield first ? broken(first, ...more) : refused('PARSER_FAILED', offset, String(error))
  }
}

function faultOf({ code, message, pos }: YAMLParseError): SyntaxFault {
  return { code, message, from: pos[0], to: pos[1] }
}

/** Thrown out of a document that has more faults than are looked at. */
const enough = new Error('enough faults')

/** A composer of documents that stops at some number of faults. */
class PatientComposer extends Composer {
  constructor() {
    super({
      version: '1.2',
      schema: 'core',
      // Sets, dates and bytes are nothing that a field takes.
      resolveKnownTags: false,
      uniqueKeys: false,
      prettyErrors: false,
      strict: true,
    })
    const report: Report = Reflect.get(this, 'onError')
    const reported = { faults: 0, warnings: 0 }
    Reflect.set(this, 'onError', ((source, code, message, isWarning) => {
      if (isWarning ? ++reported.warnings <= mostFaults : ++reported.faults <= mostFaults)
        report(source, code, message, isWarning)
      else if (!isWarning) throw enough
    }) satisfies Report)
  }
}

type Report = (source: CST.Token, code: string, message: string, isWarning?: boolean) => void
