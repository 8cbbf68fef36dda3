import { addToHash, homeSlot, seedHash } from '../../fib/key-hash.ts'
import {
  hostKeyBytes,
  hostKind,
  hostOwner,
  hostOwnerOnly,
  hostSlot,
  type ListenerRow,
  listener,
  longestHostKey,
  none,
  protocolNumber,
  suffixPlace,
  type VirtualHostRow,
} from '../../fib/layout.ts'
import type { ListenerMatch } from '../../fib/listener-match.ts'
import type { RequestHead } from '../../fib/request-head.ts'
import type { TableView } from '../../fib/view.ts'

/**
 * The listener that a request enters. Of those that have a virtual host for its host: one of its scheme on its port;
 * else one of its scheme; else one on its port; else any other; the default listener comes last. The scheme goes before
 * the port, which is only what a client says: it must not lead past a listener that asks for certificates. Of several
 * HTTPS servers that are as near, the one that admits the host most specifically. Undefined where none has a
 * virtual host. A runtime that knows the listener names it, and no other is tried; undefined where there is none of
 * that name.
 *
 * Costs a host look-up or two a listener, unless it was found before.
 */
export function matchListener(table: TableView, head: RequestHead): ListenerMatch | undefined {
  return table.listenerMatches.get(head, () => lookUpListener(table, head))
}

function lookUpListener(table: TableView, head: RequestHead): ListenerMatch | undefined {
  const { listeners, listenerCount } = table
  if (head.listener !== undefined) return matchNamed(table, head.listener, head.host)
  const protocol = protocolNumber[head.scheme]
  let best: ListenerMatch | undefined
  let bestRank = farthest + 1
  for (let row = 0; row < listenerCount; row++) {
    const at = row * listener.words
    const port = listeners[at + listener.port]!
    const isOfScheme = listeners[at + listener.protocol] === protocol
    const rank = port === none ? farthest : (isOfScheme ? 0 : 2) + (port === head.port ? 0 : 1)
    if (rank > bestRank) continue
    const entered = matchOn(table, row as ListenerRow, head.host)
    if (!entered) continue
    if (best && rank === bestRank && !admitsMore(table, entered, best, head.host)) continue
    best = entered
    bestRank = rank
  }
  return best
}

/** How far the default listener is from every request; Gateway servers are nearer. */
const farthest = 4

function matchOn(table: TableView, row: ListenerRow, host: string): ListenerMatch | undefined {
  const virtualHost = findVirtualHost(table, row, host)
  return virtualHost === none ? undefined : { listener: row, virtualHost }
}

/** Whether one listener admits a host more specifically than another's. */
function admitsMore(table: TableView, entered: ListenerMatch, other: ListenerMatch, host: string): boolean {
  return admittedRank(table, entered.listener, host) > admittedRank(table, other.listener, host)
}

/** How specifically a listener's server admits a host: more is more specific, -1 where no host is said. */
function admittedRank(table: TableView, row: ListenerRow, host: string): number {
  const at = findDomain(table, row, host, hostKind.admittedExact, hostKind.admittedSuffix)
  if (at === none) return -1
  const owner = table.hosts[at + hostSlot.owner]!
  const isExact = hostOwnerOnly(owner) === hostOwner(row, hostKind.admittedExact, 0)
  return isExact ? Number.MAX_SAFE_INTEGER : hostKeyBytes(owner)
}

function matchNamed(table: TableView, name: string, host: string): ListenerMatch | undefined {
  const row = table.listenerNamed(name)
  return row === undefined ? undefined : { listener: row, virtualHost: findVirtualHost(table, row, host) }
}

/**
 * The row of a listener's virtual host for `host`: the exact name, else the longest suffix, else `*`; `none` without
 * any.
 */
function findVirtualHost(table: TableView, row: ListenerRow, host: string): VirtualHostRow | typeof none {
  const at = findDomain(table, row, host, hostKind.exact, hostKind.suffix)
  return at === none ? none : (table.hosts[at + hostSlot.virtualHost]! as VirtualHostRow)
}

/**
 * The slot of the most specific domain that names `host`, or `none`.
 *
 * The host is hashed once, from its last character to its first, so that the hash of every suffix is passed on the
 * way; each dot costs one probe, and the last hit before the start is the longest.
 */
function findDomain(table: TableView, row: ListenerRow, host: string, exactKind: number, suffixKind: number): number {
  const places = table.listeners[row * listener.words + listener.suffixes]!
  let hash = seedHash(row)
  let found = places === suffixPlace.none ? none : probe(table, row, suffixKind, hash, host, host.length)
  for (let at = host.length - 1; at >= 0; at--) {
    const code = host.charCodeAt(at)
    hash = addToHash(hash, code)
    // A suffix needs at least one character before it: `*.example.com` does not meet `.example.com`.
    if ((code === 46 /* . */ ? places >= suffixPlace.dots : places === suffixPlace.anywhere) && at > 0) {
      const suffix = probe(table, row, suffixKind, hash, host, at)
      if (suffix !== none) found = suffix
    }
  }
  const exact = probe(table, row, exactKind, hash, host, 0)
  return exact === none ? found : exact
}

/** The slot whose key is `host` from `from` on, or `none`. */
function probe(
  { hosts, pool }: TableView,
  row: ListenerRow,
  kind: number,
  hash: number,
  host: string,
  from: number,
): number {
  const slotCount = hosts.length / hostSlot.words
  if (slotCount === 0) return none
  const length = host.length - from
  if (length > longestHostKey) return none
  const owner = hostOwner(row, kind, length)
  let slot = homeSlot(hash + kind, slotCount)
  for (let probed = 0; probed < slotCount; probed++) {
    const at = slot * hostSlot.words
    if (hosts[at + hostSlot.virtualHost] === none) return none
    if (hosts[at + hostSlot.owner] === owner && poolEndsLike(pool, hosts[at + hostSlot.key]!, host, from)) {
      return at
    }
    slot = slot + 1 === slotCount ? 0 : slot + 1
  }
  return none
}

function poolEndsLike(pool: Uint8Array, offset: number, host: string, from: number): boolean {
  for (let at = from; at < host.length; at++) {
    if (pool[offset + at - from] !== host.charCodeAt(at)) return false
  }
  return true
}
