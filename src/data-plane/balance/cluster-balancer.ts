import { defaultBalancing, isByKey, type KeyedBalancing, type PlainBalancing } from '../../fib/balancing.ts'
import type { BoundedCache } from '../../fib/bounded-cache.ts'
import type { Cluster } from '../../fib/cluster.ts'
import { CircuitBreaker } from '../limit/circuit-breaker.ts'
import { EdfScheduler } from './edf-scheduler.ts'
import { EndpointState } from './endpoint-state.ts'
import { HashRing } from './hash-ring.ts'
import { LeastRequest } from './least-request.ts'
import { MaglevTable } from './maglev-table.ts'
import { type AttemptResult, OutlierDetector } from './outlier-detector.ts'
import { anyOf, type Picker } from './picker.ts'
import { type Rotation, RoundRobin } from './round-robin.ts'

/** Envoy gives up looking for another endpoint after so many further choices. */
const mostDraws = 5

/** What one attempt chooses by. */
export interface Choice {
  /** Uniform in [0, 1). */
  readonly random: () => number
  readonly nowMs: number
  /** Of the request's key; absent where it has none. */
  readonly hash?: bigint | undefined
  /** Endpoints that were tried already, and are avoided for the most part. */
  readonly avoided?: readonly EndpointState[] | undefined
}

/** Rings and Maglev tables by the list of endpoints that they are for. */
export type KeyedPickers = BoundedCache<readonly EndpointState[], HashRing | MaglevTable>

/** What outlives the endpoints of a cluster: those that a newer table names take the place of these. */
export interface Inheritance {
  /** Of each endpoint, in their order. */
  readonly states: readonly EndpointState[]
  readonly breaker: CircuitBreaker | undefined
  readonly detector: OutlierDetector | undefined
}

/** Chooses the endpoints of one cluster, and learns from what became of the requests to them. */
export class ClusterBalancer {
  readonly cluster: Cluster
  /** Absent where nothing limits what is under way. */
  readonly breaker: CircuitBreaker | undefined
  readonly states: readonly EndpointState[]
  readonly detector: OutlierDetector | undefined
  readonly #rotation: Rotation
  readonly #keyed: KeyedPickers
  /** Made for these endpoints, when it is first needed. */
  #picker: Picker | undefined
  #pickedFrom: readonly EndpointState[]
  #isCurrent = true

  /**
   * @param keyed where rings and tables are kept
   * @param inherited what is known of the cluster already
   * @param random where turns begin
   */
  constructor(
    cluster: Cluster,
    { random, nowMs }: Pick<Choice, 'random' | 'nowMs'>,
    keyed: KeyedPickers,
    inherited?: Inheritance,
  ) {
    const states = inherited?.states ?? cluster.endpoints.map(endpoint => new EndpointState(endpoint))
    this.cluster = cluster
    this.breaker = inherited ? inherited.breaker : cluster.limits && new CircuitBreaker(cluster.limits)
    this.states = states
    this.#keyed = keyed
    if (inherited) {
      this.detector = inherited.detector
      this.detector?.replace(states)
    } else this.detector = cluster.outlierDetection && new OutlierDetector(cluster.outlierDetection, states, nowMs)
    this.#rotation = { next: Math.floor(random() * Math.max(1, states.length)) }
    this.#pickedFrom = states
  }

  /** The endpoint for an attempt; undefined where the cluster has none, or none that is fit. */
  pick({ random, nowMs, hash, avoided = [] }: Choice): EndpointState | undefined {
    const inUse = this.#inUse(nowMs)
    if (inUse.length <= 1) return inUse[0]
    const { balancing = defaultBalancing } = this.cluster
    const picker = isByKey(balancing)
      ? this.#keyedPicker(balancing, inUse)
      : this.#plainPicker(balancing, inUse, random)
    const key = hash ?? (isByKey(balancing) ? randomHash(random) : 0n)
    let picked = picker.pick(random, key, 0)
    for (let draws = 1; draws <= mostDraws && avoided.includes(picked); draws++) {
      picked = picker.pick(random, key, draws)
    }
    return picked
  }

  /** A request that is served by a table before the active one keeps to the endpoints of its own. */
  #inUse(nowMs: number): readonly EndpointState[] {
    const { detector, states } = this
    if (!detector) return states
    const inUse = detector.inUse(nowMs)
    if (this.#isCurrent) return inUse
    // Of who has left the cluster meanwhile, nothing is known any more.
    const isOut = (state: EndpointState) => state.isEjected && detector.has(state)
    // The same list where it can be: rings are kept by it.
    return states.some(isOut) ? states.filter(state => !isOut(state)) : states
  }

  /** To be called when another one has inherited what is known here. */
  retire(): void {
    this.#isCurrent = false
  }

  #keyedPicker(balancing: KeyedBalancing, inUse: readonly EndpointState[]): Picker {
    return this.#keyed.get(inUse, () =>
      balancing.kind === 'ring' ? new HashRing(inUse, balancing.minSize) : new MaglevTable(inUse, balancing.size),
    )
  }

  #plainPicker(balancing: PlainBalancing, inUse: readonly EndpointState[], random: () => number): Picker {
    if (inUse !== this.#pickedFrom) this.#picker = undefined
    this.#pickedFrom = inUse
    this.#picker ??= plainPicker(balancing, inUse, this.#rotation, random)
    return this.#picker
  }

  /** Learns how an attempt at one of its endpoints ended. */
  note(state: EndpointState, result: AttemptResult, nowMs: number): void {
    this.detector?.note(state, result, nowMs)
  }
}

function plainPicker(
  balancing: PlainBalancing,
  states: readonly EndpointState[],
  rotation: Rotation,
  random: () => number,
): Picker {
  const weightOf = ({ endpoint }: EndpointState) => endpoint.weight
  const areEqual = states.every(state => weightOf(state) === weightOf(states[0]!))
  switch (balancing.kind) {
    case 'least-request':
      if (areEqual) return new LeastRequest(states)
      return new EdfScheduler(states, state => weightOf(state) / (state.active + 1), random)
    case 'round-robin':
      return areEqual ? new RoundRobin(states, rotation) : new EdfScheduler(states, weightOf, random)
    case 'random':
      // Whatever their weights. Source: Envoy's RandomLoadBalancer.
      return { pick: () => anyOf(states, random) }
    default:
      return balancing.kind satisfies never
  }
}

function randomHash(random: () => number): bigint {
  const half = () => BigInt(Math.floor(random() * 0x1_0000_0000))
  return (half() << 32n) | half()
}
