import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { isUnreadable } from '../diagnostics/diagnostic.ts'
import type { SourceTexts } from '../diagnostics/render.ts'
import { analyze } from './analysis/analyze.ts'
import { compile } from './compile/compile.ts'
import { readConfig } from './config/read-config.ts'
import type { SourceFile } from './config/resource.ts'
import type { Identity } from './translate/identity.ts'
import { translate } from './translate/translate.ts'

export { defaultIdentity, type Identity } from './translate/identity.ts'

/** What became of the routes: findings always, a table unless the text itself is at fault. */
export interface CompiledRoutes {
  /** The FIB; absent when the YAML cannot be read or breaks the schema. */
  readonly table?: Uint8Array
  readonly diagnostics: readonly Diagnostic[]
  /** The decoded texts of all files, for code frames. */
  readonly texts: SourceTexts
}

export interface CompileOptions {
  /** Who the edge is to rules that name their clients; by default, a gateway installed the usual way. */
  readonly identity?: Identity
}

/**
 * The whole control plane in one call: text in, findings and table bytes out.
 *
 * A table is made even when `diagnostics` has errors, as long as the text can be read and obeys the schema: it then
 * gives Istio's answer to the fault (503 for an unknown host, say). Whether to use it is the caller's decision.
 */
export function compileRoutes(files: readonly SourceFile[], options: CompileOptions = {}): CompiledRoutes {
  const { config, diagnostics, texts } = readConfig(files)
  const findings = [...diagnostics, ...analyze(config, options.identity)]
  if (isUnreadable(diagnostics)) return { diagnostics: findings, texts }
  return { table: compile(translate(config, options.identity)), diagnostics: findings, texts }
}
