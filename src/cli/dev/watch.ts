import { setTimeout as sleep } from 'node:timers/promises'
import { listFolder } from '../folders/list-folder.ts'

/** What a look at the folder saw: a signature by path. Two equal snapshots mean that nothing was saved in between. */
export type Snapshot = ReadonlyMap<string, string>

export interface Watch {
  /** What was there when the files were last read; looked at before they were read, so that no edit is missed. */
  readonly first: Snapshot
  readonly look: () => Promise<Snapshot>
  /** Waits, or returns early once the watch is over. */
  readonly pause: (durationMs: number) => Promise<void>
  readonly isOver: () => boolean
  /** Called with the paths that were added, changed or removed, once they have come to rest. */
  readonly onChange: (paths: readonly string[]) => Promise<void>
}

const lookEveryMs = 200
// An editor may write a file in several steps; it is read when it looked the same twice, this far apart.
const settleMs = 60
// Something that writes without end must not keep the other edits from being served.
const settleAtMost = 10

/**
 * Looks at folders again and again, and tells what was saved. A poll and no `fs.watch`: it is the same on every
 * system, and survives editors that rename, folders that are deleted and made again, and mounted volumes.
 */
export async function watch({ first, look, pause, isOver, onChange }: Watch): Promise<void> {
  let known = first
  while (!isOver()) {
    await pause(lookEveryMs)
    let seen = await look()
    if (changedPaths(known, seen).length === 0) continue
    for (let step = 0; step < settleAtMost && !isOver(); step++) {
      await pause(settleMs)
      const again = await look()
      const isAtRest = changedPaths(seen, again).length === 0
      seen = again
      if (isAtRest) break
    }
    const paths = changedPaths(known, seen)
    known = seen
    if (paths.length > 0 && !isOver()) await onChange(paths)
  }
}

/** The paths whose signatures differ, sorted. */
export function changedPaths(before: Snapshot, after: Snapshot): string[] {
  const paths = new Set([...before.keys(), ...after.keys()])
  return [...paths].filter(path => before.get(path) !== after.get(path)).sort()
}

/** A snapshot of the route files below `targets`. A folder that cannot be used is one path with its reason. */
export async function lookAt(targets: readonly string[]): Promise<Snapshot> {
  const snapshot = new Map<string, string>()
  for (const target of targets) {
    const listing = listFolder(target)
    if (listing.kind === 'unusable') snapshot.set(target, listing.reasons.join('\n'))
    else for (const { path, signature } of listing.files) snapshot.set(path, signature)
  }
  return snapshot
}

/** A pause that ends early when `signal` is aborted. */
export function pauseUntil(signal: AbortSignal): Watch['pause'] {
  return durationMs =>
    sleep(durationMs, undefined, { signal }).catch(error => {
      if (!signal.aborted) throw error
    })
}
