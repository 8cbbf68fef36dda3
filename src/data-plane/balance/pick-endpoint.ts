import type { Cluster, Endpoint } from '../../fib/cluster.ts'
import { drawByWeight } from './draw-by-weight.ts'

/** Envoy gives up looking for another endpoint after so many draws. */
const maxDraws = 5

/**
 * Chooses the endpoint for an attempt. The cluster has at least one.
 *
 * @param random uniform in [0, 1)
 * @param avoided endpoints that were tried already: as Envoy does, it draws again while one of them comes, but not for
 * ever, so that they are avoided for the most part
 */
export function pickEndpoint(
  { endpoints }: Cluster,
  random: () => number,
  avoided: readonly Endpoint[] = noEndpoints,
): Endpoint {
  let drawn = drawByWeight(endpoints, random)
  if (avoided.length === 0) return drawn
  for (let draws = 1; draws <= maxDraws && avoided.includes(drawn); draws++) drawn = drawByWeight(endpoints, random)
  return drawn
}

const noEndpoints: readonly Endpoint[] = []
