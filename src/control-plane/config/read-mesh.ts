import { diagnose } from '../../diagnostics/diagnostic.ts'
import { meshConfig } from './istio/mesh-config.ts'
import type { DocumentContent } from './read-document.ts'
import { decodeResource } from './schema/decode-resource.ts'
import { rootNode } from './yaml/document-outline.ts'
import type { FieldPath } from './yaml/field-path.ts'
import { LocatedDocument } from './yaml/located-document.ts'
import type { PlainData } from './yaml/plain-data.ts'
import type { SourceFile } from './yaml/source-file.ts'
import type { SourceText } from './yaml/source-text.ts'

/** The name of the file that holds mesh settings, at the top of a folder of routes. */
const meshFileName = 'mesh.yaml'

/** Whether a file holds mesh settings and no resources: what its reader says, else its name at the top of the folder. */
export function holdsMesh({ path, isMesh = path === meshFileName }: SourceFile): boolean {
  return isMesh
}

/** Reads a document of `mesh.yaml` whose YAML is sound: a plain mapping of MeshConfig's fields. */
export function readMesh(source: SourceText, { data, outline }: PlainData): DocumentContent {
  const document = new LocatedDocument(source, outline, rootNode)
  const refused = (message: string, help: string, at: FieldPath) => ({
    resources: [],
    diagnostics: [diagnose('SB1006', { message, help, span: document.keySpanOf(at) })],
  })
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    return refused(
      'mesh settings must be a mapping',
      'write for example `pathNormalization: { normalization: BASE }`',
      [],
    )
  }
  if (Object.hasOwn(data, 'kind')) {
    const help = `put the resource into another file: ${meshFileName} holds fields of MeshConfig alone`
    return refused('mesh settings are not a resource', help, ['kind'])
  }
  const title = 'MeshConfig'
  const { value, diagnostics } = decodeResource({ schema: meshConfig, data, document, title })
  if (value === undefined) return { resources: [], diagnostics }
  const mesh = {
    spec: value,
    written: data,
    title,
    spanOf: (path: FieldPath) => document.spanOf(path),
    keySpanOf: (path: FieldPath) => document.keySpanOf(path),
  }
  return { resources: [], diagnostics, mesh }
}
