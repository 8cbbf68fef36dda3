import { nearest } from '../../diagnostics/suggest.ts'

// What one config may cost: some thousand suggestions among a hundred names, or a few among very many.
const mostComparisons = 500_000

/**
 * The nearest of a set of names, each asked for once. Comparing names is slow: once a config has used up its share,
 * there are no suggestions any more.
 */
export class Suggestions {
  readonly #candidates: readonly string[]
  readonly #known = new Map<string, string | undefined>()
  #left = mostComparisons

  constructor(candidates: Iterable<string>) {
    this.#candidates = [...candidates]
  }

  nearest(name: string): string | undefined {
    if (this.#known.has(name)) return this.#known.get(name)
    if (this.#left <= 0) return undefined
    this.#left -= this.#candidates.length
    const found = nearest(name, this.#candidates)
    this.#known.set(name, found)
    return found
  }
}
