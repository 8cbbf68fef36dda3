import { followPlatform } from '../../runtimes/follow-platform.ts'
import { isSigned } from '../../store/look-up-newest.ts'
import type { Pointer } from '../../store/pointer.ts'
import { readPointer, type StoredPointer } from '../../store/read-pointer.ts'
import type { VersionStore } from '../../store/version-store.ts'
import type { SigningKey } from './signing-key.ts'

/** What is active, and what of it a verb may build on. */
export interface ActiveVersion {
  readonly stored: StoredPointer
  /**
   * The pointer to go on from. Who signs takes over only what the same key has signed: else whoever can write to the store
   * would have it signed. Absent where there is none.
   */
  readonly trusted: Pointer | undefined
  /** Whether its signature is of the key at hand. */
  readonly isSigned: boolean
}

/** How far ahead of this one the clock of another publisher may be believed to be. */
const aheadMs = 24 * 60 * 60 * 1000

/**
 * The least number of the pointer that comes next, so that gateways which have taken the one in the store take it. Where
 * that one is not trusted, its number is not either, but for clocks that differ.
 */
export function leastSequence({ stored, trusted }: ActiveVersion, nowMs: number): number {
  if (trusted || stored.kind !== 'read') return 0
  return Math.min(stored.pointer.sequence + 1, nowMs + aheadMs)
}

/** @throws StoreError */
export async function readActiveVersion(store: VersionStore, key: SigningKey | undefined): Promise<ActiveVersion> {
  const stored = await readPointer(store)
  const isOfKey =
    stored.kind === 'read' && key !== undefined && (await isSigned(stored, [key.publicKey], followPlatform))
  const isTrusted = stored.kind === 'read' && (key === undefined || isOfKey)
  return { stored, trusted: isTrusted ? stored.pointer : undefined, isSigned: isOfKey }
}
