import { Composer, type CST, type Document, type ParsedNode, Parser, type YAMLParseError } from 'yaml'

/** How deep lists and mappings may be nested: several times what any resource needs. */
export const deepestNesting = 100

/** One YAML document of a text. */
export interface ParsedDocument {
  /** Its content; null where it is empty, or too deep to be looked into. */
  readonly content: ParsedNode | null
  /** What is wrong with its syntax, in the order of the text. */
  readonly errors: readonly SyntaxFault[]
  /** Tags that mean nothing here, with the range of each. */
  readonly unknownTags: readonly (readonly [from: number, to: number])[]
}

export interface SyntaxFault {
  /** A code of the `yaml` library, or `TOO_DEEP`, or `PARSER_FAILED`. */
  readonly code: string
  /** In the words of the library. */
  readonly message: string
  readonly from: number
  readonly to: number
}

/**
 * The documents of a text, as YAML 1.2 has them. A fault in one document hides none in the next ones.
 *
 * The offsets of all nodes are those of `text`. A carriage return alone ends a line.
 */
export function parseDocuments(text: string): ParsedDocument[] {
  const documents: ParsedDocument[] = []
  const composer = new Composer({
    version: '1.2',
    schema: 'core',
    uniqueKeys: false,
    prettyErrors: false,
    strict: true,
  })
  // Parsing normalises line breaks (YAML 1.2 §5.4); the library knows LF and CRLF.
  const lines = text.includes('\r') ? text.replace(/\r(?!\n)/g, '\n') : text
  try {
    for (const token of new Parser().parse(lines)) {
      const tooDeep = token.type === 'document' ? offsetBelow(token, deepestNesting) : undefined
      if (tooDeep === undefined) for (const document of composer.next(token)) documents.push(parsed(document))
      else documents.push(refused('TOO_DEEP', '', tooDeep))
    }
    for (const document of composer.end(true, lines.length)) documents.push(parsed(document))
  } catch (error) {
    documents.push(refused('PARSER_FAILED', String(error), lines.length))
  }
  return documents
}

function parsed(document: Document.Parsed): ParsedDocument {
  return {
    content: document.contents,
    errors: document.errors.map(faultOf).sort((a, b) => a.from - b.from),
    unknownTags: document.warnings.filter(({ code }) => code === 'TAG_RESOLVE_FAILED').map(({ pos }) => pos),
  }
}

function faultOf({ code, message, pos }: YAMLParseError): SyntaxFault {
  return { code, message, from: pos[0], to: pos[1] }
}

function refused(code: string, message: string, at: number): ParsedDocument {
  return { content: null, errors: [{ code, message, from: at, to: at + 1 }], unknownTags: [] }
}

/** Where `document` is nested deeper than `limit`, or undefined. Composing recurses, so this does not. */
function offsetBelow(document: CST.Document, limit: number): number | undefined {
  const open: { readonly token: CST.Token; readonly depth: number }[] = []
  if (document.value) open.push({ token: document.value, depth: 0 })
  for (let next = open.pop(); next; next = open.pop()) {
    const { token, depth } = next
    if (!('items' in token)) continue
    if (depth >= limit) return token.offset
    for (const { key, value } of token.items) {
      if (key) open.push({ token: key, depth: depth + 1 })
      if (value) open.push({ token: value, depth: depth + 1 })
    }
  }
  return undefined
}
