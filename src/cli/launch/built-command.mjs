import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { hashOf } from './code-version.mjs'

// Not in TypeScript: it is read before there is any compiled code, and to turn one file into JavaScript takes 25 ms.

/** Where the command is built to, from the root of the repository. */
export const builtFolder = 'dist/command'

/**
 * What tells of which sources a built command was made: their paths from the root of the repository, and their content.
 *
 * @typedef {{ readonly sources: readonly string[], readonly hash: string }} Manifest
 */

/**
 * The entry point of the built command, where it is made of the sources as they are now; undefined where there is none,
 * or an older one: then the sources are run as they are. Reads all sources: 12 ms, of the 200 ms that it spares.
 *
 * @param {string} root of the repository
 * @returns {string | undefined}
 */
export function builtCommand(root) {
  try {
    /** @type {Manifest} */
    const { sources, hash } = JSON.parse(readFileSync(join(root, builtFolder, 'manifest.json'), 'utf8'))
    const now = hashOf(sources, path => readFileSync(join(root, path)))
    return now === hash ? join(root, builtFolder, 'main.mjs') : undefined
  } catch {
    return undefined
  }
}
