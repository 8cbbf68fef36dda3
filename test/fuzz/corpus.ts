import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..', '..')

/** Texts to begin with, in an order of their own, so that a seed names a text. */
export interface Corpus {
  /** Every YAML file of this repository's routes, golden cases and recorded routing: nearly all are good. */
  readonly good: readonly string[]
  /** The inputs of `$CONFORMANCE_DIR/validation`, where that is set: good and bad ones, most of them small. */
  readonly others: readonly string[]
}

const goodFolders = ['routes', 'test/golden', 'test/conformance/routing']

/** @param further whether to look into `$CONFORMANCE_DIR` */
export function readCorpus(further = true): Corpus {
  const others = further ? process.env.CONFORMANCE_DIR : undefined
  return {
    good: goodFolders.flatMap(folder => textsBelow(join(root, folder))),
    others: others === undefined ? [] : textsBelow(join(others, 'validation')),
  }
}

function textsBelow(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(path => /\.ya?ml$/.test(path))
    .sort()
    .map(path => readFileSync(join(folder, path), 'utf8'))
}
