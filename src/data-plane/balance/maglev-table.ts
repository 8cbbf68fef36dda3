import { endpointAuthority } from '../../fib/cluster.ts'
import type { EndpointState } from './endpoint-state.ts'
import { type Picker, sharesOf } from './picker.ts'
import { xxHash64 } from './xx-hash64.ts'

/**
 * A table of endpoints, in which a key is found in one step. Each endpoint has an order of its own in which it asks for
 * places, and they take turns; who weighs less takes fewer. Where one goes, some keys of others move, too.
 *
 * Source: Envoy's MaglevTable, after "Maglev: A Fast and Reliable Software Network Load Balancer"; see `HashRing` for
 * what is the same there.
 */
export class MaglevTable implements Picker {
  readonly #states: readonly EndpointState[]
  /** Of each place, the number of its endpoint. */
  readonly #places: Uint32Array
  /** What it takes. */
  readonly bytes: number

  /** @param size a prime number */
  constructor(states: readonly EndpointState[], size: number) {
    const named = states.map(state => ({ state, name: endpointAuthority(state.endpoint) }))
    // Whatever the order in which they are declared.
    named.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
    this.#states = named.map(({ state }) => state)
    this.#places = new Uint32Array(size)
    this.bytes = this.#places.byteLength
    const shares = sharesOf(this.#states)
    const largest = Math.max(...shares)
    const asking = named.map(({ name }, number) => ({
      next: remainder(xxHash64(name), size),
      step: size < 2 ? 1 : remainder(xxHash64(name, 1n), size - 1) + 1,
      share: shares[number]!,
      due: 0,
    }))
    const isTaken = new Uint8Array(size)
    let left = size
    for (let round = 1; left > 0; round++) {
      for (const [number, endpoint] of asking.entries()) {
        if (left === 0) break
        if (round * endpoint.share < endpoint.due) continue
        endpoint.due += largest
        for (let tries = 1; isTaken[endpoint.next] === 1; tries++) {
          // It comes by all places, since the size is a prime number; whatever a table says, this has to end.
          endpoint.next = (endpoint.next + (tries < size ? endpoint.step : 1)) % size
        }
        isTaken[endpoint.next] = 1
        this.#places[endpoint.next] = number
        left--
      }
    }
  }

  pick(_random: () => number, hash: bigint, draws: number): EndpointState {
    // Another hash for each further draw, far away from the first one.
    const drawn = draws === 0 ? hash : BigInt.asUintN(64, hash ^ -BigInt(draws))
    return this.#states[this.#places[remainder(drawn, this.#places.length)]!]!
  }
}

function remainder(hash: bigint, divisor: number): number {
  return Number(hash % BigInt(divisor))
}
