import { on } from 'node:events'
import { availableParallelism } from 'node:os'
import { extname, join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { PackedDocuments } from '../../control-plane/compile-routes.ts'
import type { SourceFile } from '../../control-plane/config/yaml/source-file.ts'

// What a thread takes to start is what it takes to read this much.
const leastBytes = 500_000
// The main thread has its share to do with what the others hand over.
const mostThreads = 8
// What is handed over at once: small files one by one took a fifth of the time of all threads (1,000 of 2.7 KB).
const batchBytes = 100_000

// The command is TypeScript, or built; in both, the thread's part lies beside this one.
const workerFile = join(import.meta.dirname, `parse-worker${extname(import.meta.filename)}`)

/** Takes the documents of a file that a thread has read. */
export type OnParsed = (file: SourceFile, packed: PackedDocuments) => void

/**
 * Reads the YAML of many files in threads, as far as that saves time. Files that have faults are left out, and where a
 * thread fails, so are its files: the main thread reads them.
 */
export async function parseInThreads(files: readonly SourceFile[], onParsed: OnParsed): Promise<void> {
  const bytes = files.reduce((sum, file) => sum + file.bytes.length, 0)
  const count = Math.min(mostThreads, availableParallelism(), files.length, Math.floor(bytes / leastBytes))
  if (count < 2) return
  const batches = batchesOf(files)
  await Promise.all(Array.from({ length: count }, () => readFrom(batches, onParsed)))
}

/** Files in batches, the largest files last: they are taken from the end, so that none is left over when all else is read. */
function batchesOf(files: readonly SourceFile[]): SourceFile[][] {
  const batches: SourceFile[][] = []
  let room = 0
  for (const file of [...files].sort((a, b) => a.bytes.length - b.bytes.length)) {
    if (room < file.bytes.length) {
      batches.push([])
      room = batchBytes
    }
    batches.at(-1)!.push(file)
    room -= file.bytes.length
  }
  return batches
}

async function readFrom(batches: SourceFile[][], onParsed: OnParsed): Promise<void> {
  const worker = new Worker(workerFile)
  const asked: SourceFile[][] = []
  const ask = () => {
    const files = batches.pop()
    if (!files) return
    asked.push(files)
    worker.postMessage(files)
  }
  try {
    // One batch more than it reads, so that it never waits for this thread.
    ask()
    ask()
    if (asked.length === 0) return
    for await (const [answer] of on(worker, 'message', { close: ['exit'] })) {
      const files = asked.shift()!
      ask()
      for (const [index, packed] of (answer as readonly (PackedDocuments | undefined)[]).entries()) {
        if (packed) onParsed(files[index]!, packed)
      }
      if (asked.length === 0) return
    }
  } catch {
    // Whatever the fault is, the main thread meets it when it reads the file, and tells it.
  } finally {
    await worker.terminate()
  }
}
