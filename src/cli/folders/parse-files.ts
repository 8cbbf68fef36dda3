import { resolve } from 'node:path'
import { addAhead, type FileCache, type KeptFile, type Target } from '../../control-plane/compile-routes.ts'
import type { SourceFile } from '../../control-plane/config/yaml/source-file.ts'
import { contentKey, KeptFiles } from './kept-files.ts'
import { parseInThreads } from './parse-in-threads.ts'

// What is read in less time than it takes to look: a tenth of a second.
const leastBytes = 200_000

/** Where it is kept for the next process what was found out about files, and which ones these are. */
export interface CacheLocation {
  readonly folder: string
  /** The folders, or single files, that are read together. */
  readonly targets: readonly string[]
}

/** Keeps what was found out about files once they have been judged. */
export type WriteCache = () => Promise<void>

/**
 * Reads the YAML of many files as far as that saves time, and remembers it in the cache: `compileRoutes` then reads only
 * the others. What a process before this one has read is not read again; the rest is read in threads.
 *
 * @param target what it will be judged for
 */
export async function parseFiles(
  files: readonly SourceFile[],
  cache: FileCache,
  target: Target | undefined,
  keeping?: CacheLocation,
): Promise<WriteCache> {
  const unread = files.filter(file => !cache.knows(file))
  const bytes = unread.reduce((sum, file) => sum + file.bytes.length, 0)
  // A process that knows some of the files has looked already.
  const isFirst = unread.length === files.length
  const store =
    keeping && isFirst && bytes >= leastBytes
      ? new KeptFiles(
          keeping.folder,
          keeping.targets.map(target => resolve(target)),
        )
      : undefined
  const known = store?.recall()
  const keys = new Map<SourceFile, string>()
  for (const file of known ? unread : []) {
    const key = contentKey(file)
    keys.set(file, key)
    const kept = known!.get(key)
    try {
      if (kept) cache.recall(file, kept)
    } catch {
      // Kept by somebody else than this code: the file is read, as if nothing had been kept.
    }
  }
  await parseInThreads(
    unread.filter(file => !cache.knows(file)),
    (file, packed) => addAhead(cache, file, packed, target),
  )
  return async () => {
    const kept = new Map<string, KeptFile>()
    let isNew = false
    for (const [file, key] of keys) {
      const found = cache.keep(file)
      isNew ||= found !== undefined
      const each = found ?? known!.get(key)
      if (each && cache.knows(file)) kept.set(key, each)
    }
    if (isNew) await store!.keep(kept)
  }
}
