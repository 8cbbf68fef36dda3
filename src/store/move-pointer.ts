import { encodePointer, type Pointer, rememberedVersions, type Sign } from './pointer.ts'
import { readPointer, type StoredPointer } from './read-pointer.ts'
import { pointerKey, StoreError, type VersionStore } from './version-store.ts'

/** Who moves the pointer, and why. */
export interface Move {
  readonly by: string
  readonly message: string
  readonly isForced: boolean
  /** Milliseconds since 1970. */
  readonly nowMs: number
  /** The least number that the pointer may have, where the one before it is not gone on from. */
  readonly leastSequence?: number
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
  const { by, message, isForced, nowMs, leastSequence = 0 } = move
  return {
    version,
    // By the clock, so that it grows also where the pointer before it was lost.
    sequence: Math.max(nowMs, (last?.sequence ?? 0) + 1, leastSequence),
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
 * moment are distinguished but for the time between a read and a write, since KV has no condition on writes.
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
  if (!isSameMove(now, expected)) return { kind: 'overtaken', by: now }
  let fault: StoreError | undefined
  try {
    // Written again after an answer that was lost, it could undo what somebody else has done meanwhile.
    await store.write(pointerKey, value, 'once')
  } catch (error) {
    if (!(error instanceof StoreError)) throw error
    fault = error
  }
  const written = await readPointer(store)
  if (
    written.kind === 'read' &&
    written.pointer.sequence === next.sequence &&
    written.pointer.version === next.version
  ) {
    return { kind: 'moved' }
  }
  if (!isSameMove(written, expected)) return { kind: 'overtaken', by: written }
  if (fault) throw fault
  throw new StoreError(
    `${store.title} does not return the pointer that was written; run \`signalbox status\` in a minute`,
  )
}

/** Whether two are of one move, or neither is of any. */
function isSameMove(one: StoredPointer, other: StoredPointer): boolean {
  const sequenceOf = (stored: StoredPointer) => (stored.kind === 'read' ? stored.pointer.sequence : undefined)
  return sequenceOf(one) === sequenceOf(other)
}
