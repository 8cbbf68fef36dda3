import { largestRing } from '../../fib/balancing.ts'
import { endpointAuthority } from '../../fib/cluster.ts'
import type { EndpointState } from './endpoint-state.ts'
import { type Picker, sharesOf } from './picker.ts'
import { xxHash64 } from './xx-hash64.ts'

/**
 * Endpoints around a ring of hashes, each at as many places as it weighs; a key belongs to the first place behind its
 * hash. Where an endpoint goes, its keys move, and of the others those only that come by the places which fill the ring
 * up again.
 *
 * Source: Envoy's RingHashLoadBalancer; every key comes to the endpoint that it has there, as far as that goes by
 * `address:port` there, too: Envoy takes the address for which a name stands.
 */
export class HashRing implements Picker {
  /** Ascending. */
  readonly #hashes: BigUint64Array
  /** The number of the endpoint of each. */
  readonly #owners: Uint32Array
  readonly #states: readonly EndpointState[]
  /** What it takes. */
  readonly bytes: number

  /** @param minSize how many places there are at least; the lightest has a whole number of them */
  constructor(states: readonly EndpointState[], minSize: number) {
    const shares = sharesOf(states)
    const least = Math.min(...shares)
    // Where weights differ very much, the lightest may get no place.
    const size = Math.min(Math.ceil(least * minSize) / least, largestRing)
    // Shares do not add up to 1 exactly.
    const hashes = new BigUint64Array(Math.ceil(size) + states.length)
    /** Where the places of each end, as long as they are not in order. */
    const ends: number[] = []
    let places = 0
    let due = 0
    for (const [number, state] of states.entries()) {
      due += size * shares[number]!
      const name = endpointAuthority(state.endpoint)
      for (let place = 0; places < due; place++) hashes[places++] = xxHash64(`${name}_${place}`)
      ends.push(places)
    }
    this.#states = states
    this.#hashes = hashes.slice(0, places).sort()
    this.#owners = new Uint32Array(places)
    this.bytes = this.#hashes.byteLength + this.#owners.byteLength
    let number = 0
    for (let place = 0; place < places; place++) {
      while (place >= ends[number]!) number++
      this.#owners[this.#firstFrom(hashes[place]!)] = number
    }
  }

  pick(_random: () => number, hash: bigint, draws: number): EndpointState {
    return this.#states[this.#owners[(this.#firstFrom(hash) + draws) % this.#owners.length]!]!
  }

  /** The first place whose hash is not less. */
  #firstFrom(hash: bigint): number {
    const hashes = this.#hashes
    let [from, to] = [0, hashes.length]
    while (from < to) {
      const middle = (from + to) >>> 1
      if (hashes[middle]! < hash) from = middle + 1
      else to = middle
    }
    return from
  }
}
