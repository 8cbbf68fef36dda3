import { addToHash, finishHash, seedHash } from '../../fib/key-hash.ts'
import {
  hostKind,
  hostSlot,
  type ListenerRow,
  listener,
  none,
  protocolNumber,
  type VirtualHostRow,
} from '../../fib/layout.ts'
import type { RequestHead } from '../../fib/request-head.ts'
import type { TableView } from '../../fib/view.ts'

/** Where a request comes in. */
export interface Door {
  readonly listener: ListenerRow
  readonly virtualHost: VirtualHostRow
}

/**
 * One door: of the listeners that have a virtual host for the request's host, the one on the request's port; else one
 * of its scheme; else any other; the default listener comes last. Undefined where none has one.
 *
 * Costs one host look-up a listener; a config has a listener for each port, not for each host.
 */
export function findDoor(table: TableView, head: RequestHead): Door | undefined {
  const { listeners, listenerCount } = table
  const protocol = protocolNumber[head.scheme]
  let best: Door | undefined
  let bestRank = 4
  for (let row = 0; row < listenerCount && bestRank > 0; row++) {
    const at = row * listener.words
    const port = listeners[at + listener.port]!
    const rank = port === none ? 3 : port === head.port ? 0 : listeners[at + listener.protocol] === protocol ? 1 : 2
    if (rank >= bestRank) continue
    const virtualHost = findVirtualHost(table, row as ListenerRow, head.host)
    if (virtualHost === none) continue
    best = { listener: row as ListenerRow, virtualHost }
    bestRank = rank
  }
  return best
}

/**
 * The row of a listener's virtual host for `host`: the exact name, else the longest `*.suffix`, else `*`; `none`
 * without any.
 *
 * The host is hashed once, from its last character to its first, so that the hash of every suffix is passed on the
 * way; each dot costs one probe, and the last hit before the start is the longest.
 */
export function findVirtualHost(table: TableView, row: ListenerRow, host: string): VirtualHostRow | typeof none {
  let hash = seedHash(row)
  let found = probe(table, row, hostKind.suffix, hash, host, host.length)
  for (let at = host.length - 1; at >= 0; at--) {
    const code = host.charCodeAt(at)
    hash = addToHash(hash, code)
    // A suffix needs at least one character before its dot: `*.example.com` does not meet `.example.com`.
    if (code === 46 /* . */ && at > 0) {
      const suffix = probe(table, row, hostKind.suffix, hash, host, at)
      if (suffix !== none) found = suffix
    }
  }
  const exact = probe(table, row, hostKind.exact, hash, host, 0)
  return exact === none ? found : exact
}

/** Looks for the key that is `host` from `from` on. */
function probe(
  { hosts, pool }: TableView,
  row: ListenerRow,
  kind: number,
  hash: number,
  host: string,
  from: number,
): VirtualHostRow | typeof none {
  const slotCount = hosts.length / hostSlot.words
  if (slotCount === 0) return none
  const mask = slotCount - 1
  const length = host.length - from
  let slot = finishHash(hash + kind) & mask
  for (let probed = 0; probed < slotCount; probed++) {
    const at = slot * hostSlot.words
    const virtualHost = hosts[at + hostSlot.virtualHost]!
    if (virtualHost === none) return none
    if (
      hosts[at + hostSlot.listener] === row &&
      hosts[at + hostSlot.kind] === kind &&
      hosts[at + hostSlot.keyBytes] === length &&
      poolEndsLike(pool, hosts[at + hostSlot.key]!, host, from)
    ) {
      return virtualHost as VirtualHostRow
    }
    slot = (slot + 1) & mask
  }
  return none
}

function poolEndsLike(pool: Uint8Array, offset: number, host: string, from: number): boolean {
  for (let at = from; at < host.length; at++) {
    if (pool[offset + at - from] !== host.charCodeAt(at)) return false
  }
  return true
}
