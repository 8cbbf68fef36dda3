import { encodeTable } from '../../fib/encode.ts'
import { inCanonicalOrder } from '../../fib/guard.ts'
import type { Sha256 } from '../../fib/hash.ts'
import {
  hostShape,
  hostSlot,
  listener as listenerFields,
  none,
  pathNormalizationNumber,
  protocolNumber,
  settings as settingsFields,
  splitOffsets,
  virtualHost as virtualHostFields,
} from '../../fib/layout.ts'
import { type Listener, type Rib, routeSource } from '../ir/rib.ts'
import { type Fragment, fragmentHeader, fragmentOf, fragmentText } from './fragment.ts'
import { HashTable } from './hash-table.ts'
import { addAdmitted, addDomains, hostKeyCount, suffixPlacesOf } from './host-slots.ts'
import { Linker } from './link.ts'
import { Pool } from './pool.ts'

/**
 * The forwarding table for a RIB: one immutable, content-hashed run of bytes. The same RIB gives the same bytes.
 * The routes of each virtual host become a fragment, and fragments are linked.
 *
 * @param sha256 names the table, where there is a faster one than ours
 */
export function compile(rib: Rib, sha256?: Sha256): Uint8Array {
  const clusterNames = [...rib.clusters.keys()].sort()
  const fragments = fragmentsOf(rib)
  const pool = new Pool(textsOf(fragments))
  const linker = new Linker(fragments, clusterNames, pool)
  const hosts = new HashTable(hostKeyCount(rib.listeners), hostSlot.words)
  const listeners: number[] = []
  const virtualHosts = new Int32Array(fragments.length * virtualHostFields.words)

  let row = 0
  for (const [listenerRow, listener] of rib.listeners.entries()) {
    pushListener(listeners, listener, pool)
    addAdmitted(hosts, listenerRow, listener.admits ?? [], pool)
    for (const { domains } of listener.virtualHosts) {
      addDomains(hosts, listenerRow, row, domains, pool)
      const name = pool.add(domains.join(' '))
      const { firstRoute, prefixes, anyPath, rare, keys } = linker.add(fragments[row]!, row)
      const at = row * virtualHostFields.words
      virtualHosts[at + virtualHostFields.name] = name.offset
      virtualHosts[at + virtualHostFields.shape] = (name.bytes << hostShape.bytesShift) | keys
      virtualHosts[at + virtualHostFields.prefixes] = prefixes
      virtualHosts[at + virtualHostFields.anyPath] = anyPath
      virtualHosts[at + virtualHostFields.rare] = rare
      virtualHosts[at + virtualHostFields.firstRoute] = firstRoute
      row++
    }
  }

  const clusters = clusterNames.flatMap(name => {
    const { offset, bytes } = pool.add(JSON.stringify(rib.clusters.get(name)))
    return [offset, bytes]
  })
  return encodeTable(
    {
      listeners: Int32Array.from(listeners),
      hosts: hosts.words,
      virtualHosts,
      ...linker.sections(),
      clusters: Int32Array.from(clusters),
      settings: settingsRow(rib),
      // Last: everything above adds to it.
      pool: pool.toBytes(),
    },
    sha256,
  )
}

/** By the source of its routes: an edit changes few of them. */
const knownFragments = new WeakMap<object, Fragment>()

/** The fragment that the routes of this source became last. */
export function fragmentKnownFor(source: object): Fragment | undefined {
  return knownFragments.get(source)
}

/** Takes a fragment for what the routes of this source become. */
export function recallFragment(source: object, fragment: Fragment): void {
  knownFragments.set(source, fragment)
}

/**
 * What the routes of all virtual hosts become before they are linked, in their order. That of routes that were compiled
 * before (by their source: it stays the same where nothing changed) is not made again.
 */
export function fragmentsOf({ listeners }: Rib): Fragment[] {
  const fragments: Fragment[] = []
  let candidateWords = 0
  for (const { virtualHosts } of listeners) {
    for (const virtualHost of virtualHosts) {
      const splitRoom = splitOffsets - candidateWords
      const fits = (each: Fragment) => each[fragmentHeader.candidates]! <= splitRoom
      const source = routeSource(virtualHost)
      const before = knownFragments.get(source)
      const isKnown = before && fits(before)
      const fragment = isKnown ? before : fragmentOf(virtualHost.routes, splitRoom)
      // Where the room was too small, what was made depends on it.
      if (!isKnown && fits(fragment)) knownFragments.set(source, fragment)
      fragments.push(fragment)
      candidateWords += fragment[fragmentHeader.candidates]!
    }
  }
  return fragments
}

/** How many texts fragments have, before equal ones are one. */
function textsOf(fragments: readonly Fragment[]): { readonly texts: number; readonly bytes: number } {
  let texts = 0
  let bytes = 0
  for (const fragment of fragments) {
    texts += fragment[fragmentHeader.texts]! / fragmentText.words
    bytes += fragment[fragmentHeader.textBytes]!
  }
  return { texts, bytes }
}

function settingsRow({ pathNormalization = 'base', trustedHops = 0 }: Rib): Int32Array {
  const row = new Int32Array(settingsFields.words)
  row[settingsFields.pathNormalization] = pathNormalizationNumber[pathNormalization]
  row[settingsFields.trustedHops] = trustedHops
  return row
}

function pushListener(
  words: number[],
  { name, port, protocol, virtualHosts, admits = [], guards = [] }: Listener,
  pool: Pool,
): void {
  const text = pool.add(name)
  const blob = guards.length > 0 ? pool.add(JSON.stringify(guards.map(inCanonicalOrder))) : undefined
  const row = new Array<number>(listenerFields.words)
  row[listenerFields.port] = port ?? none
  row[listenerFields.protocol] = protocolNumber[protocol]
  row[listenerFields.name] = text.offset
  row[listenerFields.nameBytes] = text.bytes
  row[listenerFields.suffixes] = Math.max(
    suffixPlacesOf(admits),
    virtualHosts.reduce((place, { domains }) => Math.max(place, suffixPlacesOf(domains)), 0),
  )
  row[listenerFields.guards] = blob?.offset ?? none
  row[listenerFields.guardsBytes] = blob?.bytes ?? 0
  words.push(...row)
}
