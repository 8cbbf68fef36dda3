import { openTable, type TableView } from '../fib/view.ts'
import { faultOfTable, type VersionCrypto } from './look-up-newest.ts'
import { keyOf, maxValueBytes, type VersionReader } from './version-store.ts'

/** A version's table, or why it cannot be served. */
export type StoredTable =
  | { readonly kind: 'table'; readonly table: TableView }
  | { readonly kind: 'none'; readonly reason: string }

/** A version's table out of a store, whole and opened. @throws StoreError where the store cannot be asked */
export async function readTable(
  store: VersionReader,
  crypto: Pick<VersionCrypto, 'sha256'>,
  version: string,
): Promise<StoredTable> {
  const bytes = await store.read(keyOf('table', version), maxValueBytes)
  if (bytes === undefined) return { kind: 'none', reason: 'its table is not in the store' }
  const fault = await faultOfTable(bytes, version, crypto)
  return fault === undefined ? { kind: 'table', table: openTable(bytes) } : { kind: 'none', reason: fault }
}
