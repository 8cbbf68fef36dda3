// What an edit of one line costs a process that has compiled the folder before, as `signalbox dev` has.

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { judgeFolders } from '../../src/cli/folders/judge-folders.ts'
import { FolderReader } from '../../src/cli/folders/read-folders.ts'
import { compileRoutes, FileCache } from '../../src/control-plane/compile-routes.ts'
import { median } from '../gateway/statistics.ts'
import { withEdit } from './edit-file.ts'

const edits = 7
const folder = process.argv[2]!
const edited = join(folder, 'area-0', 'team-000000.yaml')
const cache = new FileCache()
const reader = new FolderReader()

const full = await compileEdited(0)
const times: number[] = []
for (let edit = 1; edit <= edits; edit++) times.push((await compileEdited(edit)).ms)
const ms = median(times)
const spread = `${Math.round(Math.min(...times))}-${Math.round(Math.max(...times))} ms`
process.stdout.write(
  `an edit ${Math.round(ms)} ms (${spread}), ${((ms / full.ms) * 100).toFixed(1)} % of the first compile\n`,
)

/** Compiles the folder after one line of one file was saved with another path. */
async function compileEdited(edit: number): Promise<{ readonly ms: number }> {
  writeFileSync(edited, withEdit(readFileSync(edited), `one-process-${edit}`))
  const start = performance.now()
  const judgement = await judgeFolders([folder], { compileRoutes }, { cache, reader })
  if (judgement.kind !== 'judged') throw new Error(judgement.reasons.join('\n'))
  const { table, diagnostics } = judgement
  if (!table) throw new Error(diagnostics.map(({ message }) => message).join('\n'))
  return { ms: performance.now() - start }
}
