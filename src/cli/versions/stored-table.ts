import { openTable, type TableView } from '../../fib/view.ts'
import { followPlatform } from '../../runtimes/follow-platform.ts'
import { faultOfTable } from '../../store/look-up-newest.ts'
import { keyOf, maxValueBytes, type VersionStore } from '../../store/version-store.ts'

/** A version's table out of the store, whole and opened, or why there is none to be had. @throws StoreError */
export async function readStoredTable(
  store: VersionStore,
  version: string,
): Promise<{ readonly kind: 'table'; readonly table: TableView } | { readonly kind: 'none'; readonly reason: string }> {
  const bytes = await store.read(keyOf('table', version), maxValueBytes)
  if (bytes === undefined) return { kind: 'none', reason: 'its table is not in the store' }
  const fault = await faultOfTable(bytes, version, followPlatform)
  return fault === undefined ? { kind: 'table', table: openTable(bytes) } : { kind: 'none', reason: fault }
}
