/** A route as it is compared: two are the same where all three are. */
export interface RouteKey {
  readonly name: string
  /** All that it asks for. */
  readonly match: string
  /** The same for the same action. */
  readonly action: number
}

/** Which routes of two lists are the same one, by their places in these lists. */
export interface RoutePairs {
  /** In the order of the new list. */
  readonly pairs: readonly RoutePair[]
  readonly removed: readonly number[]
  readonly added: readonly number[]
}

export interface RoutePair {
  readonly from: number
  readonly to: number
  /** Whether it passed others that stayed: the fewest that explain the new order. */
  readonly isMoved: boolean
}

type Likeness = (key: RouteKey) => string

/** What two routes share that are the same one wherever they stand, most first. */
const likenesses: readonly Likeness[] = [
  ({ name, match, action }) => `${action} ${name}\n${match}`,
  ({ match, action }) => `${action} ${match}`,
  ({ name, match }) => `${name}\n${match}`,
  ({ match }) => match,
]

/** What says so of routes that ask for something else by now, if nothing else has the name or they stand between the same two. */
const looseLikenesses: readonly Likeness[] = [
  ({ name, action }) => `${action} ${name}`,
  ({ action }) => String(action),
  ({ name }) => name,
]

/** Pairs the routes of two ordered lists. Takes n log n: each likeness is looked up, none is searched for. */
export function pairRoutes(before: readonly RouteKey[], after: readonly RouteKey[]): RoutePairs {
  const pairing = new Pairing(before, after)
  for (const likeness of likenesses) pairing.pairUp(likeness, likeness)
  const isGiven = givenOnce(before, after)
  const byName: Like = ({ name }) => (isGiven(name) ? name : undefined)
  pairing.pairUp(byName, byName)
  const gaps = pairing.gaps()
  for (const likeness of looseLikenesses) {
    pairing.pairUp(
      (key, place) => `${gaps.before[place]} ${likeness(key)}`,
      (key, place) => `${gaps.after[place]} ${likeness(key)}`,
    )
  }
  return pairing.found()
}

/** What a route has to share with its partner; nothing will do where it is undefined. */
type Like = (key: RouteKey, place: number) => string | undefined

class Pairing {
  readonly #before: readonly RouteKey[]
  readonly #after: readonly RouteKey[]
  readonly #newOfOld = new Map<number, number>()
  readonly #oldOfNew = new Map<number, number>()

  constructor(before: readonly RouteKey[], after: readonly RouteKey[]) {
    this.#before = before
    this.#after = after
  }

  /** Of several that are alike, the first takes the first. */
  pairUp(likeBefore: Like, likeAfter: Like): void {
    // Where one list is used up, nothing is left to pair.
    if (this.#newOfOld.size === Math.min(this.#before.length, this.#after.length)) return
    const olds = Map.groupBy(this.#removed(), place => likeBefore(this.#before[place]!, place))
    // Lists are cheap to shorten at their end.
    for (const places of olds.values()) places.reverse()
    for (const to of this.#added()) {
      const like = likeAfter(this.#after[to]!, to)
      const from = like === undefined ? undefined : olds.get(like)?.pop()
      if (from === undefined) continue
      this.#oldOfNew.set(to, from)
      this.#newOfOld.set(from, to)
    }
  }

  /** For each route, which pair comes last before it, by its place in the new list. */
  gaps(): { readonly before: readonly number[]; readonly after: readonly number[] } {
    const lastPairs = (keys: readonly RouteKey[], pairAt: (place: number) => number | undefined) => {
      let last = -1
      return keys.map((_, place) => {
        last = pairAt(place) ?? last
        return last
      })
    }
    return {
      before: lastPairs(this.#before, place => this.#newOfOld.get(place)),
      after: lastPairs(this.#after, place => (this.#oldOfNew.has(place) ? place : undefined)),
    }
  }

  found(): RoutePairs {
    const pairs = [...this.#oldOfNew].map(([to, from]) => ({ from, to })).sort((a, b) => a.to - b.to)
    const staying = longestAscent(pairs.map(({ from }) => from))
    return {
      pairs: pairs.map((pair, place) => ({ ...pair, isMoved: !staying.has(place) })),
      removed: this.#removed(),
      added: this.#added(),
    }
  }

  #removed(): number[] {
    return Array.from(this.#before.keys()).filter(place => !this.#newOfOld.has(place))
  }

  #added(): number[] {
    return Array.from(this.#after.keys()).filter(place => !this.#oldOfNew.has(place))
  }
}

/** Tells names that were given, and to one route of each list at most. */
function givenOnce(before: readonly RouteKey[], after: readonly RouteKey[]): (name: string) => boolean {
  const counts = [before, after].map(keys => {
    const count = new Map<string, number>()
    for (const { name } of keys) count.set(name, (count.get(name) ?? 0) + 1)
    return count
  })
  return name => settledName(name) === name && counts.every(count => (count.get(name) ?? 0) < 2)
}

/** A name without the number of its rule, which other rules shift: `shop.http[3]` was made up, not given. */
export function settledName(name: string): string {
  return name.replace(/\.http\[\d+\]/g, '.http[]')
}

/** The places of a longest ascending run of values, not necessarily side by side. */
function longestAscent(values: readonly number[]): Set<number> {
  const ends: number[] = []
  const previous: number[] = []
  for (const [place, value] of values.entries()) {
    let low = 0
    let high = ends.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (values[ends[middle]!]! < value) low = middle + 1
      else high = middle
    }
    previous.push(ends[low - 1] ?? -1)
    ends[low] = place
  }
  const found = new Set<number>()
  for (let place = ends.at(-1) ?? -1; place >= 0; place = previous[place]!) found.add(place)
  return found
}
