import { readdir, unlink } from 'node:fs/promises'
import { FolderReader, fileOfKey } from '../../runtimes/node-http/folder-reader.ts'
import { maxValueBytes, StoreError, type VersionStore } from '../../store/version-store.ts'
import { writeWhole } from '../folders/write-whole.ts'
import { describeSystemError, systemErrorCode } from '../terminal/system-error.ts'

/** A store in a folder, which the first write makes: each value is a file, named by its key. */
export class FolderStore implements VersionStore {
  readonly title: string
  readonly #folder: string
  readonly #reader: FolderReader

  constructor(folder: string) {
    this.title = `the folder ${folder.endsWith('/') ? folder : `${folder}/`}`
    this.#folder = folder
    this.#reader = new FolderReader(folder)
  }

  read(key: string, maxBytes: number): Promise<Uint8Array | undefined> {
    return this.#reader.read(key, maxBytes)
  }

  async write(key: string, value: Uint8Array): Promise<void> {
    const path = fileOfKey(this.#folder, key)
    if (value.length > maxValueBytes) throw new StoreError(`${path} would be longer than ${maxValueBytes} bytes`)
    await inWords(`${path} cannot be written`, () => writeWhole(path, value))
  }

  async remove(key: string): Promise<void> {
    const path = fileOfKey(this.#folder, key)
    await inWords(`${path} cannot be removed`, () => unlessMissing(unlink(path)))
  }

  async list(prefix: string): Promise<readonly string[]> {
    const reading = readdir(this.#folder, { withFileTypes: true })
    const entries = await inWords(`${this.#folder} cannot be listed`, () => unlessMissing(reading))
    return (entries ?? [])
      .filter(({ name }) => name.startsWith(prefix) && !name.startsWith('.'))
      .filter(entry => !entry.isDirectory())
      .map(({ name }) => name)
  }
}

async function unlessMissing<Value>(work: Promise<Value>): Promise<Value | undefined> {
  try {
    return await work
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined
    throw error
  }
}

async function inWords<Value>(what: string, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work()
  } catch (error) {
    const reason = describeSystemError(error)
    if (reason === undefined) throw error
    throw new StoreError(`${what}: ${reason}`)
  }
}
