import { type Action, withClusters } from '../../fib/action.ts'
import { type TextPlace, Texts } from './texts.ts'

/**
 * Lays out what a fragment has of the sections `actions` and `actionClusters`: equal actions share one row. Clusters stand
 * there by their names, since their rows depend on what else the table has.
 */
export class Actions {
  readonly #texts: Texts
  readonly #rows = new Map<string, number>()
  /** The matches of one rule share one action object. */
  readonly #known = new Map<Action<string>, number>()
  readonly #clusterNames = new Texts()
  readonly #clusterNumbers = new Map<string, number>()
  /** `fragmentAction`, and behind each the numbers of its clusters. */
  readonly words: number[] = []

  constructor(texts: Texts) {
    this.#texts = texts
  }

  /** The number of an action among those of the fragment. */
  rowOf(action: Action<string>): number {
    const known = this.#known.get(action)
    if (known !== undefined) return known
    const clusters: number[] = []
    const written = withClusters(action, name => clusters.push(this.#clusterNumber(name)) - 1)
    const text = JSON.stringify(written)
    const key = `${clusters} ${text}`
    const row = this.#rows.get(key) ?? this.#add(text, clusters)
    this.#rows.set(key, row)
    this.#known.set(action, row)
    return row
  }

  /** The names of the clusters, in the order of their numbers. */
  clusterNames(): { readonly places: readonly TextPlace[]; readonly bytes: Uint8Array } {
    return { places: this.#clusterNames.places(), bytes: this.#clusterNames.bytes() }
  }

  #add(text: string, clusters: readonly number[]): number {
    const { offset, bytes } = this.#texts.add(text)
    this.words.push(offset, bytes, clusters.length)
    // One by one: an action may have more of them than a call takes arguments.
    for (const each of clusters) this.words.push(each)
    return this.#rows.size
  }

  #clusterNumber(name: string): number {
    const known = this.#clusterNumbers.get(name)
    if (known !== undefined) return known
    const number = this.#clusterNumbers.size
    this.#clusterNames.add(name)
    this.#clusterNumbers.set(name, number)
    return number
  }
}
