import { decodeRecord, maxRecordBytes, type VersionRecord } from '../../store/version-record.ts'
import { keyOf, keyPrefix, type VersionStore } from '../../store/version-store.ts'
import { namesOf } from './find-version.ts'

/** A version in a store. */
export interface StoredVersion {
  readonly version: string
  /** Absent where it is damaged. */
  readonly record?: VersionRecord
  /** Whether there is a table under its name; where there is none, its publishing or its removal was interrupted. */
  readonly isComplete: boolean
}

/** How many records are read at once. */
const atOnce = 16

/** All versions of a store, the newest first. @throws StoreError */
export async function readVersions(store: VersionStore): Promise<readonly StoredVersion[]> {
  const [names, tables] = await Promise.all([namesOf(store), store.list(keyPrefix.table)])
  const complete = new Set(tables)
  const versions: StoredVersion[] = []
  for (let at = 0; at < names.length; at += atOnce) {
    const some = names.slice(at, at + atOnce)
    versions.push(
      ...(await Promise.all(
        some.map(async version => ({
          version,
          isComplete: complete.has(keyOf('table', version)),
          ...(await readRecord(store, version)),
        })),
      )),
    )
  }
  const timeOf = ({ record }: StoredVersion) => record?.at ?? ''
  return versions.sort((a, b) =>
    timeOf(a) < timeOf(b) ? 1 : timeOf(a) > timeOf(b) ? -1 : a.version < b.version ? -1 : 1,
  )
}

/** The record of a version, where there is a whole one. @throws StoreError */
export async function readRecord(store: VersionStore, version: string): Promise<{ readonly record?: VersionRecord }> {
  const value = await store.read(keyOf('version', version), maxRecordBytes)
  const record = value && decodeRecord(value)
  return record?.version === version ? { record } : {}
}
