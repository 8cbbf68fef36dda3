import { visible } from '../../diagnostics/visible.ts'
import { readPointer } from '../../store/read-pointer.ts'
import { keyOf } from '../../store/version-store.ts'
import type { StoreLocation } from '../stores/open-store.ts'
import type { Confirm } from '../terminal/confirm-by.ts'
import { type ExitStatus, exitStatus } from '../terminal/exit-status.ts'
import { fail } from '../terminal/report.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { pointerWords } from '../versions/pointer-words.ts'
import { readVersions } from '../versions/read-records.ts'
import { type Environment, withStore } from '../versions/with-store.ts'
import { count } from '../words/count.ts'
import { shortVersion } from '../words/short-version.ts'

export interface PruneOptions {
  readonly location: StoreLocation
  /** How many of the newest versions stay, at least 1. */
  readonly keep: number
  readonly isDryRun: boolean
  /** Absent: no confirmation is asked for, or no terminal is there. */
  readonly confirm?: Confirm
}

/**
 * Removes old versions from a store. The active one stays, whatever its age, and so does the one before it, to which a
 * rollback would go.
 */
export function prune(options: PruneOptions, terminal: Terminal, env: Environment): Promise<ExitStatus> {
  const { out, err } = terminal
  return withStore(options.location, env, terminal, async store => {
    const stored = await readPointer(store)
    if (stored.kind !== 'read') {
      return fail(terminal, `${pointerWords(stored)}; the version to keep is unknown`)
    }
    const needed = [stored.pointer.version, ...stored.pointer.before.slice(0, 1)]
    const all = await readVersions(store)
    const old = all.slice(options.keep).filter(({ version }) => !needed.includes(version))
    if (old.length === 0) {
      out.line(`${count(all.length, 'version')} in ${visible(store.title)}: nothing to remove`)
      return exitStatus.ok
    }
    out.line(`to remove from ${visible(store.title)}: ${old.map(({ version }) => shortVersion(version)).join(', ')}`)
    if (options.isDryRun) {
      out.line('a dry run: nothing was changed')
      return exitStatus.ok
    }
    if (options.confirm && !(await options.confirm(`remove ${count(old.length, 'version')} for good?`))) {
      err.line('nothing was changed')
      return exitStatus.findings
    }
    let removed = 0
    for (const { version } of old) {
      // Somebody may roll back to it just now.
      const now = await readPointer(store)
      if (now.kind === 'read' && now.pointer.version === version) continue
      removed++
      // The record goes last: interrupted, what is left is still listed, and the next run removes it.
      for (const kind of ['table', 'sources', 'version'] as const) await store.remove(keyOf(kind, version))
    }
    out.line(`removed ${count(removed, 'version')}, ${all.length - removed} left`)
    return exitStatus.ok
  })
}
