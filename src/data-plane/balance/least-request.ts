import type { EndpointState } from './endpoint-state.ts'
import { anyOf, type Picker } from './picker.ts'

/**
 * Of two that are drawn, the one with fewer requests under way; where all weigh the same. Source: Envoy's
 * LeastRequestLoadBalancer, with a `choice_count` of 2.
 */
export class LeastRequest implements Picker {
  readonly #states: readonly EndpointState[]

  constructor(states: readonly EndpointState[]) {
    this.#states = states
  }

  pick(random: () => number): EndpointState {
    const [first, second] = [anyOf(this.#states, random), anyOf(this.#states, random)]
    return second.active < first.active ? second : first
  }
}
