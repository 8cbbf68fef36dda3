import {
  decodePointer,
  encodePointer,
  maxPointerBytes,
  type Pointer,
  type PointerReading,
  rememberedVersions,
  type Sign,
} from './pointer.ts'
import { pointerKey, StoreError, type VersionStore } from './version-store.ts'

/** What the store has for a pointer. */
export type StoredPointer = PointerReading | { readonly kind: 'none' }

/** @throws StoreError where the store cannot be asked */
export async function readPointer(store: VersionStore): Promise<StoredPointer> {
  const value = await store.read(pointerKey, maxPointerBytes)
  return value === undefined ? { kind: 'none' } : decodePointer(value)
}

/** Who moves the pointer, and why. */
export interface Move {
  readonly by: string
  readonly message: string
  readonly isForced: boolean
  /** Milliseconds since 1970. */
  readonly nowMs: number
}

/** The pointer to a version that is published over another one. */
export function pointerForward(before: Pointer | undefined, version: string, move: Move): Pointer {
  const versions = before === undefined ? [] : [before.version, ...before.before]
  return pointerTo(version, versions[0] === version ? versions.slice(1) : versions, before, move)
}

/** The pointer to a version that is gone back to: what came after it is forgotten, so that one can go back further. */
export function pointerBack(active: Pointer | undefined, version: string, move: Move): Pointer {
  const at = active?.before.indexOf(version) ?? -1
  if (!active || at < 0) return pointerForward(active, version, move)
  return pointerTo(version, active.before.slice(at + 1), active, move)
}

function pointerTo(version: string, before: readonly string[], last: Pointer | undefined, move: Move): Pointer {
  const { by, message, isForced, nowMs } = move
  return {
    version,
    // By the clock, so that it grows also where the pointer before it was lost.
    sequence: Math.max(nowMs, (last?.sequence ?? 0) + 1),
    at: new Date(nowMs).toISOString(),
    by,
    message,
    isForced,
    before: before.slice(0, rememberedVersions),
  }
}

/** `overtaken`: somebody else has moved it meanwhile, and it was left there. */
export type Moved = { readonly kind: 'moved' } | { readonly kind: 'overtaken'; readonly by: StoredPointer }

/**
 * Moves the pointer, which is one write: whoever reads it has the old one or the new one. Two that move it at the same
 * moment are told apart but for the time between a read and a write, since KV has no condition on writes.
 *
 * @param expected what the pointer was when the move was decided on
 * @throws StoreError
 */
export async function movePointer(
  store: VersionStore,
  expected: StoredPointer,
  next: Pointer,
  sign: Sign | undefined,
): Promise<Moved> {
  const value = await encodePointer(next, sign)
  const now = await readPointer(store)
  if (sequenceOf(now) !== sequenceOf(expected)) return { kind: 'overtaken', by: now }
  await store.write(pointerKey, value)
  const written = await readPointer(store)
  if (
    written.kind === 'read' &&
    written.pointer.sequence === next.sequence &&
    written.pointer.version === next.version
  ) {
    return { kind: 'moved' }
  }
  if (written.kind === 'read' && written.pointer.sequence > next.sequence) return { kind: 'overtaken', by: written }
  throw new StoreError(
    `${store.title} does not give back the pointer that was written; ask \`signalbox status\` in a minute`,
  )
}

function sequenceOf(stored: StoredPointer): number | undefined {
  return stored.kind === 'read' ? stored.pointer.sequence : undefined
}
