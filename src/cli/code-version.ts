import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The rooms whose code decides what is found out about a file. */
const rooms = ['control-plane', 'diagnostics', 'fib']

/**
 * What names the code that reads and judges YAML: its files, by size and time of their last change, and the exact
 * versions of the packages. What one version found out is never taken for what another one would find.
 */
export function codeVersion(): string {
  const hash = createHash('sha256').update(readFileSync(new URL('../../package.json', import.meta.url)))
  for (const room of rooms) {
    const folder = fileURLToPath(new URL(`../${room}`, import.meta.url))
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
      const { size, mtimeNs } = statSync(join(folder, name), { bigint: true })
      hash.update(JSON.stringify([room, name, String(size), String(mtimeNs)]))
    }
  }
  return hash.digest('hex')
}
