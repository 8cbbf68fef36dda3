import { resolve } from 'node:path'
import type { FileCache, PackedDocuments } from '../control-plane/compile-routes.ts'
import { parseSourceFile } from '../control-plane/config/parse-source-file.ts'
import type { SourceFile } from '../control-plane/config/resource.ts'
import { contentKey, DocumentStore } from './document-store.ts'
import { parseInThreads } from './parse-in-threads.ts'

// What is read in less time than it takes to look: a tenth of a second.
const leastBytes = 200_000

/** Where documents are kept for the next process, and what they are the documents of. */
export interface Keeping {
  readonly folder: string
  /** The folders, or single files, that are read together. */
  readonly targets: readonly string[]
}

/**
 * Reads the YAML of many files as far as that saves time, and remembers it in the cache: `compileRoutes` then reads only
 * the others. What a process before this one has read is not read again; the rest is read in threads.
 */
export async function parseFiles(files: readonly SourceFile[], cache: FileCache, keeping?: Keeping): Promise<void> {
  const unread = files.filter(file => !cache.knows(file))
  const bytes = unread.reduce((sum, file) => sum + file.bytes.length, 0)
  // A process that knows some of the files has looked already.
  const isFirst = unread.length === files.length
  if (!keeping || !isFirst || bytes < leastBytes) {
    return parseInThreads(unread, (file, packed) => cache.add(file, packed))
  }
  const store = new DocumentStore(
    keeping.folder,
    keeping.targets.map(target => resolve(target)),
  )
  const known = store.recall()
  const documents = new Map<string, PackedDocuments>()
  const missing: SourceFile[] = []
  const found = (file: SourceFile, packed: PackedDocuments, key = contentKey(file.bytes)) => {
    cache.add(file, packed)
    documents.set(key, packed)
  }
  for (const file of unread) {
    const key = contentKey(file.bytes)
    const packed = known.get(key)
    try {
      if (packed) found(file, packed, key)
    } catch {
      // Kept by somebody else than this code: the file is read, as if nothing had been kept.
    }
    if (!cache.knows(file)) missing.push(file)
  }
  await parseInThreads(missing, found)
  // What is too little for threads.
  for (const file of missing.filter(each => !cache.knows(each))) {
    const packed = parseSourceFile(file)
    if (packed) found(file, packed)
  }
  // Files with faults are read each time, and have nothing to be kept.
  if ([...documents.keys()].some(key => !known.has(key))) await store.keep(documents)
}
