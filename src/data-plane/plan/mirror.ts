import type { Cluster } from '../../fib/cluster.ts'
import type { ClusterRow } from '../../fib/layout.ts'
import type { Mirror } from '../../fib/mirror.ts'
import type { TableView } from '../../fib/view.ts'
import { isDrawn } from './draw-percent.ts'

/** Shared by all requests without a mirror: those are nearly all. */
const noMirrors: readonly Cluster[] = Object.freeze([])

/**
 * The clusters that get a copy of a request. Each mirror is drawn by itself, in the order of the list. One whose
 * cluster is not known or has no endpoint is left out without a word. Source: Envoy's request mirroring, as
 * recorded.
 */
export function drawMirrors(
  table: TableView,
  mirrors: readonly Mirror<ClusterRow>[] | undefined,
  random: () => number,
): readonly Cluster[] {
  if (!mirrors) return noMirrors
  const drawn = mirrors
    .filter(({ percent }) => isDrawn(percent, random))
    .map(({ cluster }) => table.clusterAt(cluster))
    .filter(({ isKnown, endpoints }) => isKnown && endpoints.length > 0)
  return drawn.length > 0 ? drawn : noMirrors
}
