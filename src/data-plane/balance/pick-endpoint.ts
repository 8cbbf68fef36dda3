import type { Cluster, Endpoint } from '../../fib/cluster.ts'

/**
 * Draws an endpoint of a cluster by weight. The cluster has at least one.
 *
 * @param random uniform in [0, 1)
 */
export function pickEndpoint({ endpoints }: Cluster, random: () => number): Endpoint {
  const last = endpoints[endpoints.length - 1]!
  if (endpoints.length === 1) return last
  let total = 0
  for (const { weight } of endpoints) total += weight
  let drawn = random() * total
  for (const endpoint of endpoints) {
    drawn -= endpoint.weight
    if (drawn < 0) return endpoint
  }
  return last
}
