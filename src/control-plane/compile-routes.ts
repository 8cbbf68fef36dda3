import { catalogue } from '../diagnostics/catalogue.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { isUnreadable } from '../diagnostics/diagnostic.ts'
import type { SourceTexts } from '../diagnostics/render.ts'
import { type SuppressedDiagnostic, suppress } from '../diagnostics/suppression.ts'
import type { Sha256 } from '../fib/hash.ts'
import { analyze, analyzeAhead } from './analysis/analyze.ts'
import { compile, fragmentKnownFor, fragmentsOf, recallFragment } from './compile/compile.ts'
import type { Fragment } from './compile/fragment.ts'
import { findNothingRead } from './config/nothing-read.ts'
import { byType, readConfig } from './config/read-config.ts'
import type { VirtualServiceResource } from './config/resource.ts'
import type { PackedDocuments } from './config/yaml/packed-documents.ts'
import type { SourceFile } from './config/yaml/source-file.ts'
import type { Target } from './effects/target.ts'
import type { Rib } from './ir/rib.ts'
import type { FileCache } from './memory/file-cache.ts'
import { rememberedAs } from './memory/remembered.ts'
import type { Identity } from './resolve/identity.ts'
import { resolve } from './resolve/resolve.ts'
import { routeSourcesOf } from './translate/http-routes.ts'
import { type ListenerTls, listenerTlsOf } from './translate/listener-tls.ts'
import { translate } from './translate/translate.ts'

export type { PackedDocuments } from './config/yaml/packed-documents.ts'
export { defaultTarget, type Target, targets } from './effects/target.ts'
export { FileCache } from './memory/file-cache.ts'
export type { KeptFile } from './memory/kept-file.ts'
export { defaultIdentity, type Identity } from './resolve/identity.ts'
export type { ListenerTls } from './translate/listener-tls.ts'

/** What became of the routes: findings always, a table unless the text itself is at fault or nobody wants one. */
export interface CompiledRoutes {
  /** The FIB; absent when the YAML cannot be read or breaks the schema, and when it was not asked for. */
  readonly table?: Uint8Array
  /** What the table is compiled from, for those who explain it. Absent when the YAML cannot be read. */
  readonly rib?: Rib
  /** How its HTTPS listeners end TLS. Absent when the YAML cannot be read. */
  readonly tls?: readonly ListenerTls[]
  readonly diagnostics: readonly Diagnostic[]
  /** Findings that comments in the YAML suppress; none of them is among `diagnostics`. */
  readonly suppressed: readonly SuppressedDiagnostic[]
  /** The decoded texts of all files, for code frames. */
  readonly texts: SourceTexts
}

export interface CompileOptions {
  /** Who the edge is to rules that name their clients; by default, a gateway installed the usual way. */
  readonly identity?: Identity
  /** What the routes are to be carried out by: findings say what holds there. The table is the same for all. */
  readonly target?: Target
  /** Of a process that compiles again and again: it spares reading files that did not change. */
  readonly cache?: FileCache
  /** `findings` where nobody will look at the table: it is not linked then, which spares a fifth of a check after an edit. */
  readonly wants?: 'table' | 'findings'
  /** Of a runtime that has one of its own: it spares a tenth of a second for 12 MB of table. */
  readonly sha256?: Sha256
}

/**
 * The whole control plane in one call: text in, findings and table bytes out.
 *
 * A table is made even when `diagnostics` has errors, as long as the text can be read and obeys the schema: it then
 * gives Istio's answer to the fault (503 for an unknown host, say). Whether to use it is the caller's decision.
 */
export function compileRoutes(files: readonly SourceFile[], options: CompileOptions = {}): CompiledRoutes {
  const { config, diagnostics, unread, comments, texts } = readConfig(files, options.cache)
  const resolved = resolve(config, options.identity)
  const { target } = options
  const unreadTexts = textsOfUnread(diagnostics, texts)
  const findings = suppress(
    [
      ...diagnostics,
      ...findNothingRead(config, texts, diagnostics),
      ...analyze(resolved, { ...(target && { target }), unreadTexts, unread }),
    ],
    comments,
  )
  if (isUnreadable(diagnostics)) return { ...findings, texts }
  const rib = translate(resolved)
  for (const virtualService of config.virtualServices) recallFragments(virtualService)
  let table: Uint8Array | undefined
  // They are remembered: who wants a table next finds them.
  if (options.wants === 'findings') fragmentsOf(rib)
  else table = compile(rib, options.sha256)
  for (const virtualService of config.virtualServices) keepFragments(virtualService)
  return { ...(table && { table }), rib, tls: listenerTlsOf(resolved), ...findings, texts }
}

/**
 * Remembers a file whose documents another thread has read, and finds out what can be said of its resources whatever else
 * there is: while the other threads read, nobody waits for that.
 */
export function addAhead(cache: FileCache, file: SourceFile, documents: PackedDocuments, target?: Target): void {
  analyzeAhead(byType(cache.add(file, documents).resources), target)
}

const fragments = rememberedAs('fragments', (_: VirtualServiceResource) => new Map<string, Fragment>())

function recallFragments(virtualService: VirtualServiceResource): void {
  const kept = fragments(virtualService)
  for (const source of kept.size > 0 ? routeSourcesOf(virtualService) : []) {
    const fragment = kept.get(source.key)
    if (fragment && !fragmentKnownFor(source)) recallFragment(source, fragment)
  }
}

function keepFragments(virtualService: VirtualServiceResource): void {
  const kept = fragments(virtualService)
  kept.clear()
  for (const source of routeSourcesOf(virtualService)) {
    const fragment = fragmentKnownFor(source)
    if (fragment) kept.set(source.key, fragment)
  }
}

/** The texts of the files in which something could not even be read as a resource. */
function textsOfUnread(diagnostics: readonly Diagnostic[], texts: SourceTexts): SourceTexts {
  const unread = new Map<string, string>()
  for (const { span, code, severity } of diagnostics) {
    const text = span && texts.get(span.file)
    if (text && severity === 'error' && catalogue[code].stage === 'file') unread.set(span.file, text)
  }
  return unread
}
