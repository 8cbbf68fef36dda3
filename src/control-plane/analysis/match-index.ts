import { foldCase } from '../../fib/normalize.ts'
import { conditionsCover, hasCase, type Match, type PathSet, pathSet, pathsCover, subjectOf } from './match-cover.ts'

/** A match that is looked for, or found. */
export interface Indexed {
  readonly match: Match
}

// Of the matches that have one path and a condition on one thing, so many are compared; of the regexes, so many are tried.
const mostCompared = 16

/** Matches with the same path. */
interface Bucket<Entry> {
  readonly path: PathSet
  /** The first one without conditions: it takes all of the path. */
  open?: Entry
  /** Those with conditions, by what their first condition is about; at most `mostCompared` each. */
  readonly guarded: Map<string, Entry[]>
}

/**
 * Finds matches by the paths that they take, at a cost that does not grow with their number: a path is looked up by
 * its text and by those of its beginnings whose lengths occur.
 */
export class MatchIndex<Entry extends Indexed> {
  readonly #buckets = new Map<string, Bucket<Entry>>()
  /** The lengths of the prefixes, by whether they ignore letter case. */
  readonly #lengths = { plain: new Set<number>(), folded: new Set<number>() }
  readonly #regexes: Bucket<Entry>[] = []

  /** Adds a match. The order in which matches are added is that in which they are asked. */
  add(entry: Entry): void {
    const path = pathSet(entry.match)
    const key = keyOf(path)
    let bucket = this.#buckets.get(key)
    if (!bucket) {
      bucket = { path, guarded: new Map() }
      this.#buckets.set(key, bucket)
      if (path.kind === 'prefix') this.#lengths[path.ignoresCase ? 'folded' : 'plain'].add(path.value.length)
      if (path.kind === 'regex' && this.#regexes.length < mostCompared) this.#regexes.push(bucket)
    }
    const [first] = entry.match.conditions
    if (!first) bucket.open ??= entry
    else {
      const known = bucket.guarded.get(subjectOf(first))
      if (!known) bucket.guarded.set(subjectOf(first), [entry])
      else if (known.length < mostCompared) known.push(entry)
    }
  }

  /** A match that takes each request that `match` takes; undefined where none is found. */
  findCover(match: Match): Entry | undefined {
    for (const { open, guarded } of this.#bucketsAbove(pathSet(match))) {
      if (open) return open
      for (const condition of match.conditions) {
        const found = guarded
          .get(subjectOf(condition))
          ?.find(each => conditionsCover(each.match.conditions, match.conditions))
        if (found) return found
      }
    }
    return undefined
  }

  /** Matches that take all paths of `match`, whatever else they ask for; a few of each path. */
  *above(match: Match): Generator<Entry> {
    for (const { open, guarded } of this.#bucketsAbove(pathSet(match))) {
      if (open) yield open
      let left = mostCompared
      for (const entries of guarded.values()) {
        for (const entry of entries) if (left-- > 0) yield entry
      }
    }
  }

  /** The buckets whose paths take all of `path`, the widest first. */
  *#bucketsAbove(path: PathSet): Generator<Bucket<Entry>> {
    const all = this.#buckets.get('all')
    if (all) yield all
    if (path.kind === 'all') return
    const text = path.kind === 'regex' ? path.start : path.value
    const isFolded = path.kind !== 'regex' && path.ignoresCase
    const folded = foldCase(text)
    for (const [lengths, kind, from] of [
      [this.#lengths.plain, 'prefix', isFolded && hasCase(text) ? '' : text],
      [this.#lengths.folded, 'prefix-i', folded],
    ] as const) {
      for (const length of lengths) {
        const bucket = length <= from.length ? this.#buckets.get(`${kind} ${from.slice(0, length)}`) : undefined
        if (bucket) yield bucket
      }
    }
    if (path.kind === 'regex') {
      const same = this.#buckets.get(keyOf(path))
      if (same) yield same
    } else if (path.kind === 'exact') {
      const keys = [...(isFolded && hasCase(text) ? [] : [`exact ${text}`]), `exact-i ${folded}`]
      for (const key of keys) {
        const same = this.#buckets.get(key)
        if (same) yield same
      }
      for (const bucket of this.#regexes) if (pathsCover(bucket.path, path)) yield bucket
    }
  }
}

function keyOf(path: PathSet): string {
  switch (path.kind) {
    case 'all':
      return 'all'
    case 'regex':
      return `regex ${path.regex}`
    default:
      return path.ignoresCase ? `${path.kind}-i ${foldCase(path.value)}` : `${path.kind} ${path.value}`
  }
}
