/** An item that is shown, or how many are not. */
export type Shown<Item> = { readonly item: Item; readonly index: number } | { readonly leftOut: number }

/** Up to so many items are shown whole. */
const most = 12

/**
 * A long list without its dull parts: the first items, the last ones, and some of the interesting ones in between stay;
 * each run that is left out is one entry with its length.
 */
export function cutList<Item>(items: readonly Item[], isInteresting: (item: Item) => boolean): Shown<Item>[] {
  const all = items.map((item, index) => ({ item, index }))
  if (all.length <= most) return all
  const interesting = all.filter(({ item }) => isInteresting(item)).slice(0, 5)
  const kept = [...new Set([...all.slice(0, 2), ...interesting, ...all.slice(-3)])].sort((a, b) => a.index - b.index)
  const shown: Shown<Item>[] = []
  let next = 0
  for (const each of kept) {
    if (each.index > next) shown.push({ leftOut: each.index - next })
    shown.push(each)
    next = each.index + 1
  }
  return shown
}
