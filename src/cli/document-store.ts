import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { deserialize, serialize } from 'node:v8'
import type { PackedDocuments } from '../control-plane/compile-routes.ts'
import { codeVersion } from './code-version.ts'
import { writeWhole } from './write-whole.ts'

/** Documents by the content of their file (`contentKey`). */
export type DocumentsByContent = ReadonlyMap<string, PackedDocuments>

// All stores together, some ten times what 100,000 routes take.
const mostBytes = 500_000_000
const checksumBytes = 32
const extension = '.documents'

/** What names the content of a file, whatever it is called and wherever it lies. */
export function contentKey(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64')
}

/**
 * The documents of one set of folders, as the process before this one read them. They lie in two files: most in one, and
 * what came after that in another, which is small and is written anew after an edit.
 *
 * Whatever else is found there (the work of another version of this code, half a file, nothing at all) counts as nothing.
 */
export class DocumentStore {
  readonly #folder: string
  readonly #name: string
  readonly #bound: number
  /** What lies in the larger file. */
  #most: DocumentsByContent = new Map()

  /**
   * @param targets the folders, or single files, that are read together
   * @param bound how many bytes all stores of the folder may have together
   */
  constructor(folder: string, targets: readonly string[], bound = mostBytes) {
    this.#folder = folder
    this.#bound = bound
    const version = createHash('sha256').update(codeVersion())
    this.#name = version
      .update(JSON.stringify([process.version, targets]))
      .digest('hex')
      .slice(0, 32)
  }

  /** What was kept; nothing where that cannot be told for sure. */
  recall(): DocumentsByContent {
    this.#most = this.#read('most')
    return new Map([...this.#most, ...this.#read('rest')])
  }

  /** Keeps the documents of all files for the next process, after `recall`; where that cannot be, it does without. */
  async keep(documents: DocumentsByContent): Promise<void> {
    try {
      const rest = [...documents].filter(([key]) => !this.#most.has(key))
      if (rest.length * 4 < documents.size) await this.#write('rest', rest)
      else await this.#write('most', [...documents])
      this.#prune()
    } catch {
      // A folder that cannot be written to, or a full disk: nothing but time is lost.
    }
  }

  #read(part: Part): DocumentsByContent {
    try {
      const bytes = readFileSync(this.#pathOf(part))
      const content = bytes.subarray(checksumBytes)
      if (!checksum(content).equals(bytes.subarray(0, checksumBytes))) return new Map()
      return new Map(deserialize(content) as [string, PackedDocuments][])
    } catch {
      return new Map()
    }
  }

  async #write(part: Part, entries: readonly (readonly [string, PackedDocuments])[]): Promise<void> {
    const content = serialize(entries)
    await writeWhole(this.#pathOf(part), Buffer.concat([checksum(content), content]))
  }

  #pathOf(part: Part): string {
    return join(this.#folder, `${this.#name}.${part}${extension}`)
  }

  /** Removes the stores that were written longest ago, as far as all together are too large. */
  #prune(): void {
    const files = readdirSync(this.#folder)
      .filter(name => name.endsWith(extension))
      .map(name => ({ path: join(this.#folder, name), ...sizeAndAge(join(this.#folder, name)) }))
      .sort((a, b) => b.writtenMs - a.writtenMs)
    let sum = 0
    for (const { path, size } of files) {
      sum += size
      if (sum > this.#bound) rmSync(path, { force: true })
    }
  }
}

type Part = 'most' | 'rest'

function sizeAndAge(path: string): { readonly size: number; readonly writtenMs: number } {
  const { size, mtimeMs } = statSync(path)
  return { size, writtenMs: mtimeMs }
}

function checksum(content: Uint8Array): Buffer {
  return createHash('sha256').update(content).digest()
}
