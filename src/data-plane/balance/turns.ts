import type { EndpointState } from './endpoint-state.ts'
import type { Picker } from './picker.ts'

/** Which turn of a cluster it is; goes on where its endpoints change. Begins anywhere, so that gateways differ. */
export interface Turn {
  next: number
}

/** Each in turn, where all weigh the same. Source: Envoy's RoundRobinLoadBalancer. */
export class Turns implements Picker {
  readonly #states: readonly EndpointState[]
  readonly #turn: Turn

  constructor(states: readonly EndpointState[], turn: Turn) {
    this.#states = states
    this.#turn = turn
  }

  pick(): EndpointState {
    return this.#states[this.#turn.next++ % this.#states.length]!
  }
}
