import { BoundedCache } from '../../fib/bounded-cache.ts'
import { type Cluster, endpointAuthority } from '../../fib/cluster.ts'
import { type Choice, ClusterBalancer, type Inheritance, type KeyedPickers } from './cluster-balancer.ts'
import { EndpointState } from './endpoint-state.ts'

/** So many endpoints are remembered (10 MB); of more, the clusters that were asked for first are forgotten. */
const mostEndpoints = 100_000
/** What rings and Maglev tables may take together, in bytes; those that were made first are made again when asked for. */
const mostBytes = 32_000_000

/** The balancers of an isolate, by cluster; they outlive the table that named it. */
export class Balancers {
  readonly #byName = new Map<string, Known>()
  readonly #keyed: KeyedPickers = new BoundedCache(mostBytes, ({ bytes }) => bytes)
  #endpoints = 0

  /** @param circumstances what a cluster that is new begins with */
  of(cluster: Cluster, circumstances: Pick<Choice, 'random' | 'nowMs'>): ClusterBalancer {
    const known = this.#byName.get(cluster.name)
    if (known?.cluster === cluster) return known.balancer
    const balancer =
      known && isSame(known.cluster, cluster)
        ? known.balancer
        : new ClusterBalancer(cluster, circumstances, this.#keyed, known && inheritanceOf(known, cluster))
    if (known) this.#forget(known)
    for (const oldest of this.#byName.values()) {
      if (this.#endpoints + cluster.endpoints.length <= mostEndpoints) break
      this.#forget(oldest)
    }
    this.#endpoints += cluster.endpoints.length
    this.#byName.set(cluster.name, { cluster, balancer })
    return balancer
  }

  #forget({ cluster }: Known): void {
    this.#endpoints -= cluster.endpoints.length
    this.#byName.delete(cluster.name)
  }
}

interface Known {
  /** As the last table decoded it. */
  readonly cluster: Cluster
  readonly balancer: ClusterBalancer
}

/**
 * What is known of a cluster and of the endpoints that stay in it. Where anything but its endpoints has changed, it is another
 * cluster, of which nothing is known, as in Envoy.
 */
function inheritanceOf({ cluster: before, balancer }: Known, cluster: Cluster): Inheritance | undefined {
  if (!isSame({ ...before, endpoints: [] }, { ...cluster, endpoints: [] })) return undefined
  const known = Map.groupBy(balancer.states, ({ endpoint }) => endpointAuthority(endpoint))
  const states = cluster.endpoints.map(endpoint => {
    const same = known.get(endpointAuthority(endpoint))?.find(state => isSame(state.endpoint, endpoint))
    return same ?? new EndpointState(endpoint)
  })
  return { states, gate: balancer.gate }
}

/** Both were decoded from a table: what is the same is written alike. */
function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
