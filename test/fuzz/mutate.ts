import { Random } from '../random.ts'
import type { Corpus } from './corpus.ts'
import { mutateBytes } from './mutate-bytes.ts'
import { mutateLines } from './mutate-lines.ts'
import { mutateTokens } from './mutate-tokens.ts'
import { mutateTree } from './mutate-tree.ts'

/** How a text can be changed: what each level can break is told by different code. */
export const levels = ['bytes', 'lines', 'tokens', 'tree'] as const

export type Level = (typeof levels)[number]

/** One changed text. */
export interface Mutation {
  readonly seed: number
  readonly level: Level
  readonly bytes: Uint8Array
}

const encoder = new TextEncoder()

/** The mutation that `seed` names: one change or a few of one level, made to one or a few documents of a text. */
export function mutate({ good, others }: Corpus, seed: number): Mutation {
  const random = new Random(Math.imul(seed + 1, 0x9e3779b1))
  const level = random.oneIn(3) ? 'tree' : random.one(levels)
  const texts = others.length > 0 && random.oneIn(4) ? others : good
  const text = someDocuments(random.one(texts), random)
  const other = random.one(texts)
  const changes = random.oneIn(3) ? 1 + random.below(4) : 1
  return { seed, level, bytes: changed(level, text, { other, changes, random }) }
}

interface Change {
  /** Where foreign parts may come from. */
  readonly other: string
  readonly changes: number
  readonly random: Random
}

function changed(level: Level, text: string, { other, changes, random }: Change): Uint8Array {
  switch (level) {
    case 'bytes':
      return mutateBytes(encoder.encode(text), changes, random)
    case 'lines':
      return encoder.encode(mutateLines(text, other, changes, random))
    case 'tokens':
      return encoder.encode(mutateTokens(text, other, changes, random))
    case 'tree':
      return encoder.encode(mutateTree(text, other, changes, random))
    default:
      return level satisfies never
  }
}

/** Up to three documents in a row, or all: most faults need few, and 100,000 mutations should not take an hour. */
function someDocuments(text: string, random: Random): string {
  if (random.oneIn(3)) return text
  const documents = text.split(/^---$/m)
  const from = random.below(documents.length)
  return documents.slice(from, from + 1 + random.below(3)).join('---')
}
