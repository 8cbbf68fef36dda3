// What an edit of one line costs a process that has compiled the folder before, as `signalbox dev` has.

import { readFolders } from '../../src/cli/read-folders.ts'
import { compileRoutes, FileCache } from '../../src/control-plane/compile-routes.ts'
import { median } from '../gateway/statistics.ts'
import { withEdit } from './edit-file.ts'

const edits = 7
const folder = process.argv[2]!
const cache = new FileCache()

const full = await compileEdited(0)
const times: number[] = []
for (let edit = 1; edit <= edits; edit++) times.push((await compileEdited(edit)).ms)
const ms = median(times)
const spread = `${Math.round(Math.min(...times))}-${Math.round(Math.max(...times))} ms`
process.stdout.write(
  `an edit ${Math.round(ms)} ms (${spread}), ${((ms / full.ms) * 100).toFixed(1)} % of the first compile\n`,
)

/** Compiles the folder with another path in one line of one file. */
async function compileEdited(edit: number): Promise<{ readonly ms: number }> {
  const start = performance.now()
  const reading = await readFolders([folder])
  if (reading.kind !== 'read') throw new Error(reading.reasons.join('\n'))
  const files = reading.files.map((file, index) =>
    index === 1 ? { ...file, bytes: withEdit(file.bytes, edit) } : file,
  )
  const { table, diagnostics } = compileRoutes(files, { cache })
  if (!table) throw new Error(diagnostics.map(({ message }) => message).join('\n'))
  return { ms: performance.now() - start }
}
