import { guardTitles } from '../words/guard-words.ts'

/** In what two routes, listeners or clusters may differ that are the same one; what moves most traffic comes first. */
export const aspects = [
  'weights',
  'destinations',
  'action',
  'match',
  'order',
  'redirect',
  'response',
  'rewrite',
  'host rewrite',
  'headers',
  'timeout',
  'retries',
  'fault',
  'mirrors',
  'key',
  'cors',
  'name',
  'port',
  'protocol',
  'admitted hosts',
  ...Object.values(guardTitles),
  'declared',
  'endpoint order',
  'balancing',
  'outlier detection',
  'limits',
  'path normalisation',
  'trusted hops',
  'details',
] as const
export type Aspect = (typeof aspects)[number]

/** One thing that differs, in words: what is no longer said, and what is said in its place. Either may be empty. */
export interface Difference {
  readonly aspect: Aspect
  readonly from: readonly string[]
  readonly to: readonly string[]
  /** Of weights and destinations: the clusters whose share changes. */
  readonly shares?: readonly ShareChange[]
}

/** The share of a cluster in percent before and after; absent where it is no destination. */
export interface ShareChange {
  readonly cluster: string
  readonly from?: number
  readonly to?: number
}

/**
 * The difference of two lists of words, without what both say; none where they say the same. Where they say the same
 * in another order, both stand whole.
 */
export function linesDifference(aspect: Aspect, from: readonly string[], to: readonly string[]): Difference[] {
  if (from.length === to.length && from.every((line, index) => line === to[index])) return []
  const lost = without(from, to)
  const gained = without(to, from)
  return [lost.length + gained.length === 0 ? { aspect, from, to } : { aspect, from: lost, to: gained }]
}

/** The items of a list that another one does not have, or not as often; two are equal where their texts are. */
export function without<Item>(
  items: readonly Item[],
  others: readonly Item[],
  textOf: (item: Item) => string = String,
): Item[] {
  const left = new Map<string, number>()
  for (const other of others) left.set(textOf(other), (left.get(textOf(other)) ?? 0) + 1)
  return items.filter(item => {
    const count = left.get(textOf(item)) ?? 0
    if (count > 0) left.set(textOf(item), count - 1)
    return count === 0
  })
}

/** JSON with the fields of each object in the order of their names: another release may write them in another order. */
export function sortedText(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  )
}
