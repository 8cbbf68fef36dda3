import { followPlatform } from '../../runtimes/follow-platform.ts'
import { pointerBack } from '../../store/move-pointer.ts'
import { readTable } from '../../store/read-table.ts'
import type { VersionStore } from '../../store/version-store.ts'
import { type ExitStatus, exitStatus } from '../terminal/exit-status.ts'
import { fail } from '../terminal/report.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { leastSequence, readActiveVersion } from '../versions/active-version.ts'
import { type ChangeOptions, changePointer, confirmChange, pointerMove } from '../versions/change-version.ts'
import { findVersion } from '../versions/find-version.ts'
import { pointerWords } from '../versions/pointer-words.ts'
import { readSigningKey } from '../versions/signing-key.ts'
import { StageClock } from '../versions/stage-clock.ts'
import { type Environment, withStore } from '../versions/with-store.ts'
import { shortVersion } from '../words/short-version.ts'

export interface RollbackOptions extends ChangeOptions {
  /** As somebody says it; `previous` is the one that was active before. */
  readonly version: string
}

/** Makes a version that is in the store already the active one: nothing is compiled, nothing uploaded. */
export async function rollback(options: RollbackOptions, terminal: Terminal, env: Environment): Promise<ExitStatus> {
  const key = await readSigningKey(options.keyFile, env)
  if (key.kind === 'unusable') return fail(terminal, key.reason)
  const signing = key.kind === 'key' ? key.key : undefined
  return withStore(options.location, env, terminal, async (store: VersionStore) => {
    const clock = new StageClock()
    const active = await readActiveVersion(store, signing)
    const { stored, trusted, isSigned: isSignedWell } = active
    if (stored.kind === 'none') return fail(terminal, `nothing is published in ${store.title}`)
    if (stored.kind === 'unusable' && options.version === 'previous') {
      return fail(terminal, `${pointerWords(stored)}, so the version before is unknown: name a version`)
    }
    if (!trusted && stored.kind === 'read' && options.version === 'previous') {
      return fail(
        terminal,
        'the active version is not signed by this key, so what was before is not to be trusted: name a version',
      )
    }
    const found = await findVersion(store, options.version, trusted)
    if (found.kind === 'none') return fail(terminal, found.reason)
    const { version } = found
    if (stored.kind === 'read' && stored.pointer.version === version && (!signing || isSignedWell)) {
      return fail(terminal, `${shortVersion(version)} is the active version`)
    }
    const target = await readTable(store, followPlatform, version)
    const impossible = (reason: string) =>
      fail(
        terminal,
        `${shortVersion(version)} cannot be gone back to: ${reason}; \`signalbox versions\` lists what is there`,
      )
    if (target.kind === 'none') return impossible(target.reason)
    const isSigned = signing !== undefined
    const proposal = { store, stored, version, table: target.table, isSigned, isActiveTrusted: trusted !== undefined }
    const consent = await confirmChange('roll back to', proposal, options, terminal)
    if (consent !== 'yes') return consent === 'dry' ? exitStatus.ok : exitStatus.findings
    clock.skip()
    // It may have been removed while the operator thought about it.
    const still = await readTable(store, followPlatform, version)
    if (still.kind === 'none') return impossible(still.reason)
    const move = await pointerMove(options, env)
    const next = pointerBack(trusted, version, { ...move, leastSequence: leastSequence(active, move.nowMs) })
    if ((await changePointer(proposal, next, signing?.sign, terminal)) === 'overtaken') return exitStatus.usage
    clock.ended('activated')
    terminal.out.line(`rolled back to ${shortVersion(version)}: ${clock}`)
    return exitStatus.ok
  })
}
