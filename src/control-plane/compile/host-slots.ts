import { addToHash, seedHash } from '../../fib/key-hash.ts'
import { hostKind, hostOwner, hostSlot, longestHostKey, suffixPlace } from '../../fib/layout.ts'
import type { Slot } from './hash-table.ts'
import type { Pool } from './pool.ts'

/** A slot of the section `hosts` for each domain of a virtual host. */
export function hostSlots(listenerRow: number, virtualHostRow: number, domains: readonly string[], pool: Pool): Slot[] {
  return domains.map(domain => slotOf(listenerRow, virtualHostRow, domain, hostKind.exact, hostKind.suffix, pool))
}

/** A slot for each host that an HTTPS server admits. */
export function admittedSlots(listenerRow: number, admits: readonly string[], pool: Pool): Slot[] {
  const names = [...new Set(admits)]
  return names.map(name => slotOf(listenerRow, 0, name, hostKind.admittedExact, hostKind.admittedSuffix, pool))
}

/** Where suffixes begin among domains, the place that says most: one of `suffixPlace`. */
export function suffixPlacesOf(domains: readonly string[]): number {
  let place: number = suffixPlace.none
  for (const domain of domains) {
    if (!domain.startsWith('*')) continue
    place = Math.max(place, domain.length > 1 && domain[1] !== '.' ? suffixPlace.anywhere : suffixPlace.dots)
  }
  return place
}

function slotOf(
  listenerRow: number,
  virtualHostRow: number,
  domain: string,
  exactKind: number,
  suffixKind: number,
  pool: Pool,
): Slot {
  const isSuffix = domain.startsWith('*')
  const kind = isSuffix ? suffixKind : exactKind
  const key = pool.add(isSuffix ? domain.slice(1) : domain)
  const bytes = pool.read(key)
  // From the last byte to the first, as the matcher meets them: so one pass over a host passes all its suffixes.
  let hash = seedHash(listenerRow)
  for (let at = bytes.length - 1; at >= 0; at--) hash = addToHash(hash, bytes[at]!)
  const words = new Array<number>(hostSlot.words)
  words[hostSlot.virtualHost] = virtualHostRow
  if (key.bytes > longestHostKey) throw new Error(`a domain has ${key.bytes} bytes, which no DNS name has`)
  words[hostSlot.owner] = hostOwner(listenerRow, kind, key.bytes)
  words[hostSlot.key] = key.offset
  return { hash: hash + kind, words }
}
