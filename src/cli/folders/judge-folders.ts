import { createHash } from 'node:crypto'
import { type CompiledRoutes, type CompileOptions, FileCache } from '../../control-plane/compile-routes.ts'
import { type Diagnostic, diagnose } from '../../diagnostics/diagnostic.ts'
import { parseFiles } from './parse-files.ts'
import type { Pipeline } from './pipeline.ts'
import { FolderReader } from './read-folders.ts'

/** What every verb begins with: the folders read, judged and compiled, or why it cannot be read at all. */
export type Judgement =
  | ({ readonly kind: 'judged'; readonly paths: readonly string[] } & CompiledRoutes)
  | { readonly kind: 'unusable'; readonly reasons: readonly string[] }

export interface JudgeOptions extends CompileOptions {
  /** Of a process that judges again and again: it spares reading files that did not change. */
  readonly reader?: FolderReader
}

/**
 * Reads folders (or single files) and sends them, as one, through the control plane.
 *
 * @param options who the edge is, and the target that findings are about
 */
export async function judgeFolders(
  folders: readonly string[],
  { compileRoutes, cacheFolder }: Pick<Pipeline, 'compileRoutes' | 'cacheFolder'>,
  { reader = new FolderReader(), ...options }: JudgeOptions = {},
): Promise<Judgement> {
  const reading = reader.read(folders)
  if (reading.kind === 'unusable') return reading
  const cache = options.cache ?? new FileCache()
  const keep = await parseFiles(
    reading.files,
    cache,
    options.target,
    cacheFolder === undefined ? undefined : { folder: cacheFolder, targets: folders },
  )
  const compiled = compileRoutes(reading.files, { ...options, cache, sha256 })
  await keep()
  return {
    ...compiled,
    kind: 'judged',
    paths: reading.files.map(({ path }) => path),
    diagnostics: [...reading.reserved.map(withoutEffect), ...compiled.diagnostics],
  }
}

function sha256(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest()
}

function withoutEffect(file: string): Diagnostic {
  const start = { line: 1, column: 1, offset: 0 }
  return diagnose('SB6001', {
    message: `"${file}" has no effect yet`,
    span: { file, start, end: start },
    why: 'this name is reserved for the configuration of the gateway, which is not read yet',
    help: 'give the file another name if it holds routes',
  })
}
