import { type Diagnostic, diagnose } from '../../diagnostics/diagnostic.ts'
import type { SuppressionComment } from '../../diagnostics/suppression.ts'
import { type DocumentContent, readDocument } from './read-document.ts'
import { holdsMesh, readMesh } from './read-mesh.ts'
import type { AnyResource, MeshSettings } from './resource.ts'
import type { UnreadResource } from './resource-type.ts'
import { mostListedFaults } from './schema/decode-resource.ts'
import { decodeText } from './yaml/decode-text.ts'
import { templateIn, templateWords } from './yaml/explain-syntax.ts'
import { type FieldPath, formatPath } from './yaml/field-path.ts'
import { forbiddenCharacters } from './yaml/forbidden-characters.ts'
import {
  fileBudget,
  type ParsedDocument,
  type ParsingBudget,
  parseDocuments,
  type SoundDocument,
} from './yaml/parse-documents.ts'
import { type DataFault, mostAliasedValues, type PlainData } from './yaml/plain-data.ts'
import { recoverDocument } from './yaml/recover-document.ts'
import type { SourceFile } from './yaml/source-file.ts'
import { SourceText } from './yaml/source-text.ts'
import { suppressionComments } from './yaml/suppression-comments.ts'

/** What one file gives by itself, whatever stands beside it. */
export interface FileContent {
  /** Decoded, for code frames. */
  readonly text: string
  readonly resources: readonly AnyResource[]
  readonly meshes: readonly MeshSettings[]
  readonly unread: readonly UnreadResource[]
  readonly diagnostics: readonly Diagnostic[]
  /** Those that suppress findings. */
  readonly comments: readonly SuppressionComment[]
}

/**
 * Reads a file. Never throws; what cannot be read is a diagnostic, and hides nothing else.
 *
 * @param parsed its documents, where they have been read already
 */
export function readSourceFile(file: SourceFile, parsed?: readonly SoundDocument[]): FileContent {
  const { text, diagnostic } = decodeText(file)
  const comments = suppressionComments(file.path, text)
  if (diagnostic) return { text, resources: [], meshes: [], unread: [], diagnostics: [diagnostic], comments }
  const source = new SourceText(file.path, text)
  const forbidden = forbiddenCharacters(source)
  const diagnostics: Diagnostic[] = [...forbidden]
  const resources: AnyResource[] = []
  const meshes: MeshSettings[] = []
  const unread: UnreadResource[] = []
  const budget = fileBudget()
  const read = holdsMesh(file) ? readMesh : readDocument
  for (const document of parsed ?? parseDocuments(text, budget)) {
    const content = readParsed(document, { source, budget, read })
    // One by one: a document may have more of them than a call takes arguments.
    for (const resource of content.resources) resources.push(resource)
    for (const each of content.diagnostics) if (!forbidden.some(other => holds(each, other))) diagnostics.push(each)
    for (const each of content.unread ?? []) unread.push(each)
    if (content.mesh) meshes.push(content.mesh)
  }
  return { text, resources, meshes, unread, diagnostics, comments }
}

/** Whether one finding is about a text that holds what another one is about. */
function holds({ span: outer }: Diagnostic, { span: inner }: Diagnostic): boolean {
  if (!outer || !inner) return false
  return outer.start.offset <= inner.start.offset && inner.end.offset <= outer.end.offset
}

interface FileReading {
  readonly source: SourceText
  readonly budget: ParsingBudget
  readonly read: typeof readDocument
}

function readParsed(document: ParsedDocument, reading: FileReading): DocumentContent {
  const { source, budget } = reading
  if (document.kind === 'broken') {
    const { faults, rests } = recoverDocument(document, budget)
    const reported = faults.map(({ code, message, help, from, to }) =>
      diagnose(code, { message, ...(help === undefined ? {} : { help }), span: source.span(from, to) }),
    )
    const readings = rests.map(({ plain, lost }) => readPlain(plain, reading, lost))
    const least = Math.min(...readings.map(each => each.diagnostics.length))
    const { diagnostics, ...content } = readings.find(each => each.diagnostics.length === least) ?? nothing
    return { ...content, diagnostics: [...reported, ...diagnostics] }
  }
  const { diagnostics, ...content } = readPlain(document.plain, reading)
  const tags = document.unknownTags.map(([from, to]) =>
    diagnose('SB1011', {
      message: `the tag ${source.text.slice(from, to)} means nothing here`,
      help: 'remove it; to make a value text, quote it',
      span: source.span(from, to),
    }),
  )
  return { ...content, diagnostics: [...diagnostics, ...tags] }
}

const nothing: DocumentContent = { resources: [], diagnostics: [] }

/** @param lost what a fault in the syntax took out of the document */
function readPlain(plain: PlainData, { source, read }: FileReading, lost: readonly FieldPath[] = []): DocumentContent {
  const faults = explainData(source, plain.faults)
  // Aliases are not read to the end then, and what they stand for is missing anywhere.
  const isEndless = plain.faults.some(({ kind }) => kind === 'too many values')
  if (plain.data === null || isEndless) return { resources: [], diagnostics: faults }
  const damage = [...lost, ...plain.faults.slice(0, mostListedFaults).map(({ path }) => path)]
  const { diagnostics, mesh, ...content } = read(source, plain, damage)
  return { ...content, diagnostics: [...faults, ...diagnostics], ...(mesh && damage.length === 0 && { mesh }) }
}

/** What to do about a mapping that begins a second time. */
const helpForDoubled = {
  document: 'put a line with --- before it where another resource begins, or keep one of the two',
  item: 'put "- " before it where the next item of the list begins, or keep one of the two',
  list: 'put "- " before both where they begin items of a list, or keep one of the two',
} as const

function explainData(source: SourceText, all: readonly DataFault[]): Diagnostic[] {
  // Once the aliases stand for too much they are read no further, and all else follows from that.
  const bomb = all.find(({ kind }) => kind === 'too many values')
  const faults = bomb ? [bomb] : all.slice(0, mostListedFaults)
  const reported = faults.map(fault => {
    const span = source.span(...fault.at)
    switch (fault.kind) {
      case 'duplicate key': {
        const message = `duplicate key "${fault.key}" in a mapping`
        const related = [{ message: 'first here', span: source.span(...fault.first) }]
        const help = fault.begins ? helpForDoubled[fault.begins] : 'keep one of them, or put them together'
        return diagnose('SB1004', { message, help, span, related, path: formatPath(fault.path) })
      }
      case 'unknown alias': {
        const written = source.text.slice(...fault.at)
        if (/[.*/]/.test(written.slice(1)) || written === '*') {
          return diagnose('SB1001', {
            message: 'a value that starts with * is an alias',
            help: `quote it: "${written}"`,
            span,
          })
        }
        const help = 'define the anchor before it in the same document, or quote a value that starts with *'
        return diagnose('SB1001', { message: 'this alias names no anchor', help, span })
      }
      case 'endless alias':
        return diagnose('SB1001', { message: 'this alias refers to a value that contains it', span })
      case 'too many values':
        return diagnose('SB1001', {
          message: `the aliases of this document expand to more than ${mostAliasedValues} values`,
          help: 'write the values out, or split the document',
          span,
        })
      case 'bad merge':
        return diagnose('SB1001', {
          message: '`<<` merges mappings, and this is not a mapping',
          help: 'write <<: *anchor',
          span,
        })
      case 'bad key': {
        const template = templateIn(source.text, fault.at[0])
        if (template) return diagnose('SB1001', { ...templateWords, span: source.span(template.from, template.to) })
        return diagnose('SB1001', {
          message: 'a key must be text',
          help: 'quote a key that starts with [, { or *',
          span,
        })
      }
      default:
        return fault satisfies never
    }
  })
  const unlisted = all.length - faults.length
  if (bomb || unlisted === 0) return reported
  const message = `the document has ${unlisted} more faults like the ones before, which are not listed`
  return [...reported, diagnose('SB1001', { message, span: source.span(...all[faults.length]!.at) })]
}
