import type { Identity, Target } from '../../control-plane/compile-routes.ts'
import { hasErrors } from '../../diagnostics/diagnostic.ts'
import { visible } from '../../diagnostics/visible.ts'
import { formatVersion } from '../../fib/layout.ts'
import { openTable } from '../../fib/view.ts'
import { followPlatform } from '../../runtimes/follow-platform.ts'
import { pointerForward } from '../../store/move-pointer.ts'
import { readTable } from '../../store/read-table.ts'
import { faultOfSize, uploadVersion } from '../../store/upload-version.ts'
import type { VersionStore } from '../../store/version-store.ts'
import { judgeFolders } from '../folders/judge-folders.ts'
import type { Pipeline } from '../folders/pipeline.ts'
import { printText } from '../folders/print-findings.ts'
import { type ExitStatus, exitStatus } from '../terminal/exit-status.ts'
import { fail } from '../terminal/report.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { type ActiveVersion, leastSequence, readActiveVersion } from '../versions/active-version.ts'
import { type ChangeOptions, changePointer, confirmChange, pointerMove } from '../versions/change-version.ts'
import { packSources } from '../versions/pack-sources.ts'
import { readSigningKey, type SigningKey } from '../versions/signing-key.ts'
import { StageClock } from '../versions/stage-clock.ts'
import { type Environment, withStore } from '../versions/with-store.ts'
import { count } from '../words/count.ts'
import { shortVersion } from '../words/short-version.ts'
import { describeTable, readTableFacts, type TableFacts } from '../words/table-facts.ts'

export interface PublishOptions extends ChangeOptions {
  /** The folders, or single files. */
  readonly folders: readonly string[]
  /** Who the edge is to rules that name their clients. */
  readonly identity: Identity
  readonly target: Target
}

/**
 * Compiles the routes and makes the table the active version of a store: whole, or not at all. Interrupted anywhere, it
 * leaves the old version active and can be run again.
 */
export async function publish(
  options: PublishOptions,
  terminal: Terminal,
  pipeline: Pipeline,
  env: Environment,
): Promise<ExitStatus> {
  const { out, err } = terminal
  const clock = new StageClock()
  const judgement = await judgeFolders(options.folders, pipeline, options)
  if (judgement.kind === 'unusable') return fail(terminal, ...judgement.reasons)
  const { diagnostics, table, texts } = judgement
  if (diagnostics.length > 0) printText(err, judgement, 'signalbox check -o json')
  if (hasErrors(diagnostics) || !table) {
    err.line('nothing published')
    return exitStatus.findings
  }
  clock.ended('compiled')
  const key = await readSigningKey(options.keyFile, env)
  if (key.kind === 'unusable') return fail(terminal, key.reason)
  const facts = readTableFacts(table)
  out.line(`compiled  ${describeTable(facts)}, ${count(table.byteLength, 'byte')}`)
  const compiled = { table, facts, sources: packSources(new Map(texts), process.cwd()) }
  const isTooLarge = faultOfSize(compiled)
  if (isTooLarge !== undefined) return fail(terminal, isTooLarge)
  const means = { clock, key: key.kind === 'key' ? key.key : undefined, env, terminal }
  return withStore(options.location, env, terminal, store => publishTo(store, compiled, options, means))
}

/** What is published. */
interface Compiled {
  readonly table: Uint8Array
  readonly facts: TableFacts
  readonly sources: Uint8Array
}

interface Means {
  readonly clock: StageClock
  readonly key: SigningKey | undefined
  readonly env: Environment
  readonly terminal: Terminal
}

async function publishTo(
  store: VersionStore,
  { table, facts, sources }: Compiled,
  options: PublishOptions,
  { clock, key, env, terminal }: Means,
): Promise<ExitStatus> {
  const { out } = terminal
  const { version } = facts
  clock.skip()
  const active = await readActiveVersion(store, key)
  const { stored, trusted } = active
  if (await isDone(store, active, version, key !== undefined)) {
    out.line(`${shortVersion(version)} is active in ${visible(store.title)} already: nothing to publish`)
    return exitStatus.ok
  }
  const view = openTable(table)
  const isSigned = key !== undefined
  const proposal = { store, stored, version, table: view, isSigned, isActiveTrusted: trusted !== undefined }
  const consent = await confirmChange('publish', proposal, options, terminal)
  if (consent !== 'yes') return consent === 'dry' ? exitStatus.ok : exitStatus.findings
  clock.skip()
  const move = await pointerMove(options, env)
  const record = {
    version,
    ...(stored.kind === 'read' && { parent: stored.pointer.version }),
    author: move.by,
    message: move.message,
    at: new Date(move.nowMs).toISOString(),
    bytes: table.byteLength,
    formatVersion,
    virtualHosts: facts.virtualHostCount,
    routes: facts.routeCount,
  }
  await uploadVersion(store, followPlatform, { record, table, sources })
  clock.ended('uploaded and read back')
  // By the clock of this moment: an upload may take long, and the later move must have the greater number.
  const nowMs = Date.now()
  const next = pointerForward(trusted, version, { ...move, nowMs, leastSequence: leastSequence(active, nowMs) })
  if ((await changePointer(proposal, next, key?.sign, terminal)) === 'overtaken') return exitStatus.usage
  clock.ended('activated')
  out.line(`published ${shortVersion(version)}: ${clock}`)
  return exitStatus.ok
}

/** Whether there is nothing to do: the version is active, whole, and signed where it shall be. */
async function isDone(
  store: VersionStore,
  { stored, isSigned }: ActiveVersion,
  version: string,
  isToBeSigned: boolean,
): Promise<boolean> {
  if (stored.kind !== 'read' || stored.pointer.version !== version || (isToBeSigned && !isSigned)) return false
  return (await readTable(store, followPlatform, version)).kind === 'table'
}
