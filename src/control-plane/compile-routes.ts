import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { isUnreadable } from '../diagnostics/diagnostic.ts'
import type { SourceTexts } from '../diagnostics/render.ts'
import { analyze } from './analysis/analyze.ts'
import { compile } from './compile/compile.ts'
import { readConfig } from './config/read-config.ts'
import type { SourceFile } from './config/resource.ts'
import { translate } from './translate/translate.ts'

/** What became of the routes: findings always, a table unless the text itself is at fault. */
export interface CompiledRoutes {
  /** The FIB; absent when the YAML cannot be read or breaks the schema. */
  readonly table?: Uint8Array
  readonly diagnostics: readonly Diagnostic[]
  /** The decoded texts of all files, for code frames. */
  readonly texts: SourceTexts
}

/**
 * The whole control plane in one call: text in, findings and table bytes out.
 *
 * A table is made even when `diagnostics` has errors, as long as the text can be read and obeys the schema: it then
 * gives Istio's answer to the fault (503 for an unknown host, say). Whether to use it is the caller's decision.
 */
export function compileRoutes(files: readonly SourceFile[]): CompiledRoutes {
  const { config, diagnostics, texts } = readConfig(files)
  const findings = [...diagnostics, ...analyze(config)]
  if (isUnreadable(diagnostics)) return { diagnostics: findings, texts }
  return { table: compile(translate(config)), diagnostics: findings, texts }
}
