import type { EndpointState } from './endpoint-state.ts'
import type { Picker } from './picker.ts'

/** Which turn of a cluster it is; goes on where its endpoints change. Begins anywhere, so that gateways differ. */
export interface Rotation {
  next: number
}

/** Each in turn, where all weigh the same. Source: Envoy's RoundRobinLoadBalancer. */
export class RoundRobin implements Picker {
  readonly #states: readonly EndpointState[]
  readonly #rotation: Rotation

  constructor(states: readonly EndpointState[], rotation: Rotation) {
    this.#states = states
    this.#rotation = rotation
  }

  pick(): EndpointState {
    return this.#states[this.#rotation.next++ % this.#states.length]!
  }
}
