import { type Diagnostic, diagnose, inReadingOrder } from '../../diagnostics/diagnostic.ts'
import type { SourceTexts } from '../../diagnostics/render.ts'
import { decodeText } from './decode-text.ts'
import { explainSyntax } from './explain-syntax.ts'
import { rangeOf } from './located-document.ts'
import { type ParsedDocument, parseDocuments } from './parse-documents.ts'
import { type DataFault, mostAliasedValues, plainData } from './plain-data.ts'
import { type DocumentContent, readDocument } from './read-document.ts'
import { holdsMesh, readMesh } from './read-mesh.ts'
import { type AnyResource, type Config, formatPath, type MeshSettings, type SourceFile } from './resource.ts'
import { SourceText } from './source-text.ts'

export interface ReadResult {
  /** The resources; those that break their schema as far as they can be saved (`isDamaged`). */
  readonly config: Config
  readonly diagnostics: Diagnostic[]
  /** The decoded text of every file, for code frames. */
  readonly texts: SourceTexts
}

/**
 * Reads the resources of all files. Never throws; what cannot be read is a diagnostic, and hides nothing else.
 *
 * A resource that breaks its schema is saved as far as it goes, and marked as damaged. Of two with one kind, namespace and name the first is kept (SB4001);
 * the order is that of the paths by code units, then of the documents.
 */
export function readConfig(files: readonly SourceFile[]): ReadResult {
  const texts = new Map<string, string>()
  const diagnostics: Diagnostic[] = []
  const resources: AnyResource[] = []
  let mesh: MeshSettings | undefined
  for (const file of [...files].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))) {
    const { text, diagnostic } = decodeText(file)
    texts.set(file.path, text)
    if (diagnostic) {
      diagnostics.push(diagnostic)
      continue
    }
    const source = new SourceText(file.path, text)
    for (const document of parseDocuments(text)) {
      const content = readParsed(source, document, holdsMesh(file) ? readMesh : readDocument)
      // One by one: a document may have more of them than a call takes arguments.
      for (const resource of content.resources) resources.push(resource)
      for (const each of content.diagnostics) diagnostics.push(each)
      if (mesh && content.mesh) diagnostics.push(secondMesh(mesh, content.mesh))
      mesh ??= content.mesh
    }
  }
  const { kept, doubles } = withoutDoubles(resources)
  const config = { ...byKind(kept), ...(mesh && { mesh }) }
  return { config, diagnostics: inReadingOrder([...diagnostics, ...doubles]), texts }
}

function secondMesh(first: MeshSettings, second: MeshSettings): Diagnostic {
  return diagnose('SB4001', {
    message: 'the mesh settings are given twice',
    why: 'only the first of the two take effect',
    help: 'put them together',
    resource: second.title,
    span: second.keySpanOf([]),
    related: [{ message: 'first given here', span: first.keySpanOf([]) }],
  })
}

function readParsed(
  source: SourceText,
  { content, errors, unknownTags }: ParsedDocument,
  read: typeof readDocument,
): DocumentContent {
  const [fault] = errors
  if (fault) {
    // What follows the first fault is mostly its echo.
    const { from, to, code, ...words } = explainSyntax(fault, source.text)
    return { resources: [], diagnostics: [diagnose(code, { ...words, span: source.span(from, to) })] }
  }
  const plain = plainData(content)
  if (content === null || plain.data === null) return { resources: [], diagnostics: explainData(source, plain.faults) }
  const faults = explainData(source, plain.faults)
  // Values that aliases stand for are missing then, and their absence is no fault of its own.
  if (plain.faults.some(({ kind }) => kind !== 'duplicate key')) return { resources: [], diagnostics: faults }
  const { resources, diagnostics, mesh } = read(source, plain, content)
  const tags = unknownTags.map(([from, to]) =>
    diagnose('SB1011', {
      message: `the tag ${source.text.slice(from, to)} means nothing here`,
      help: 'remove it; to make a value text, quote it',
      span: source.span(from, to),
    }),
  )
  const told = { diagnostics: [...faults, ...diagnostics, ...tags] }
  return faults.length > 0 ? { ...told, resources: [] } : { ...told, resources, ...(mesh && { mesh }) }
}

function explainData(source: SourceText, all: readonly DataFault[]): Diagnostic[] {
  // Once the aliases stand for too much they are read no further, and all else follows from that.
  const bomb = all.find(({ kind }) => kind === 'too many values')
  const faults = bomb ? [bomb] : all
  return faults.map(fault => {
    const span = source.span(...rangeOf(fault.node))
    switch (fault.kind) {
      case 'duplicate key': {
        const message = `the key "${fault.key}" stands twice in one mapping`
        const related = [{ message: 'first here', span: source.span(...rangeOf(fault.first)) }]
        const help = 'keep one of them, or put them together'
        return diagnose('SB1004', { message, help, span, related, path: formatPath(fault.path) })
      }
      case 'unknown alias': {
        const help = 'define the anchor before it in the same document, or quote a value that starts with *'
        return diagnose('SB1001', { message: 'this alias names no anchor', help, span })
      }
      case 'endless alias':
        return diagnose('SB1001', { message: 'this alias stands inside what it stands for', span })
      case 'too many values':
        return diagnose('SB1001', {
          message: `the aliases of this document stand for more than ${mostAliasedValues} values`,
          help: 'write the values out, or split the document',
          span,
        })
      case 'bad merge':
        return diagnose('SB1001', {
          message: '`<<` merges mappings, and this is none',
          help: 'write <<: *anchor',
          span,
        })
      case 'bad key':
        return diagnose('SB1001', {
          message: 'a key must be text',
          help: 'quote a key that starts with [, { or *',
          span,
        })
      default:
        return fault satisfies never
    }
  })
}

function withoutDoubles(resources: readonly AnyResource[]): { kept: AnyResource[]; doubles: Diagnostic[] } {
  const first = new Map<string, AnyResource>()
  const doubles: Diagnostic[] = []
  const path = ['metadata', 'name']
  for (const resource of resources) {
    const other = first.get(resource.title)
    if (other === undefined) first.set(resource.title, resource)
    else {
      doubles.push(
        diagnose('SB4001', {
          message: `${resource.title} is declared twice`,
          why: 'only one of the two can take effect',
          help: 'rename or remove one of them',
          resource: resource.title,
          path: formatPath(path),
          span: resource.spanOf(path),
          related: [{ message: 'first declared here', span: other.spanOf(path) }],
        }),
      )
    }
  }
  return { kept: [...first.values()], doubles }
}

function byKind(resources: readonly AnyResource[]): Config {
  const of = <Kind extends AnyResource['kind']>(kind: Kind) =>
    resources.filter((each): each is Extract<AnyResource, { kind: Kind }> => each.kind === kind)
  return {
    virtualServices: of('VirtualService'),
    destinationRules: of('DestinationRule'),
    serviceEntries: of('ServiceEntry'),
    workloadEntries: of('WorkloadEntry'),
    gateways: of('Gateway'),
  }
}
