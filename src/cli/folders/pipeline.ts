import { type CompiledRoutes, type CompileOptions, compileRoutes } from '../../control-plane/compile-routes.ts'
import type { SourceFile } from '../../control-plane/config/yaml/source-file.ts'
import { type ListenerFacts, readListeners } from '../../fib/listener-facts.ts'
import { readTableFacts, type TableFacts } from '../words/table-facts.ts'

/** What the verbs need of the rooms behind them; tests pass their own. */
export interface Pipeline {
  compileRoutes(files: readonly SourceFile[], options?: CompileOptions): CompiledRoutes
  /** Where what was read is kept for the next process; absent where nothing is. */
  readonly cacheFolder?: string | undefined
  /** @throws RefusedTableError where the bytes are not a table */
  readTableFacts(bytes: Uint8Array): TableFacts
  /** @throws RefusedTableError where the bytes are not a table */
  readListeners(bytes: Uint8Array): readonly ListenerFacts[]
}

/** The real one. */
export const pipeline: Pipeline = { compileRoutes, readTableFacts, readListeners }
