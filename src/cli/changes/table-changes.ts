import type { TableView } from '../../fib/view.ts'
import { type ClusterChanges, clusterChanges } from './cluster-changes.ts'
import { type Difference, linesDifference } from './difference.ts'
import { type HostChange, hostChanges } from './host-changes.ts'
import { countHosts, type HostsKept } from './hosts-kept.ts'
import { type ListenerChange, listenerChanges, pairListeners } from './listener-changes.ts'
import { readListenerContents } from './listener-content.ts'
import { TableContent } from './table-content.ts'

/** What a table says otherwise than another one, by content: numbers of rows play no part. Ready for JSON. */
export interface TableChanges {
  /** Absent where there was no table before. */
  readonly before?: TableFacts
  readonly after: TableFacts
  /** What holds for all listeners. */
  readonly settings: readonly Difference[]
  readonly listeners: readonly ListenerChange[]
  readonly hosts: readonly HostChange[]
  readonly clusters: ClusterChanges
  readonly served: HostsKept
}

interface TableFacts {
  /** The content hash. */
  readonly version: string
  readonly routes: number
}

/**
 * What a new table changes against the one before it, if there was one.
 *
 * Takes time in the size of both tables, most of it for reading what routes ask for. Keeps the actions of both, and the
 * changes; of these, the first ten thousand routes are listed, and all are counted.
 */
export function compareTables(before: TableView | undefined, after: TableView): TableChanges {
  const actionNumbers = new Map<string, number>()
  const oldListeners = before ? readListenerContents(before) : []
  const newListeners = readListenerContents(after)
  const listeners = pairListeners(oldListeners, newListeners)
  return {
    ...(before && { before: factsOf(before) }),
    after: factsOf(after),
    settings: before ? settingDifferences(before, after) : [],
    listeners: listenerChanges(listeners),
    hosts: hostChanges(
      listeners,
      before && new TableContent(before, actionNumbers),
      new TableContent(after, actionNumbers),
    ),
    clusters: clusterChanges(before, after),
    served: countHosts(oldListeners, newListeners),
  }
}

/** Whether anything differs. Another hash alone is no difference: releases may write the same routes in other bytes. */
export function changesAnything({ settings, listeners, hosts, clusters }: TableChanges): boolean {
  const { added, removed, changed } = clusters
  return settings.length + listeners.length + hosts.length + added + removed + changed.length > 0
}

/** How many hosts there were, and how many of them are still served: none is the mark of the wrong folder or store. */
export function hostsKept({ served }: TableChanges): HostsKept {
  return served
}

function factsOf({ version, routeCount }: TableView): TableFacts {
  return { version, routes: routeCount }
}

function settingDifferences(before: TableView, after: TableView): Difference[] {
  return [
    ...linesDifference('path normalisation', [before.pathNormalization], [after.pathNormalization]),
    ...linesDifference('trusted hops', [String(before.trustedHops)], [String(after.trustedHops)]),
  ]
}
