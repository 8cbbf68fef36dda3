/**
 * The candidate that `word` was most likely meant to be, or undefined when none is near.
 *
 * Near means: at most a third of the letters (and at least one, at most three) were added, dropped, changed or
 * swapped with a neighbour, letter case aside; or one of the two begins with the other (three letters or more). Of
 * names such as `shop.example.net` and `default/shop`, only the labels that differ are compared.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const wanted = word.toLowerCase()
  let best: string | undefined
  let bestDistance = Number.POSITIVE_INFINITY
  for (const candidate of candidates) {
    const known = candidate.toLowerCase()
    const distance = sharesStart(wanted, known) ? 1 : distanceWithinReach(wanted, known, bestDistance)
    if (distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

/** The distance of what differs in the two, or infinity where that is too much or no less than `limit`. */
function distanceWithinReach(wanted: string, known: string, limit: number): number {
  const [from, to] = labelsThatDiffer(wanted, known)
  const reach = Math.min(3, Math.max(1, Math.floor(from.length / 3)))
  const bound = Math.min(limit, reach + 1)
  const distance = editDistance(from, to, bound)
  return distance < bound ? distance : Number.POSITIVE_INFINITY
}

/** The two without the labels that both begin or both end with. */
function labelsThatDiffer(a: string, b: string): readonly [string, string] {
  const isLabelled = /[./]/
  if (!isLabelled.test(a) || !isLabelled.test(b)) return [a, b]
  const first = a.split(isLabelled)
  const second = b.split(isLabelled)
  const shorter = Math.min(first.length, second.length)
  let start = 0
  while (start < shorter && first[start] === second[start]) start++
  let end = 0
  while (end < shorter - start && first.at(-1 - end) === second.at(-1 - end)) end++
  return [first.slice(start, first.length - end).join('.'), second.slice(start, second.length - end).join('.')]
}

function sharesStart(a: string, b: string): boolean {
  return Math.min(a.length, b.length) >= 3 && a !== b && (a.startsWith(b) || b.startsWith(a))
}

/** The optimal string alignment distance, or any number of at least `limit` once it cannot be smaller. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const changed = last[column - 1]! + (a[row - 1] === b[column - 1] ? 0 : 1)
      let cost = Math.min(changed, last[column]! + 1, current[column - 1]! + 1)
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        cost = Math.min(cost, beforeLast[column - 2]! + 1)
      }
      current.push(cost)
    }
    beforeLast = last
    last = current
  }
  return last[b.length]!
}
