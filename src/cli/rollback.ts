import { visible } from '../diagnostics/visible.ts'
import { pointerBack, readPointer } from '../store/move-pointer.ts'
import type { VersionStore } from '../store/version-store.ts'
import { type ExitStatus, exitStatus } from './exit-status.ts'
import { shortVersion } from './table-facts.ts'
import type { Terminal } from './terminal.ts'
import { askFor, type ChangeOptions, changePointer, moveOf } from './versions/change-version.ts'
import { findVersion } from './versions/find-version.ts'
import { readSigningKey } from './versions/signing-key.ts'
import { StageClock } from './versions/stage-clock.ts'
import { readStoredTable } from './versions/stored-table.ts'
import { type Environment, withStore } from './versions/with-store.ts'

export interface RollbackOptions extends ChangeOptions {
  /** As somebody says it; `previous` is the one that was active before. */
  readonly version: string
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
    const proposal = { store, stored, version, table: target.table, isSigned: sign !== undefined }
    const consent = await askFor('roll back to', proposal, options, terminal)
    if (consent !== 'yes') return consent === 'dry' ? exitStatus.ok : exitStatus.findings
    clock.skip()
    const next = pointerBack(active, version, await moveOf(options, env))
    if ((await changePointer(proposal, next, sign, terminal)) === 'overtaken') return exitStatus.usage
    clock.ended('activated')
    terminal.out.line(`rolled back to ${shortVersion(version)}: ${clock}`)
    return exitStatus.ok
  })
}
