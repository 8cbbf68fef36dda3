import type { Cluster, Endpoint } from '../../fib/cluster.ts'
import { drawByWeight } from './draw-by-weight.ts'

/**
 * Chooses the endpoint for an attempt. The cluster has at least one.
 *
 * @param random uniform in [0, 1)
 */
export function pickEndpoint({ endpoints }: Cluster, random: () => number): Endpoint {
  return drawByWeight(endpoints, random)
}
