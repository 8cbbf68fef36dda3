import type { VirtualHostRow } from '../../fib/layout.ts'
import { routesOf } from '../../fib/view.ts'
import type { ListenerPair } from './listener-changes.ts'
import { type RouteChanges, routeChanges } from './route-changes.ts'
import type { TableContent } from './table-content.ts'

/** Hosts that came, went, or have other routes: those that share their routes, on all listeners where that is so. */
export type HostChange = HostsComeOrGone | HostsChanged

interface HostPlaces {
  /** In order: exact names, `*` and a suffix, or `*`. */
  readonly domains: readonly string[]
  readonly listeners: readonly string[]
}

export interface HostsComeOrGone extends HostPlaces {
  readonly kind: 'added' | 'removed'
  /** How many routes they have, or had. */
  readonly routes: number
}

export interface HostsChanged extends HostPlaces, RouteChanges {
  readonly kind: 'changed'
}

/** How many changes of routes are listed for a whole table; the others are counted. */
const mostTold = 10_000

/**
 * What became of the hosts of two tables: removed ones first, then those that changed, then added ones.
 *
 * A host is a domain on a listener. It is compared with itself, whichever virtual host it shares its routes with: where
 * one domain of several goes, it alone is gone.
 */
export function hostChanges(
  listeners: readonly ListenerPair[],
  before: TableContent | undefined,
  after: TableContent,
): HostChange[] {
  const changes = new MergedChanges()
  let left = mostTold
  for (const { listener, domains, from, to } of listeners.flatMap(hostPairs)) {
    const places = { domains, listeners: [listener] }
    if (from === undefined || to === undefined) {
      const [kind, content, row] =
        from === undefined ? (['added', after, to] as const) : (['removed', before, from] as const)
      changes.add({ kind, ...places, routes: routesOf(content!.table, row!).count })
      continue
    }
    const found = routeChanges({ content: before!, virtualHost: from }, { content: after, virtualHost: to }, left)
    if (!found) continue
    left -= found.routes.length
    changes.add({ kind: 'changed', ...places, ...found })
  }
  const found = changes.all()
  return (['removed', 'changed', 'added'] as const).flatMap(kind => found.filter(change => change.kind === kind))
}

/** Domains of one listener that share a virtual host both before and after, or on the one side where they are. */
interface HostPair {
  readonly listener: string
  readonly domains: readonly string[]
  readonly from: VirtualHostRow | undefined
  readonly to: VirtualHostRow | undefined
}

function hostPairs({ before, after }: ListenerPair): HostPair[] {
  const domains = [...new Set([...(before?.domains.keys() ?? []), ...(after?.domains.keys() ?? [])])].sort()
  const pairOf = (domain: string) => ({ from: before?.domains.get(domain), to: after?.domains.get(domain) })
  const groups = Map.groupBy(domains, domain => {
    const { from, to } = pairOf(domain)
    return `${from} ${to}`
  })
  const listener = (after ?? before)!.name
  return [...groups.values()].map(group => ({ listener, domains: group, ...pairOf(group[0]!) }))
}

/** The same change of the same hosts on several listeners is one. */
class MergedChanges {
  readonly #byText = new Map<string, HostChange>()

  add(change: HostChange): void {
    const text = JSON.stringify({ ...change, listeners: [] })
    const known = this.#byText.get(text)
    this.#byText.set(text, known ? { ...known, listeners: [...known.listeners, ...change.listeners] } : change)
  }

  all(): HostChange[] {
    return [...this.#byText.values()]
  }
}
