import { type Cluster, type Endpoint, endpointAuthority } from '../../fib/cluster.ts'
import { cluster } from '../../fib/layout.ts'
import type { TableView } from '../../fib/view.ts'
import { balancingWords, limitWords, outlierWords } from '../words/balancing-words.ts'
import { type Difference, linesDifference, without } from './difference.ts'

/** A cluster that both tables name, and whose endpoints differ, or how they are chosen. */
export interface ClusterChange {
  readonly name: string
  readonly endpoints: readonly EndpointChange[]
  /** How many it has now; requests to one without any are answered 503. */
  readonly endpointsAfter: number
  /** Whether anything declares it, the order of its endpoints, and how one of them is chosen. */
  readonly differences: readonly Difference[]
}

/** An endpoint before and after: added where it has no `from`, removed where it has no `to`. */
export interface EndpointChange {
  /** Host and port. */
  readonly endpoint: string
  readonly from?: EndpointFacts
  readonly to?: EndpointFacts
}
type EndpointFacts = Pick<Endpoint, 'scheme' | 'weight'>

/** What became of the clusters of a table. */
export interface ClusterChanges {
  /** How many only one of the tables names: routes that changed say so. */
  readonly added: number
  readonly removed: number
  readonly changed: readonly ClusterChange[]
}

/** Compares the clusters of two tables by name; the first may be absent. Only those whose text differs are decoded. */
export function clusterChanges(before: TableView | undefined, after: TableView): ClusterChanges {
  const texts = new Set(before && clusterTexts(before))
  const changedNow: Cluster[] = []
  for (const text of clusterTexts(after)) if (!texts.delete(text)) changedNow.push(JSON.parse(text))
  // What is left of the old texts is of clusters that are gone or have changed.
  const old = new Map([...texts].map(text => JSON.parse(text) as Cluster).map(cluster => [cluster.name, cluster]))
  const changed: ClusterChange[] = []
  let added = 0
  for (const cluster of changedNow) {
    const was = old.get(cluster.name)
    if (!was) {
      added++
      continue
    }
    old.delete(cluster.name)
    const change = changeOf(was, cluster)
    if (change.endpoints.length + change.differences.length > 0) changed.push(change)
  }
  return { added, removed: old.size, changed }
}

function* clusterTexts(table: TableView): Generator<string> {
  for (let at = 0; at < table.clusters.length; at += cluster.words) {
    yield table.text(table.clusters[at + cluster.blob]!, table.clusters[at + cluster.blobBytes]!)
  }
}

function changeOf(before: Cluster, after: Cluster): ClusterChange {
  const lost = without(before.endpoints, after.endpoints, endpointText)
  const gained = without(after.endpoints, before.endpoints, endpointText)
  const known = ({ isKnown }: Cluster) => [isKnown ? 'declared' : 'nothing declares it']
  const isReordered = lost.length + gained.length === 0
  return {
    name: after.name,
    endpoints: endpointChanges(lost, gained),
    endpointsAfter: after.endpoints.length,
    differences: [
      ...linesDifference('declared', known(before), known(after)),
      ...(isReordered
        ? linesDifference('endpoint order', before.endpoints.map(endpointText), after.endpoints.map(endpointText))
        : []),
      ...linesDifference('balancing', [balancingWords(before.balancing)], [balancingWords(after.balancing)]),
      ...linesDifference('outlier detection', outlierOf(before), outlierOf(after)),
      ...linesDifference('limits', limitWords(before), limitWords(after)),
    ],
  }
}

function outlierOf({ outlierDetection }: Cluster): string[] {
  return outlierDetection ? outlierWords(outlierDetection) : []
}

/** An address that is lost and gained has another weight or scheme. */
function endpointChanges(lost: readonly Endpoint[], gained: readonly Endpoint[]): EndpointChange[] {
  const olds = Map.groupBy(lost, endpointAuthority)
  const facts = ({ scheme, weight }: Endpoint) => ({ scheme, weight })
  const there = gained.map((each): EndpointChange => {
    const endpoint = endpointAuthority(each)
    const was = olds.get(endpoint)?.shift()
    return { endpoint, ...(was && { from: facts(was) }), to: facts(each) }
  })
  return [
    ...[...olds.values()].flat().map(each => ({ endpoint: endpointAuthority(each), from: facts(each) })),
    ...there,
  ]
}

function endpointText(endpoint: Endpoint): string {
  return `${endpoint.scheme} ${endpointAuthority(endpoint)} weight ${endpoint.weight}`
}
