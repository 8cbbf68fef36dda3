/** Reads values by key: all that a gateway needs of a store. */
export interface VersionReader {
  /**
   * The value of a key, or undefined where there is none.
   *
   * @param maxBytes a longer value is refused; where the store can tell, without reading it
   * @throws StoreError where the store cannot be asked; TooLongError where the value is too long
   */
  read(key: string, maxBytes: number): Promise<Uint8Array | undefined>
}

/**
 * Where versions are kept: a flat place of keys and values, as KV is one and a folder can be one. It knows nothing of
 * tables; what is kept under which key, and in what order it is written, stands in this room.
 */
export interface VersionStore extends VersionReader {
  /** What people call it in messages: `the folder tables/`, `KV namespace 0f2a… (remote)`. */
  readonly title: string
  /**
   * Writes a value whole or not at all.
   *
   * @param tries `once`: where no answer comes it is not written again, for somebody else may have written meanwhile
   * @throws StoreError also where it is longer than `maxValueBytes`; where no answer came, it may have been written
   */
  write(key: string, value: Uint8Array, tries?: 'once'): Promise<void>
  /** Removes a key; one that is not there is no fault. @throws StoreError */
  remove(key: string): Promise<void>
  /** All keys that begin with a prefix, in any order. @throws StoreError */
  list(prefix: string): Promise<readonly string[]>
}

/** The store did not do what it was asked; the message says why in words for an operator. */
export class StoreError extends Error {
  override readonly name: string = 'StoreError'
}

/** A value is longer than who asked for it will have. */
export class TooLongError extends StoreError {}

/** Values are at most as long as Workers KV takes them, in every store, so that a version can move from one to another. */
export const maxValueBytes = 25 * 1024 * 1024

/** What the keys of a kind begin with. None has a slash: each is a file name as well. */
export const keyPrefix = {
  table: 'signalbox.table.',
  sources: 'signalbox.sources.',
  version: 'signalbox.version.',
} as const

/** The one key whose value changes: which version is active. */
export const pointerKey = 'signalbox.active'

/** The key of a table, its compressed sources, or its record, by the version's name. */
export function keyOf(kind: keyof typeof keyPrefix, version: string): string {
  return `${keyPrefix[kind]}${version}`
}
