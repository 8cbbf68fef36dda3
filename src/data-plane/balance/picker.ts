import type { EndpointState } from './endpoint-state.ts'

/** Chooses among the endpoints that it was made for, of which there is at least one. */
export interface Picker {
  /**
   * @param hash of the request's key; where it has none, of chance. Of use where keys lead to endpoints.
   * @param draws how many choices for this attempt were not taken: the next one should be another
   */
  pick(random: () => number, hash: bigint, draws: number): EndpointState
}

/** Draws one of a list, whatever their weights. */
export function anyOf<Item>(list: readonly Item[], random: () => number): Item {
  return list[Math.floor(random() * list.length)]!
}

/** What part of all weights each has. */
export function sharesOf(states: readonly EndpointState[]): number[] {
  const total = states.reduce((sum, { endpoint }) => sum + endpoint.weight, 0)
  return states.map(({ endpoint }) => endpoint.weight / total)
}
