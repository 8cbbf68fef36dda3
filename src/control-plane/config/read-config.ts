import { type Diagnostic, diagnose, inReadingOrder } from '../../diagnostics/diagnostic.ts'
import type { SourceTexts } from '../../diagnostics/render.ts'
import type { SuppressionComment } from '../../diagnostics/suppression.ts'
import { withoutDuplicates } from './duplicates.ts'
import { type FileContent, readSourceFile } from './read-source-file.ts'
import type { AnyResource, Config, MeshSettings } from './resource.ts'
import { type TypeName, typeName, type UnreadResource } from './resource-type.ts'
import type { SourceFile } from './yaml/source-file.ts'

export interface ReadResult {
  /** The resources; those that break their schema as far as they can be saved (`isDamaged`). */
  readonly config: Config
  readonly diagnostics: Diagnostic[]
  /** The resources of which nothing was read. */
  readonly unread: readonly UnreadResource[]
  /** Those of all files that suppress findings. */
  readonly comments: readonly SuppressionComment[]
  /** The decoded text of every file, for code frames. */
  readonly texts: SourceTexts
}

/** Reads files, or knows from before what they hold. */
export interface FileReader {
  /** The contents of these files, in their order. */
  read(files: readonly SourceFile[]): readonly FileContent[]
}

const plainReader: FileReader = { read: files => files.map(file => readSourceFile(file)) }

/**
 * Reads the resources of all files. Never throws; what cannot be read is a diagnostic, and hides nothing else.
 *
 * A resource that breaks its schema is saved as far as it goes, and marked as damaged. Of two with one type, namespace and name the first is kept (SB4001);
 * the order is that of the paths by code units, then of the documents.
 *
 * @param reader may spare reading files that it knows
 */
export function readConfig(files: readonly SourceFile[], reader: FileReader = plainReader): ReadResult {
  const ordered = [...files].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
  const contents = new Map<string, FileContent>()
  const diagnostics: Diagnostic[] = []
  const comments: SuppressionComment[] = []
  const resources: AnyResource[] = []
  const meshes: MeshSettings[] = []
  const unread: UnreadResource[] = []
  for (const [index, content] of reader.read(ordered).entries()) {
    contents.set(ordered[index]!.path, content)
    // One by one: a file may have more of them than a call takes arguments.
    for (const each of content.diagnostics) diagnostics.push(each)
    for (const each of content.resources) resources.push(each)
    for (const each of content.meshes) meshes.push(each)
    for (const each of content.unread) unread.push(each)
    for (const each of content.comments) comments.push(each)
  }
  const [mesh, ...others] = meshes
  for (const each of others) diagnostics.push(secondMesh(mesh!, each))
  const { kept, diagnostics: duplicates } = withoutDuplicates(resources)
  const config = { ...byType(kept), ...(mesh && { mesh }) }
  const found = inReadingOrder([...diagnostics, ...duplicates])
  return { config, diagnostics: found, unread, comments, texts: new TextsOf(contents) }
}

/** Texts that are decoded on demand: few are needed, and only to be shown. */
class TextsOf implements SourceTexts {
  readonly #contents: ReadonlyMap<string, FileContent>

  constructor(contents: ReadonlyMap<string, FileContent>) {
    this.#contents = contents
  }

  get size(): number {
    return this.#contents.size
  }

  get(file: string): string | undefined {
    return this.#contents.get(file)?.text
  }

  *[Symbol.iterator](): Generator<[string, string]> {
    for (const [file, { text }] of this.#contents) yield [file, text]
  }
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

/** Resources by their types. */
export function byType(resources: readonly AnyResource[]): Config {
  const groups = Map.groupBy(resources, typeName)
  const of = <Name extends TypeName<AnyResource>>(name: Name) => (groups.get(name) ?? []) as ResourceCalled<Name>[]
  return {
    virtualServices: of('VirtualService.networking.istio.io'),
    destinationRules: of('DestinationRule.networking.istio.io'),
    serviceEntries: of('ServiceEntry.networking.istio.io'),
    workloadEntries: of('WorkloadEntry.networking.istio.io'),
    gateways: of('Gateway.networking.istio.io'),
  }
}

/** The resources of the type with this name. */
type ResourceCalled<Name, Each extends AnyResource = AnyResource> = Each extends AnyResource
  ? TypeName<Each> extends Name
    ? Each
    : never
  : never
