import { constants, type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import { StoreError, TooLongError, type VersionReader } from '../../store/version-store.ts'

/** Reads versions out of a folder in which each value is a file, named by its key. */
export class FolderReader implements VersionReader {
  readonly #folder: string

  /** @param folder need not be there: then there is no value */
  constructor(folder: string) {
    this.#folder = folder
  }

  async read(key: string, maxBytes: number): Promise<Uint8Array | undefined> {
    const path = fileOfKey(this.#folder, key)
    try {
      // A pipe in the place of a file would be waited for, for ever.
      const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
      try {
        return await readBounded(file, path, maxBytes)
      } finally {
        await file.close()
      }
    } catch (error) {
      const fault = systemFault(error)
      if (fault === undefined) throw error
      if (fault.code === 'ENOENT') return undefined
      throw new StoreError(`${path} cannot be read: ${fault.words}`)
    }
  }
}

/**
 * The file in which a folder keeps a key's value. Names that begin with a dot are for files that are being written.
 *
 * @throws Error where the key is no plain file name: a store must never be led out of its folder
 */
export function fileOfKey(folder: string, key: string): string {
  if (!/^[^./\\\0][^/\\\0]*$/.test(key)) throw new Error(`not a plain file name: ${JSON.stringify(key)}`)
  return join(folder, key)
}

async function readBounded(file: FileHandle, path: string, maxBytes: number): Promise<Uint8Array> {
  const stats = await file.stat()
  if (!stats.isFile()) throw new StoreError(`${path} is not a file`)
  const { size } = stats
  if (size > maxBytes) throw tooLong(path, maxBytes)
  // One byte more than there is said to be: a file that grows while it is read is seen by it.
  let bytes = new Uint8Array(size + 1)
  for (let length = 0; ; ) {
    const { bytesRead } = await file.read(bytes, length, bytes.length - length)
    if (bytesRead === 0) return bytes.subarray(0, length)
    length += bytesRead
    if (length > maxBytes) throw tooLong(path, maxBytes)
    if (length === bytes.length) {
      const longer = new Uint8Array(Math.min(length * 2, maxBytes + 1))
      longer.set(bytes)
      bytes = longer
    }
  }
}

function tooLong(path: string, maxBytes: number): StoreError {
  return new TooLongError(`${path} is longer than ${maxBytes} bytes`)
}

/** What the operating system refused; undefined where the error is not the system's. */
function systemFault(error: unknown): { readonly code: string; readonly words: string } | undefined {
  if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) return undefined
  const code = String(error.code)
  // "EACCES: permission denied, open '/etc/x'": the caller names the path.
  return { code, words: /^\w+: ([^,]+)/.exec(error.message)?.[1] ?? code }
}
