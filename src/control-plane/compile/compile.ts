import { encodeTable } from '../../fib/encode.ts'
import {
  blob,
  hostShape,
  hostSlot,
  listener as listenerFields,
  none,
  pathKind,
  pathNormalizationNumber,
  pathShape,
  protocolNumber,
  route as routeFields,
  settings as settingsFields,
  virtualHost as virtualHostFields,
} from '../../fib/layout.ts'
import type { Listener, Rib, Route, RouteMatch } from '../ir/rib.ts'
import { ActionRows } from './action-rows.ts'
import { ConditionLists } from './condition-lists.ts'
import { layOutHashTable, type Slot } from './hash-table.ts'
import { admittedSlots, hostSlots, suffixPlacesOf } from './host-slots.ts'
import { PathIndex } from './path-index.ts'
import { Pool } from './pool.ts'

/**
 * The forwarding table for a RIB: one immutable, content-hashed run of bytes. The same RIB gives the same bytes.
 */
export function compile(rib: Rib): Uint8Array {
  const pool = new Pool()
  const clusterNames = [...rib.clusters.keys()].sort()
  const clusters = clusterNames.map(name => JSON.stringify(rib.clusters.get(name)))
  const actions = new ActionRows(clusterNames)
  const conditions = new ConditionLists(pool)
  const paths = new PathIndex(pool, conditions)
  const listeners: number[] = []
  const virtualHosts: number[] = []
  const routes: number[] = []
  const hosts: Slot[] = []

  for (const [listenerRow, listener] of rib.listeners.entries()) {
    pushListener(listeners, listener, pool)
    for (const slot of admittedSlots(listenerRow, listener.admits ?? [], pool)) hosts.push(slot)
    for (const virtualHost of listener.virtualHosts) {
      const row = virtualHosts.length / virtualHostFields.words
      for (const slot of hostSlots(listenerRow, row, virtualHost.domains, pool)) hosts.push(slot)
      const firstRoute = routes.length / routeFields.words
      const actionRows = actions.rowsOf(virtualHost.routes)
      for (const [index, route] of virtualHost.routes.entries())
        pushRoute(routes, route, actionRows[index]!, conditions.offsetOf(route.match.conditions), pool)
      const name = pool.add(virtualHost.domains.join(' '))
      const { prefixes, anyPath, rare, keys } = paths.add(row, firstRoute, virtualHost.routes)
      const words = new Array<number>(virtualHostFields.words)
      words[virtualHostFields.name] = name.offset
      words[virtualHostFields.shape] = (name.bytes << hostShape.bytesShift) | keys
      words[virtualHostFields.prefixes] = prefixes
      words[virtualHostFields.anyPath] = anyPath
      words[virtualHostFields.rare] = rare
      words[virtualHostFields.firstRoute] = firstRoute
      virtualHosts.push(...words)
    }
  }

  const blobs = (texts: readonly string[]) => Int32Array.from(texts.flatMap(text => blobWords(pool, text)))
  return encodeTable({
    listeners: Int32Array.from(listeners),
    hosts: layOutHashTable(hosts, hostSlot.words),
    virtualHosts: Int32Array.from(virtualHosts),
    ...paths.sections(),
    ...conditions.sections(),
    routes: Int32Array.from(routes),
    actions: blobs(actions.texts),
    clusters: blobs(clusters),
    settings: settingsRow(rib),
    // Last: everything above adds to it.
    pool: pool.toBytes(),
  })
}

function settingsRow({ pathNormalization = 'base', trustedHops = 0 }: Rib): Int32Array {
  const row = new Int32Array(settingsFields.words)
  row[settingsFields.pathNormalization] = pathNormalizationNumber[pathNormalization]
  row[settingsFields.trustedHops] = trustedHops
  return row
}

function pushListener(
  words: number[],
  { name, port, protocol, virtualHosts, admits = [], requiresCertificate, certificateHashes }: Listener,
  pool: Pool,
): void {
  const text = pool.add(name)
  const hashes = certificateHashes && pool.add([...certificateHashes].sort().join(' '))
  const row = new Array<number>(listenerFields.words)
  row[listenerFields.port] = port ?? none
  row[listenerFields.protocol] = protocolNumber[protocol]
  row[listenerFields.name] = text.offset
  row[listenerFields.nameBytes] = text.bytes
  row[listenerFields.suffixes] = Math.max(
    suffixPlacesOf(admits),
    virtualHosts.reduce((place, { domains }) => Math.max(place, suffixPlacesOf(domains)), 0),
  )
  row[listenerFields.requiresCertificate] = requiresCertificate ? 1 : 0
  row[listenerFields.certificateHashes] = hashes?.offset ?? none
  row[listenerFields.certificateHashesBytes] = hashes?.bytes ?? 0
  words.push(...row)
}

function pushRoute(words: number[], { name, match }: Route, actionRow: number, conditions: number, pool: Pool): void {
  const nameText = pool.add(name)
  const path = pool.add(pathText(match))
  const row = new Array<number>(routeFields.words)
  row[routeFields.action] = actionRow
  const isFolded = match.path && match.path.kind !== 'regex' && match.path.ignoresCase
  row[routeFields.path] = path.offset
  row[routeFields.pathShape] =
    pathKind[match.path?.kind ?? 'any'] | (isFolded ? pathShape.folded : 0) | (path.bytes << pathShape.bytesShift)
  row[routeFields.conditions] = conditions
  row[routeFields.name] = nameText.offset
  row[routeFields.nameBytes] = nameText.bytes
  words.push(...row)
}

function pathText({ path }: RouteMatch): string {
  if (!path) return ''
  return path.kind === 'regex' ? path.regex : path.value
}

function blobWords(pool: Pool, text: string): number[] {
  const place = pool.add(text)
  const row = new Array<number>(blob.words)
  row[blob.offset] = place.offset
  row[blob.bytes] = place.bytes
  return row
}
