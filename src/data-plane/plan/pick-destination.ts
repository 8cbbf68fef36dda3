import type { WeightedDestination } from '../../fib/action.ts'
import type { ClusterRow } from '../../fib/layout.ts'

/**
 * Draws the destination of a route by weight. Weights are relative to their sum; a weight of 0 gets nothing; a single
 * destination needs no draw and ignores its weight. Source: Istio HTTPRouteDestination.weight.
 */
export function pickDestination(
  destinations: readonly WeightedDestination<ClusterRow>[],
  random: () => number,
): ClusterRow {
  const last = destinations[destinations.length - 1]!
  if (destinations.length === 1) return last.cluster
  let total = 0
  for (const { weight } of destinations) total += weight
  let drawn = random() * total
  for (const { weight, cluster } of destinations) {
    drawn -= weight
    if (drawn < 0) return cluster
  }
  return last.cluster
}
