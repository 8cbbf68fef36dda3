import { painter } from '../../diagnostics/paint.ts'
import { visible } from '../../diagnostics/visible.ts'
import { readPointer } from '../../store/read-pointer.ts'
import type { StoreLocation } from '../stores/open-store.ts'
import { type ExitStatus, exitStatus } from '../terminal/exit-status.ts'
import { printWarning } from '../terminal/report.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { movedWords, pointerWords } from '../versions/pointer-words.ts'
import { readVersions, type StoredVersion } from '../versions/read-records.ts'
import { type Environment, withStore } from '../versions/with-store.ts'
import { count } from '../words/count.ts'
import { shortVersion } from '../words/short-version.ts'

export interface VersionsOptions {
  readonly location: StoreLocation
  readonly isJson: boolean
}

/** Lists the versions of a store, the newest first, and says which one is active. */
export function versions(
  { location, isJson }: VersionsOptions,
  terminal: Terminal,
  env: Environment,
): Promise<ExitStatus> {
  const { out } = terminal
  return withStore(location, env, terminal, async store => {
    const stored = await readPointer(store)
    const all = await readVersions(store)
    const active = stored.kind === 'read' ? stored.pointer.version : undefined
    if (isJson) {
      out.line(JSON.stringify({ store: store.title, active: active ?? null, versions: all }, null, 2))
      return exitStatus.ok
    }
    if (stored.kind === 'unusable') printWarning(terminal, pointerWords(stored))
    if (all.length === 0) out.line(`no versions in ${visible(store.title)}`)
    const paint = painter(out.color)
    for (const each of all) {
      const line = versionLine(each, each.version === active)
      out.line(each.version === active ? paint('strong', line) : line)
    }
    return exitStatus.ok
  })
}

function versionLine({ version, record, isComplete }: StoredVersion, isActive: boolean): string {
  const mark = isActive ? '⇒' : ' '
  const routes = record ? count(record.routes, 'route') : ''
  const words = record
    ? movedWords({ at: record.at, by: record.author, message: record.message })
    : 'its record is damaged'
  return `${mark} ${shortVersion(version)}  ${routes.padEnd(12)}  ${words}${isComplete ? '' : '   (incomplete: no table)'}`
}
