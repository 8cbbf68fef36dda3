import { BoundedCache } from '../../fib/bounded-cache.ts'
import { type Cluster, endpointAuthority } from '../../fib/cluster.ts'
import { type Choice, ClusterBalancer, type Inheritance, type KeyedPickers } from './cluster-balancer.ts'
import { EndpointState } from './endpoint-state.ts'

/** So many endpoints are remembered (10 MB); of more, the clusters that were asked for longest ago are forgotten. */
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
    if (known?.cluster === cluster) {
      known.isUsed = true
      return known.balancer
    }
    const balancer =
      known && isSame(known.cluster, cluster)
        ? known.balancer
        : new ClusterBalancer(cluster, circumstances, this.#keyed, known && inheritanceOf(known, cluster))
    if (known) this.#forget(known)
    this.#makeRoomFor(cluster.endpoints.length)
    this.#remember({ cluster, balancer, isUsed: false })
    return balancer
  }

  /** Who was asked for since it was looked at last stays once more. */
  #makeRoomFor(endpoints: number): void {
    for (const oldest of this.#byName.values()) {
      if (this.#endpoints + endpoints <= mostEndpoints) return
      this.#forget(oldest)
      if (oldest.isUsed) this.#remember({ ...oldest, isUsed: false })
    }
  }

  #remember(known: Known): void {
    this.#endpoints += known.cluster.endpoints.length
    this.#byName.set(known.cluster.name, known)
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
  isUsed: boolean
}

/**
 * What is known of a cluster and of the endpoints that stay in it. Where anything but its endpoints has changed, it is another
 * cluster, of which nothing is known, as in Envoy.
 */
function inheritanceOf({ cluster: before, balancer }: Known, cluster: Cluster): Inheritance | undefined {
  if (!isSame({ ...before, endpoints: [] }, { ...cluster, endpoints: [] })) return undefined
  const known = Map.groupBy(balancer.states, ({ endpoint }) => endpointAuthority(endpoint))
  const states = cluster.endpoints.map(endpoint => {
    const alike = known.get(endpointAuthority(endpoint)) ?? []
    const at = alike.findIndex(state => isSame(state.endpoint, endpoint))
    // An address may be declared several times: each of them is one.
    return at < 0 ? new EndpointState(endpoint) : alike.splice(at, 1)[0]!
  })
  const { breaker, detector } = balancer
  balancer.retire()
  return { states, breaker, detector }
}

/** Both were decoded from a table: what is the same is written alike. */
function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
