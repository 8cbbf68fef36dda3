import { painter } from '../../diagnostics/paint.ts'
import { visible } from '../../diagnostics/visible.ts'
import type { TableView } from '../../fib/view.ts'
import { followPlatform } from '../../runtimes/follow-platform.ts'
import { type Move, type Moved, movePointer } from '../../store/move-pointer.ts'
import type { Pointer, Sign } from '../../store/pointer.ts'
import type { StoredPointer } from '../../store/read-pointer.ts'
import { readTable, type StoredTable } from '../../store/read-table.ts'
import { longestText } from '../../store/version-record.ts'
import { StoreError, type VersionStore } from '../../store/version-store.ts'
import { renderChanges } from '../changes/render-changes.ts'
import { compareTables, hostsKept } from '../changes/table-changes.ts'
import type { StoreLocation } from '../stores/open-store.ts'
import type { Confirm } from '../terminal/confirm-by.ts'
import { printErrors, printWarning } from '../terminal/report.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { shortVersion } from '../words/short-version.ts'
import { findAuthor } from './author.ts'
import { movedWords, pointerWords } from './pointer-words.ts'
import type { Environment } from './with-store.ts'
/** How a verb that changes what is active was called. */
export interface ChangeOptions {
  readonly location: StoreLocation
  readonly message: string
  /** Absent: as git or CI say it. */
  readonly author?: string
  /** The file with the key to sign by; absent: one in the environment, or none. */
  readonly keyFile?: string
  /** Done although it looks like a mistake. */
  readonly isForced: boolean
  /** Only said what would be done. */
  readonly isDryRun: boolean
  /** Nobody need be asked. */
  readonly isAgreed: boolean
  /** Absent where there is no terminal. */
  readonly confirm?: Confirm
}

/** A version that is to become the active one. */
export interface Proposal {
  readonly store: VersionStore
  readonly stored: StoredPointer
  readonly version: string
  readonly table: TableView
  /** Whether it is to be signed. */
  readonly isSigned: boolean
  /** Whether the active one is signed by the same key, where one is at hand. */
  readonly isActiveTrusted: boolean
}

/**
 * Says in words what a version would change against the active one, and whether that shall be done. What looks like a
 * mistake is done only if it is forced.
 */
export async function confirmChange(
  what: 'publish' | 'roll back to',
  proposal: Proposal,
  { isForced, isDryRun, isAgreed, confirm }: Omit<ChangeOptions, 'place' | 'message'>,
  terminal: Terminal,
): Promise<'yes' | 'no' | 'dry'> {
  const { out, err } = terminal
  const faults = await showProposal(proposal, terminal)
  for (const fault of faults) (isForced ? printWarning : printErrors)(terminal, fault)
  if (faults.length > 0 && !isForced) {
    err.line(`  = help: --force proceeds anyway`)
  } else if (isDryRun) {
    out.line('a dry run: nothing was changed')
    return 'dry'
  } else if (isAgreed || !confirm) {
    if (!isAgreed) err.line('not a terminal: proceeding without confirmation (use --yes)')
    return 'yes'
  } else if (await confirm(`${what} ${shortVersion(proposal.version)}?`)) {
    return 'yes'
  }
  err.line('nothing was changed')
  return 'no'
}

/** @returns what looks like a mistake */
async function showProposal(proposal: Proposal, terminal: Terminal): Promise<readonly string[]> {
  const { out } = terminal
  const { store, stored, version, table, isSigned } = proposal
  out.line(`store     ${visible(store.title)}`)
  out.line(`active    ${pointerWords(stored)}`)
  out.line(`next      ${shortVersion(version)}`)
  const before = await activeTable(store, stored)
  if (before?.kind === 'none') {
    printWarning(terminal, `the changes are unknown: of the active version, ${before.reason}`)
  }
  const changes = compareTables(before?.kind === 'table' ? before.table : undefined, table)
  for (const line of renderChanges(changes, painter(out.color))) out.line(line)

  const faults: string[] = []
  if (stored.kind === 'unusable') {
    faults.push(`${pointerWords(stored)}, so the version that this would replace, and its signature, are unknown`)
  }
  if (isSigned && stored.kind === 'read' && !proposal.isActiveTrusted) {
    printWarning(terminal, 'the active version is not signed by this key: rollbacks start over with this version')
  }
  const hosts = hostsKept(changes)
  if (table.virtualHostCount === 0) faults.push('it has no host at all: every request would get 404')
  else if (hosts.before > 0 && hosts.kept === 0) {
    faults.push(`of the ${hosts.before} hosts that are served now none would remain; is this the right store?`)
  }
  if (stored.kind === 'read' && stored.signature && !isSigned) {
    faults.push('the active version is signed and this one would not be: gateways with the public key would refuse it')
  }
  return faults
}

/** For comparison alone: that it cannot be had must not hold up what comes in its place. */
async function activeTable(store: VersionStore, stored: StoredPointer): Promise<StoredTable | undefined> {
  if (stored.kind !== 'read') return undefined
  try {
    return await readTable(store, followPlatform, stored.pointer.version)
  } catch (error) {
    if (!(error instanceof StoreError)) throw error
    return { kind: 'none', reason: visible(error.message) }
  }
}

/** Who changes what is active now, and why. */
export async function pointerMove(
  { author, message, isForced }: Pick<ChangeOptions, 'author' | 'message' | 'isForced'>,
  env: Environment,
): Promise<Move> {
  const by = (author ?? (await findAuthor(env))).slice(0, longestText)
  return { by, message: message.slice(0, longestText), isForced, nowMs: Date.now() }
}

/** Moves the pointer, and says what became of that. @throws StoreError */
export async function changePointer(
  { store, stored }: Pick<Proposal, 'store' | 'stored'>,
  next: Pointer,
  sign: Sign | undefined,
  terminal: Terminal,
): Promise<Moved['kind']> {
  const moved = await movePointer(store, stored, next, sign)
  if (moved.kind === 'overtaken') {
    const who =
      moved.by.kind === 'read' ? `${shortVersion(moved.by.pointer.version)} ${movedWords(moved.by.pointer)}` : ''
    printErrors(
      terminal,
      `somebody else has changed the active version meanwhile${who && `: ${who}`}; nothing was changed`,
    )
    terminal.err.line('  = help: check `signalbox status`, and run this again')
  }
  return moved.kind
}
