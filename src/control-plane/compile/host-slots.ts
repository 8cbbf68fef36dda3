import { addToHash, seedHash } from '../../fib/key-hash.ts'
import { hostKind, hostOwner, hostSlot, longestHostKey, suffixPlace } from '../../fib/layout.ts'
import type { Listener } from '../ir/rib.ts'
import type { HashTable } from './hash-table.ts'
import type { Pool } from './pool.ts'

/** How many keys the section `hosts` has. */
export function hostKeyCount(listeners: readonly Listener[]): number {
  return listeners.reduce(
    (keys, { admits, virtualHosts }) =>
      virtualHosts.reduce((sum, { domains }) => sum + domains.length, keys + new Set(admits).size),
    0,
  )
}

/** Adds the domains of a virtual host to the section `hosts`. */
export function addDomains(
  hosts: HashTable,
  listenerRow: number,
  virtualHostRow: number,
  domains: readonly string[],
  pool: Pool,
): void {
  for (const domain of domains)
    addKey(hosts, listenerRow, virtualHostRow, domain, hostKind.exact, hostKind.suffix, pool)
}

/** Adds the hosts that an HTTPS server admits. */
export function addAdmitted(hosts: HashTable, listenerRow: number, admits: readonly string[], pool: Pool): void {
  for (const name of new Set(admits)) {
    addKey(hosts, listenerRow, 0, name, hostKind.admittedExact, hostKind.admittedSuffix, pool)
  }
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

function addKey(
  hosts: HashTable,
  listenerRow: number,
  virtualHostRow: number,
  domain: string,
  exactKind: number,
  suffixKind: number,
  pool: Pool,
): void {
  const isSuffix = domain.startsWith('*')
  const kind = isSuffix ? suffixKind : exactKind
  const key = pool.add(isSuffix ? domain.slice(1) : domain)
  const bytes = pool.read(key)
  // From the last byte to the first, as the matcher meets them: so one pass over a host passes all its suffixes.
  let hash = seedHash(listenerRow)
  for (let at = bytes.length - 1; at >= 0; at--) hash = addToHash(hash, bytes[at]!)
  if (key.bytes > longestHostKey) throw new Error(`a domain has ${key.bytes} bytes, which no DNS name has`)
  const slot = hosts.place(hash + kind)
  hosts.words[slot + hostSlot.virtualHost] = virtualHostRow
  hosts.words[slot + hostSlot.owner] = hostOwner(listenerRow, kind, key.bytes)
  hosts.words[slot + hostSlot.key] = key.offset
}
