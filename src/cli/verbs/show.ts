import { readdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { painter } from '../../diagnostics/paint.ts'
import { visible } from '../../diagnostics/visible.ts'
import { followPlatform } from '../../runtimes/follow-platform.ts'
import { readPointer } from '../../store/read-pointer.ts'
import { readTable } from '../../store/read-table.ts'
import type { VersionRecord } from '../../store/version-record.ts'
import { keyOf, maxValueBytes, type VersionStore } from '../../store/version-store.ts'
import { renderChanges } from '../changes/render-changes.ts'
import { compareTables } from '../changes/table-changes.ts'
import { makeFolder } from '../folders/make-folder.ts'
import type { StoreLocation } from '../stores/open-store.ts'
import { type ExitStatus, exitStatus } from '../terminal/exit-status.ts'
import { fail } from '../terminal/report.ts'
import { describeSystemError } from '../terminal/system-error.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { findVersion } from '../versions/find-version.ts'
import { type Sources, unpackSources } from '../versions/pack-sources.ts'
import { timeWords } from '../versions/pointer-words.ts'
import { readRecord } from '../versions/read-records.ts'
import { type Environment, withStore } from '../versions/with-store.ts'
import { count } from '../words/count.ts'
import { shortVersion } from '../words/short-version.ts'

export interface ShowOptions {
  readonly location: StoreLocation
  /** As somebody says it. */
  readonly version: string
  /** The folder that the version's YAML is written to. */
  readonly sourcesTo?: string
  readonly isJson: boolean
}

/** Tells of one version: who published it when and why, what it changed, and which YAML it was made from. */
export function show(options: ShowOptions, terminal: Terminal, env: Environment): Promise<ExitStatus> {
  const { out } = terminal
  return withStore(options.location, env, terminal, async store => {
    const stored = await readPointer(store)
    const active = stored.kind === 'read' ? stored.pointer : undefined
    const found = await findVersion(store, options.version, active)
    if (found.kind === 'none') return fail(terminal, found.reason)
    const { version } = found
    const { record } = await readRecord(store, version)
    if (!record) return fail(terminal, `${shortVersion(version)}: its record is damaged or gone`)
    const packed = await store.read(keyOf('sources', version), maxValueBytes)
    const sources = packed && unpackSources(packed)
    const isActive = active?.version === version
    if (options.isJson) {
      out.line(JSON.stringify({ ...record, isActive, sources: sources ? [...sources.keys()] : null }, null, 2))
    } else {
      for (const line of recordLines(record, isActive)) out.line(line)
      for (const line of await changeLines(store, record, out.color)) out.line(line)
      out.line(`sources   ${sources ? [...sources.keys()].map(visible).join(', ') : 'damaged or gone'}`)
    }
    if (options.sourcesTo === undefined) return exitStatus.ok
    if (!sources) return fail(terminal, 'its YAML is damaged or gone')
    const fault = await writeSources(sources, options.sourcesTo)
    if (fault !== undefined) return fail(terminal, fault)
    terminal.err.line(`${count(sources.size, 'file')} written to ${visible(options.sourcesTo)}`)
    return exitStatus.ok
  })
}

function recordLines({ version, parent, author, at, message, ...record }: VersionRecord, isActive: boolean): string[] {
  const lines = [`version   ${version}${isActive ? '   active' : ''}`]
  if (parent !== undefined) lines.push(`over      ${shortVersion(parent)}`)
  lines.push(`published ${timeWords(at)} by ${visible(author)}`)
  const size = `${count(record.virtualHosts, 'virtual host')}, ${count(record.routes, 'route')}`
  lines.push(`table     ${count(record.bytes, 'byte')}, format ${record.formatVersion}, ${size}`)
  for (const [index, line] of message.split('\n').entries()) {
    if (message !== '') lines.push(`${(index === 0 ? 'message' : '').padEnd(10)}${visible(line)}`.trimEnd())
  }
  return lines
}

async function changeLines(store: VersionStore, { version, parent }: VersionRecord, color: boolean): Promise<string[]> {
  if (parent === undefined) return []
  const [before, after] = [
    await readTable(store, followPlatform, parent),
    await readTable(store, followPlatform, version),
  ]
  if (before.kind === 'none') return [`changes   unknown: of ${shortVersion(parent)}, ${before.reason}`]
  if (after.kind === 'none') return [`changes   unknown: ${after.reason}`]
  return renderChanges(compareTables(before.table, after.table), painter(color))
}

/** Writes the files into a folder that is made for them. */
async function writeSources(sources: Sources, folder: string): Promise<string | undefined> {
  const there = await readdir(folder).catch(() => [])
  if (there.length > 0) return `${folder}: is there already; name a folder that is not`
  for (const [path, text] of sources) {
    const file = join(folder, path)
    try {
      await makeFolder(dirname(file))
      await writeFile(file, text, { flag: 'wx' })
    } catch (error) {
      const isThere = error instanceof Error && 'code' in error && error.code === 'EEXIST'
      const meaning = isThere ? 'is there already; name a folder that is not' : describeSystemError(error)
      if (meaning === undefined) throw error
      return `${file}: ${meaning}`
    }
  }
  return undefined
}
