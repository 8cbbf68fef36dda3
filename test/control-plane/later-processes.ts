import { deserialize, serialize } from 'node:v8'
import {
  type CompiledRoutes,
  type CompileOptions,
  compileRoutes,
  FileCache,
  type KeptFile,
} from '../../src/control-plane/compile-routes.ts'
import type { SourceFile } from '../../src/control-plane/config/yaml/source-file.ts'

/** Processes one after the other: each begins with what those before it kept of files, and keeps what it finds out. */
export class LaterProcesses {
  readonly #kept = new Map<string, Buffer>()
  /** How many files were recalled, so far. */
  recalled = 0
  /** The files of which the last process read what it had recalled. */
  reread: readonly string[] = []

  compile(files: readonly SourceFile[], options: Pick<CompileOptions, 'target' | 'wants'> = {}): CompiledRoutes {
    const cache = new FileCache()
    const recalled = new Set<SourceFile>()
    for (const file of files) {
      const kept = this.#kept.get(keyOf(file))
      if (!kept) continue
      cache.recall(file, deserialize(kept) as KeptFile)
      recalled.add(file)
    }
    this.recalled += recalled.size
    const compiled = compileRoutes(files, { ...options, cache })
    const found = files.map(file => ({ file, kept: cache.keep(file) }))
    for (const { file, kept } of found) if (kept) this.#kept.set(keyOf(file), serialize(kept))
    this.reread = found.filter(({ file, kept }) => kept && recalled.has(file)).map(({ file }) => file.path)
    return compiled
  }
}

function keyOf({ path, bytes }: SourceFile): string {
  return `${path} ${new TextDecoder().decode(bytes)}`
}
