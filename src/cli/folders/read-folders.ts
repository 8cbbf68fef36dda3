import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { SourceFile } from '../../control-plane/config/yaml/source-file.ts'
import { describeSystemError } from '../terminal/system-error.ts'
import { type ListedFile, listFolder } from './list-folder.ts'

/** Route files with their bytes, or why there are none to be had. */
export type FolderReading =
  | { readonly kind: 'read'; readonly files: readonly SourceFile[]; readonly reserved: readonly string[] }
  | { readonly kind: 'unusable'; readonly reasons: readonly string[] }

// Clocks of disks go in steps of some milliseconds: what is changed again within one looks as before.
const certainMs = 1_000

interface KnownFile {
  readonly signature: string
  readonly file: SourceFile
}

/** Reads folders again and again: what did not change since the last time is the same object, and is not read. */
export class FolderReader {
  readonly #now: () => number
  #known = new Map<string, KnownFile>()

  /** @param now the time in milliseconds, as disks tell it */
  constructor(now: () => number = Date.now) {
    this.#now = now
  }

  /**
   * Reads the route files of folders (or single files) as one. All or nothing: where some cannot be read, or a folder has
   * none, the answer is `unusable`, for half of the routes are other routes; it names all that cannot be read. A file
   * that is named twice is read once.
   */
  read(targets: readonly string[]): FolderReading {
    const files = new Map<string, SourceFile>()
    const reserved: string[] = []
    const reasons: string[] = []
    const known = new Map<string, KnownFile>()
    for (const target of targets) {
      const now = this.#now()
      const listing = listFolder(target)
      if (listing.kind === 'unusable') {
        reasons.push(...listing.reasons)
        continue
      }
      const settings = listing.files.filter(({ isMesh }) => isMesh).map(({ path }) => path)
      const isNamedItself = settings.some(path => resolve(path) === resolve(target))
      if (settings.length === listing.files.length && !isNamedItself) {
        reasons.push(nothingIn(target, [...settings, ...listing.reserved]))
        continue
      }
      reserved.push(...listing.reserved)
      for (const listed of listing.files) {
        if (files.has(resolve(listed.path))) continue
        try {
          const file = this.#file(listed)
          files.set(resolve(listed.path), file)
          if (now - listed.changedMs > certainMs) known.set(listed.path, { signature: listed.signature, file })
        } catch (error) {
          const meaning = describeSystemError(error)
          if (meaning === undefined) throw error
          reasons.push(`${listed.path}: ${meaning}`)
        }
      }
    }
    this.#known = known
    return reasons.length > 0 ? { kind: 'unusable', reasons } : { kind: 'read', files: [...files.values()], reserved }
  }

  #file({ path, signature, isMesh }: ListedFile): SourceFile {
    const known = this.#known.get(path)
    if (known?.signature === signature && known.file.isMesh === isMesh) return known.file
    // Not a promise: of 1,000 small files that takes 5 ms instead of 60 ms.
    return { path, bytes: readFileSync(path), isMesh }
  }
}

function nothingIn(target: string, reserved: readonly string[]): string {
  const others = reserved.length > 0 ? ` besides ${reserved.join(' and ')}` : ''
  return (
    `${target}: no YAML in it${others} (looked for *.yaml, *.yml and *.json; ` +
    'names that begin with "_" or "." and *.test.yaml are ignored)'
  )
}
