import type { Guard } from '../../src/fib/guard.ts'
import {
  type ActionRow,
  action,
  type ClusterRow,
  cluster,
  hostKeyBytes,
  hostKind,
  hostOwner,
  hostOwnerOnly,
  hostSlot,
  type ListenerRow,
  listener,
  none,
  pathKind,
  pathShape,
  protocolNumber,
  type RouteRow,
  route,
  type VirtualHostRow,
} from '../../src/fib/layout.ts'
import { conditionsOf, listenerName, routeName, routesOf, type TableView } from '../../src/fib/view.ts'

/**
 * A table as text, for people: what it says, in the order in which it is tried. The version is left out, so that the
 * text changes only with the meaning.
 */
export function printTable(table: TableView): string {
  const lines: string[] = []
  if (table.pathNormalization !== 'base') lines.push(`paths: ${table.pathNormalization}`)
  if (table.trustedHops > 0) lines.push(`trusted hops: ${table.trustedHops}`)
  for (let row = 0; row < table.listenerCount; row++) lines.push(...printListener(table, row))
  for (let row = 0; row < table.actions.length / action.words; row++) {
    lines.push(`action ${row}: ${JSON.stringify(table.actionAt(row as ActionRow))}`)
  }
  for (let row = 0; row < table.clusters.length / cluster.words; row++) {
    lines.push(`cluster ${row}: ${JSON.stringify(table.clusterAt(row as ClusterRow))}`)
  }
  return `${lines.join('\n')}\n`
}

function printListener(table: TableView, row: number): string[] {
  const at = row * listener.words
  const port = table.listeners[at + listener.port]!
  const protocol = table.listeners[at + listener.protocol] === protocolNumber.https ? 'https' : 'http'
  const name = listenerName(table, row as ListenerRow)
  const place = `${protocol}, ${port === none ? 'any port' : `port ${port}`}`
  return [
    `listener ${name}: ${[place, ...table.guardsOf(row as ListenerRow).map(printGuard)].join(', ')}`,
    ...printHosts(table, row),
  ]
}

/** Whom a guard admits. */
function printGuard(guard: Guard): string {
  const { isRequired, hashes } = guard
  const named = hashes?.join(' or ')
  if (named === undefined)
    return isRequired ? 'with a verified certificate' : 'without a certificate or with a verified one'
  if (isRequired) return named === '' ? 'closed' : `with the certificate ${named}`
  return named === '' ? 'without a certificate' : `without a certificate or with ${named}`
}

/** The domains of a listener, and under each virtual host's first domain its routes. */
function printHosts(table: TableView, listenerRow: number): string[] {
  const domainsByRow = new Map<number, string[]>()
  for (let at = 0; at < table.hosts.length; at += hostSlot.words) {
    const row = table.hosts[at + hostSlot.virtualHost]!
    if (row === none) continue
    const owner = table.hosts[at + hostSlot.owner]!
    const isSuffix = hostOwnerOnly(owner) === hostOwner(listenerRow, hostKind.suffix, 0)
    if (!isSuffix && hostOwnerOnly(owner) !== hostOwner(listenerRow, hostKind.exact, 0)) continue
    const key = table.text(table.hosts[at + hostSlot.key]!, hostKeyBytes(owner))
    const domain = isSuffix ? `*${key}` : key
    domainsByRow.set(row, [...(domainsByRow.get(row) ?? []), domain].sort())
  }
  return [...domainsByRow]
    .sort(([a], [b]) => a - b)
    .flatMap(([row, domains]) => [`  virtual host ${domains.join(' ')}`, ...printRoutes(table, row)])
}

function printRoutes(table: TableView, virtualHostRow: number): string[] {
  const { first, count } = routesOf(table, virtualHostRow as VirtualHostRow)
  return Array.from({ length: count }, (_, index) => `    ${printRoute(table, (first + index) as RouteRow)}`)
}

const kindNames = Object.fromEntries(Object.entries(pathKind).map(([name, number]) => [number, name]))

function printRoute(table: TableView, row: RouteRow): string {
  const at = row * route.words
  const shape = table.routes[at + route.pathShape]!
  const kind = kindNames[shape & pathShape.kindMask]
  const path = table.text(table.routes[at + route.path]!, shape >> pathShape.bytesShift)
  const folded = shape & pathShape.folded ? ' in any case' : ''
  const conditions = conditionsOf(table, row).map(condition => ` and ${JSON.stringify(condition)}`)
  const match = kind === 'any' ? 'any path' : `${kind} ${path}${folded}`
  return `${row} ${routeName(table, row)}: ${match}${conditions.join('')} → action ${table.routes[at + route.action]}`
}
