import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { deserialize, serialize } from 'node:v8'
import type { KeptFile } from '../../control-plane/compile-routes.ts'
import type { SourceFile } from '../../control-plane/config/yaml/source-file.ts'
import { codeVersion } from '../launch/code-version.mjs'
import { writeWhole } from './write-whole.ts'

/** What `codeVersion` says, where the command is built: it is run for the sources alone that it was built from. */
declare const BUILT_CODE_VERSION: string | undefined

/** What was kept of files, by their content (`contentKey`). */
export type FilesByContent = ReadonlyMap<string, KeptFile>

// All stores together, more than thirty times what 100,000 routes take.
const mostBytes = 500_000_000
const checksumBytes = 32
const extension = '.kept'

/** What names a file with its content: findings name its path. */
export function contentKey({ path, bytes, isMesh }: SourceFile): string {
  return createHash('sha256')
    .update(JSON.stringify([path, isMesh ?? null]))
    .update(bytes)
    .digest('base64')
}

/**
 * What the process before this one found out about the files of one set of folders. It lies in two files: most in one,
 * and what came after that in another, which is small and is written anew after an edit.
 *
 * Whatever else is found there (the work of another version of this code, half a file, nothing at all) counts as nothing.
 */
export class KeptFiles {
  readonly #folder: string
  readonly #name: string
  readonly #bound: number
  /** What lies in the larger file. */
  #most: FilesByContent = new Map()

  /**
   * @param targets the folders, or single files, that are read together
   * @param bound how many bytes all stores of the folder may have together
   */
  constructor(folder: string, targets: readonly string[], bound = mostBytes) {
    this.#folder = folder
    this.#bound = bound
    const version = createHash('sha256').update(
      typeof BUILT_CODE_VERSION === 'string' ? BUILT_CODE_VERSION : codeVersion(),
    )
    this.#name = version
      .update(JSON.stringify([process.version, targets]))
      .digest('hex')
      .slice(0, 32)
  }

  /** What was kept; nothing where that is uncertain. */
  recall(): FilesByContent {
    this.#most = this.#read('most')
    return new Map([...this.#most, ...this.#read('rest')])
  }

  /** Keeps all files for the next process, after `recall`; where that cannot be, it does without. */
  async keep(files: FilesByContent): Promise<void> {
    try {
      const rest = [...files].filter(([key, file]) => this.#most.get(key) !== file)
      if (rest.length * 4 < files.size) await this.#write('rest', rest)
      else await this.#write('most', [...files])
      this.#prune()
    } catch {
      // A folder that cannot be written to, or a full disk: nothing but time is lost.
    }
  }

  #read(part: Part): FilesByContent {
    try {
      const bytes = readFileSync(this.#pathOf(part))
      const content = bytes.subarray(checksumBytes)
      if (!checksum(content).equals(bytes.subarray(0, checksumBytes))) return new Map()
      return new Map(deserialize(content) as [string, KeptFile][])
    } catch {
      return new Map()
    }
  }

  async #write(part: Part, entries: readonly (readonly [string, KeptFile])[]): Promise<void> {
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
