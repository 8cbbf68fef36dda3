import type { VersionCrypto } from './look-up-newest.ts'
import { readTable } from './read-table.ts'
import { encodeRecord, type VersionRecord } from './version-record.ts'
import { keyOf, maxValueBytes, StoreError, type VersionStore } from './version-store.ts'

/** A version with all that is kept of it. */
export interface NewVersion {
  readonly record: VersionRecord
  readonly table: Uint8Array
  /** The YAML that it was compiled from, packed. */
  readonly sources: Uint8Array
}

/**
 * Puts a version into the store, where nothing serves it yet, and reads its table back. The record comes first and the
 * table last, so that whatever is there can be listed, and what has a table has all the rest. Interrupted, it can be run
 * again.
 *
 * @returns `known` where its table is there and whole already
 * @throws StoreError also where the table is too large, or is not what was written
 */
export async function uploadVersion(
  store: VersionStore,
  crypto: Pick<VersionCrypto, 'sha256'>,
  newVersion: NewVersion,
): Promise<'uploaded' | 'known'> {
  const { record, table, sources } = newVersion
  const { version } = record
  const isTooLarge = faultOfSize(newVersion)
  if (isTooLarge !== undefined) throw new StoreError(isTooLarge)
  const isKnown = (await readTable(store, crypto, version)).kind === 'table'
  const [recordKey, sourcesKey] = [keyOf('version', version), keyOf('sources', version)]
  // Of a version that is there, only what has got lost is written.
  if (!isKnown || !(await isThere(store, recordKey))) await store.write(recordKey, encodeRecord(record))
  if (!isKnown || !(await isThere(store, sourcesKey))) await store.write(sourcesKey, sources)
  if (isKnown) return 'known'
  await store.write(keyOf('table', version), table)
  const written = await readTable(store, crypto, version)
  if (written.kind === 'none') {
    throw new StoreError(`${store.title} does not return the table that was written: ${written.reason}`)
  }
  return 'uploaded'
}

/** Why a version cannot be put into a store, or undefined. */
export function faultOfSize({ table, sources }: Pick<NewVersion, 'table' | 'sources'>): string | undefined {
  if (table.byteLength > maxValueBytes) return tooLarge('table', table.byteLength)
  if (sources.byteLength > maxValueBytes) return tooLarge('packed YAML', sources.byteLength)
  return undefined
}

async function isThere(store: VersionStore, key: string): Promise<boolean> {
  return (await store.read(key, maxValueBytes)) !== undefined
}

function tooLarge(what: string, bytes: number): string {
  const [is, most] = [bytes, maxValueBytes].map(each => (each / 1024 / 1024).toFixed(1))
  return `the ${what} has ${is} MiB, and a store allows ${most}: deploy it in the bundle, or split the routes over several Workers`
}
