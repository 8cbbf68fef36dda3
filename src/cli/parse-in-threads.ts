import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { FileCache, PackedDocuments } from '../control-plane/compile-routes.ts'
import type { SourceFile } from '../control-plane/config/resource.ts'

// What a thread takes to start is what it takes to read this much.
const leastBytes = 500_000
// The main thread has its share to do with what the others hand over.
const mostThreads = 8

/**
 * Reads the YAML of many files in threads, as far as that saves time, and remembers it in the cache: `compileRoutes` then
 * reads only the others. A thread that fails leaves its files to it.
 */
export async function parseInThreads(files: readonly SourceFile[], cache: FileCache): Promise<void> {
  const unread = files.filter(file => !cache.knows(file))
  const bytes = unread.reduce((sum, file) => sum + file.bytes.length, 0)
  const count = Math.min(mostThreads, availableParallelism(), unread.length, Math.floor(bytes / leastBytes))
  if (count < 2) return
  // The largest first, so that none is left over at the end.
  const queue = [...unread].sort((a, b) => a.bytes.length - b.bytes.length)
  await Promise.all(Array.from({ length: count }, () => readFrom(queue, cache)))
}

async function readFrom(queue: SourceFile[], cache: FileCache): Promise<void> {
  const worker = new Worker(new URL('./parse-worker.ts', import.meta.url))
  const ended = once(worker, 'exit').then(() => Promise.reject(new Error('the thread ended')))
  ended.catch(() => {})
  try {
    for (let file = queue.pop(); file; file = queue.pop()) {
      worker.postMessage(file)
      const [packed] = (await Promise.race([once(worker, 'message'), ended])) as [PackedDocuments | undefined]
      if (packed) cache.add(file, packed)
    }
  } catch {
    // Whatever the fault is, the main thread meets it when it reads the file, and tells it.
  } finally {
    await worker.terminate()
  }
}
