import { visible } from '../../diagnostics/visible.ts'
import type { TableView } from '../../fib/view.ts'
import { type Moved, movePointer, type StoredPointer } from '../../store/move-pointer.ts'
import type { Pointer, Sign } from '../../store/pointer.ts'
import type { VersionStore } from '../../store/version-store.ts'
import { renderChanges } from '../changes/render-changes.ts'
import { compareTables, hostsKept } from '../changes/table-changes.ts'
import { painter } from '../explain/paint.ts'
import { shortVersion } from '../table-facts.ts'
import type { Terminal } from '../terminal.ts'
import { movedWords, pointerWords } from './pointer-words.ts'
import { readStoredTable } from './stored-table.ts'

/** Asks the operator; absent where nobody is there to answer. */
export type Confirm = (question: string) => Promise<boolean>

/** A version that is to become the active one. */
export interface Proposal {
  readonly store: VersionStore
  readonly stored: StoredPointer
  readonly version: string
  readonly table: TableView
  readonly isForced: boolean
  readonly isSigned: boolean
}

/** How an operator is asked. */
export interface Asking {
  /** What is done: `publish`, `roll back to`. */
  readonly what: string
  /** Only said what would be done. */
  readonly isDryRun: boolean
  /** Absent: nobody is asked. */
  readonly confirm: Confirm | undefined
}

/**
 * Says in words what a version would change against the active one, and whether that shall be done. What looks like a
 * mistake is done only if it is forced.
 */
export async function askFor(
  proposal: Proposal,
  { what, isDryRun, confirm }: Asking,
  terminal: Terminal,
): Promise<'yes' | 'no' | 'dry'> {
  const { out, err } = terminal
  const faults = await showProposal(proposal, terminal)
  for (const fault of faults) err.line(`${proposal.isForced ? 'warning' : 'error'}: ${fault}`)
  if (faults.length > 0 && !proposal.isForced) {
    err.line(`  = help: --force does it all the same`)
  } else if (isDryRun) {
    out.line('a dry run: nothing was changed')
    return 'dry'
  } else if (!confirm || (await confirm(`${what} ${shortVersion(proposal.version)}?`))) {
    return 'yes'
  }
  err.line('nothing was changed')
  return 'no'
}

/** @returns what looks like a mistake */
async function showProposal(proposal: Proposal, { out, err }: Terminal): Promise<readonly string[]> {
  const { store, stored, version, table, isSigned } = proposal
  out.line(`store     ${visible(store.title)}`)
  out.line(`active    ${pointerWords(stored)}`)
  out.line(`next      ${shortVersion(version)}`)
  const before = stored.kind === 'read' ? await readStoredTable(store, stored.pointer.version) : undefined
  if (before?.kind === 'none') err.line(`warning: what changes cannot be told: of the active version, ${before.reason}`)
  const changes = compareTables(before?.kind === 'table' ? before.table : undefined, table)
  for (const line of renderChanges(changes, painter(out.color))) out.line(line)

  const faults: string[] = []
  const hosts = hostsKept(changes)
  if (table.virtualHostCount === 0) faults.push('it has no host at all: every request would be answered 404')
  else if (hosts.before > 0 && hosts.kept === 0) {
    faults.push(`of the ${hosts.before} hosts that are served now none would be left; is this the right store?`)
  }
  if (stored.kind === 'read' && stored.signature && !isSigned) {
    faults.push('the active version is signed and this one would not be: gateways that know the key would refuse it')
  }
  return faults
}

/** Moves the pointer, and says what became of that. @throws StoreError */
export async function changePointer(
  { store, stored }: Pick<Proposal, 'store' | 'stored'>,
  next: Pointer,
  sign: Sign | undefined,
  { err }: Terminal,
): Promise<Moved['kind']> {
  const moved = await movePointer(store, stored, next, sign)
  if (moved.kind === 'overtaken') {
    const who =
      moved.by.kind === 'read' ? `${shortVersion(moved.by.pointer.version)} ${movedWords(moved.by.pointer)}` : ''
    err.line(`error: meanwhile somebody else has changed what is active${who && `: ${who}`}; nothing was changed here`)
    err.line('  = help: look at `signalbox status`, and run this again')
  }
  return moved.kind
}
