import type { Guard } from '../../fib/guard.ts'
import {
  listener as fields,
  hostKeyBytes,
  hostKind,
  hostOwner,
  hostOwnerOnly,
  hostSlot,
  type ListenerRow,
  none,
  protocolNumber,
  type VirtualHostRow,
} from '../../fib/layout.ts'
import { listenerName, type TableView } from '../../fib/view.ts'
import { guardLines } from '../words/guard-words.ts'

/** A listener by content. */
export interface ListenerContent {
  readonly name: string
  readonly port: string
  readonly protocol: string
  /** The names that an HTTPS server admits, in order. */
  readonly admits: readonly string[]
  /** What its guards ask for, in words, by their kind. */
  readonly guards: Readonly<Partial<Record<Guard['kind'], readonly string[]>>>
  /** Which virtual host serves a domain: an exact name, `*` and a suffix, or `*`. */
  readonly domains: ReadonlyMap<string, VirtualHostRow>
}

/** The listeners of a table in its order, with the domains that they serve. */
export function readListenerContents(table: TableView): ListenerContent[] {
  const slots = readHostSlots(table)
  return Array.from({ length: table.listenerCount }, (_, row) => {
    const at = row * fields.words
    const port = table.listeners[at + fields.port]!
    const slotsOf = (kind: number) => slots.get(hostOwner(row, kind, 0)) ?? new Map<string, VirtualHostRow>()
    return {
      name: listenerName(table, row as ListenerRow),
      port: port === none ? 'any' : String(port),
      protocol: table.listeners[at + fields.protocol] === protocolNumber.https ? 'https' : 'http',
      admits: [...slotsOf(hostKind.admittedExact).keys(), ...slotsOf(hostKind.admittedSuffix).keys()].sort(),
      guards: guardsAt(table, row as ListenerRow),
      domains: new Map([...slotsOf(hostKind.exact), ...slotsOf(hostKind.suffix)]),
    }
  })
}

/** All slots of the table in one pass, by listener and kind. */
function readHostSlots(table: TableView): Map<number, Map<string, VirtualHostRow>> {
  const slots = new Map<number, Map<string, VirtualHostRow>>()
  for (let at = 0; at < table.hosts.length; at += hostSlot.words) {
    const row = table.hosts[at + hostSlot.virtualHost]!
    if (row === none) continue
    const owner = table.hosts[at + hostSlot.owner]!
    const place = hostOwnerOnly(owner)
    const isSuffix = [hostKind.suffix, hostKind.admittedSuffix].some(kind => isOfKind(place, kind))
    const key = table.text(table.hosts[at + hostSlot.key]!, hostKeyBytes(owner))
    const known = slots.get(place) ?? new Map<string, VirtualHostRow>()
    slots.set(place, known.set(isSuffix ? `*${key}` : key, row as VirtualHostRow))
  }
  return slots
}

function isOfKind(place: number, kind: number): boolean {
  const ofNextListener = hostOwner(1, 0, 0)
  return place % ofNextListener === hostOwner(0, kind, 0)
}

function guardsAt(table: TableView, row: ListenerRow): ListenerContent['guards'] {
  const byKind = Object.entries(Object.groupBy(table.guardsOf(row), ({ kind }) => kind))
  return Object.fromEntries(byKind.map(([kind, guards]) => [kind, guards.flatMap(guardLines)]))
}
