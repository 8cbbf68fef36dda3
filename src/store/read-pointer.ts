import { decodePointer, maxPointerBytes, type PointerReading } from './pointer.ts'
import { pointerKey, TooLongError, type VersionReader } from './version-store.ts'

/** What a store has for a pointer. */
export type StoredPointer = PointerReading | { readonly kind: 'none' }

/** @throws StoreError where the store cannot be asked */
export async function readPointer(store: VersionReader): Promise<StoredPointer> {
  try {
    const value = await store.read(pointerKey, maxPointerBytes)
    return value === undefined ? { kind: 'none' } : decodePointer(value)
  } catch (error) {
    if (error instanceof TooLongError) return { kind: 'unusable', reason: 'it is longer than any pointer' }
    throw error
  }
}
