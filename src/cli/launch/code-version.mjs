import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

// Not in TypeScript: it is read before there is any compiled code, and to turn one file into JavaScript takes 25 ms.

const root = fileURLToPath(new URL('../../..', import.meta.url))

/** The rooms whose code decides what is found out about a file. */
const rooms = ['src/control-plane', 'src/diagnostics', 'src/fib']

/**
 * What names the code that reads and judges YAML. What one version found out is never taken for what another one would
 * find; a fresh clone is the same version. Takes 10 ms.
 */
export function codeVersion() {
  const sources = rooms.flatMap(room =>
    readdirSync(join(root, room), { recursive: true, encoding: 'utf8' })
      .filter(name => name.endsWith('.ts'))
      .map(name => `${room}/${name.replaceAll('\\', '/')}`),
  )
  return hashOf(sources.sort(), path => readFileSync(join(root, path)))
}

/**
 * The name of the content of sources, and of the exact versions of the packages.
 *
 * @param {readonly string[]} sources paths from the root of the repository
 * @param {(path: string) => Uint8Array} read
 * @returns {string}
 */
export function hashOf(sources, read) {
  const hash = createHash('sha256')
  for (const path of ['package.json', ...sources]) {
    const bytes = read(path)
    hash.update(`${path} ${bytes.length}\0`).update(bytes)
  }
  return hash.digest('hex')
}
