import type { EndpointState } from './endpoint-state.ts'
import type { Picker } from './picker.ts'

/** Each choice looks at all endpoints. */
const mostSkipped = 100

interface Entry {
  readonly state: EndpointState
  weight: number
  /** Since when it weighs that. */
  sinceTime: number
  /** How often it was chosen since then. */
  picks: number
  deadline: number
  /** Of two with the same deadline, who has waited longer comes first. */
  order: number
}

/**
 * Each as often as it weighs, and as evenly as that can be: who is due first is chosen, and is due again after the
 * inverse of its weight. Source: Envoy's EdfScheduler (earliest deadline first).
 */
export class EdfScheduler implements Picker {
  readonly #entries: readonly Entry[]
  readonly #weightOf: (state: EndpointState) => number
  #order = 0

  /**
   * @param weightOf what an endpoint weighs at this moment; more than 0
   * @param random some choices are made at once, so that gateways that start together do not all begin alike
   */
  constructor(states: readonly EndpointState[], weightOf: (state: EndpointState) => number, random: () => number) {
    this.#weightOf = weightOf
    this.#entries = states.map(state => {
      const weight = weightOf(state)
      return { state, weight, sinceTime: 0, picks: 0, deadline: 1 / weight, order: this.#order++ }
    })
    for (let picks = Math.floor(random() * Math.min(states.length, mostSkipped)); picks > 0; picks--) this.pick()
  }

  pick(): EndpointState {
    let first = this.#entries[0]!
    for (const entry of this.#entries) {
      if (entry.deadline < first.deadline || (entry.deadline === first.deadline && entry.order < first.order)) {
        first = entry
      }
    }
    const weight = this.#weightOf(first.state)
    if (weight === first.weight) first.picks++
    else Object.assign(first, { weight, sinceTime: first.deadline, picks: 0 })
    // Not the last deadline and something: errors would add up, and who is due at the same time would be so no more.
    first.deadline = first.sinceTime + (first.picks + 1) / weight
    first.order = this.#order++
    return first.state
  }
}
