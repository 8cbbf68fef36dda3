import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'

// Not in TypeScript: the command is built with any Node, and what builds it has to say of which version it is.

/** The rooms whose code decides what is found out about a file. */
const rooms = ['control-plane', 'diagnostics', 'fib']

/**
 * What names the code that reads and judges YAML: the content of its files, and the exact versions of the packages. What
 * one version found out is never taken for what another one would find; a fresh clone is the same version. Takes 10 ms.
 */
export function codeVersion() {
  const hash = createHash('sha256').update(readFileSync(new URL('../../package.json', import.meta.url)))
  for (const room of rooms) {
    const folder = new URL(`../${room}/`, import.meta.url)
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.ts'))
    for (const name of names.sort()) hash.update(`${room}/${name}\0`).update(readFileSync(new URL(name, folder)))
  }
  return hash.digest('hex')
}
