import { visible } from '../diagnostics/visible.ts'
import { pointerBack, readPointer } from '../store/move-pointer.ts'
import { longestText } from '../store/version-record.ts'
import type { VersionStore } from '../store/version-store.ts'
import { type ExitStatus, exitStatus } from './exit-status.ts'
import type { StorePlace } from './stores/open-store.ts'
import { shortVersion } from './table-facts.ts'
import type { Terminal } from './terminal.ts'
import { findAuthor } from './versions/author.ts'
import { askFor, type Confirm, changePointer } from './versions/change-version.ts'
import { findVersion } from './versions/find-version.ts'
import { readSigningKey } from './versions/signing-key.ts'
import { StageClock } from './versions/stage-clock.ts'
import { readStoredTable } from './versions/stored-table.ts'
import { type Environment, withStore } from './versions/with-store.ts'

export interface RollbackOptions {
  readonly place: StorePlace
  /** As somebody says it; `previous` is the one that was active before. */
  readonly version: string
  readonly message: string
  /** Absent: as git or CI say it. */
  readonly author?: string
  /** The file with the key to sign by; absent: one in the environment, or none. */
  readonly keyFile?: string
  readonly isForced: boolean
  readonly isDryRun: boolean
  /** Absent: nobody is asked. */
  readonly confirm?: Confirm
}

/** Makes a version that is in the store already the active one: nothing is compiled, nothing uploaded. */
export async function rollback(options: RollbackOptions, terminal: Terminal, env: Environment): Promise<ExitStatus> {
  const complain = (message: string): ExitStatus => {
    terminal.err.line(`error: ${visible(message)}`)
    return exitStatus.usage
  }
  const key = await readSigningKey(options.keyFile, env)
  if (key.kind === 'unusable') return complain(key.reason)
  const sign = key.kind === 'key' ? key.sign : undefined
  return withStore(options.place, env, terminal, async (store: VersionStore) => {
    const { isForced, isDryRun, confirm } = options
    const clock = new StageClock()
    const stored = await readPointer(store)
    if (stored.kind === 'none') return complain(`nothing is published in ${store.title}`)
    const active = stored.kind === 'read' ? stored.pointer : undefined
    const found = await findVersion(store, options.version, active)
    if (found.kind === 'none') return complain(found.reason)
    const { version } = found
    if (active?.version === version) return complain(`${shortVersion(version)} is the active version`)
    const target = await readStoredTable(store, version)
    if (target.kind === 'none') return complain(`${shortVersion(version)} cannot be gone back to: ${target.reason}`)
    const proposal = { store, stored, version, table: target.table, isForced, isSigned: sign !== undefined }
    const consent = await askFor(proposal, { what: 'roll back to', isDryRun, confirm }, terminal)
    if (consent !== 'yes') return consent === 'dry' ? exitStatus.ok : exitStatus.findings
    clock.skip()
    const by = (options.author ?? (await findAuthor(env))).slice(0, longestText)
    const move = { by, message: options.message.slice(0, longestText), isForced, nowMs: Date.now() }
    const next = pointerBack(active, version, move)
    if ((await changePointer(proposal, next, sign, terminal)) === 'overtaken') return exitStatus.usage
    clock.ended('activated')
    terminal.out.line(`rolled back to ${shortVersion(version)}: ${clock}`)
    return exitStatus.ok
  })
}
