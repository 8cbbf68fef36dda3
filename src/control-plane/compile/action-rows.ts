import type { Action } from '../../fib/action.ts'
import type { ClusterRow } from '../../fib/layout.ts'
import type { Route } from '../ir/rib.ts'

/** The texts of the actions of routes, by their array: it stays the same where nothing changed (`translate`). */
type KnownTexts = WeakMap<readonly Route[], readonly string[]>

/**
 * The texts made last, which name clusters by their rows, and the clusters that had these rows: an edit changes few
 * routes and hardly ever the clusters. To make the texts of 100,000 routes takes 140 of 435 ms of a compile.
 */
let last: { readonly clusters: string; readonly texts: KnownTexts } = { clusters: '', texts: new WeakMap() }

/** Lays out the section `actions`: equal ones share one row. */
export class ActionRows {
  readonly texts: string[] = []
  readonly #rows = new Map<string, number>()
  readonly #clusterRows: ReadonlyMap<string, ClusterRow>
  readonly #known: KnownTexts

  /** @param clusterNames in the order of their rows */
  constructor(clusterNames: readonly string[]) {
    this.#clusterRows = new Map(clusterNames.map((name, row) => [name, row as ClusterRow]))
    const clusters = JSON.stringify(clusterNames)
    if (last.clusters !== clusters) last = { clusters, texts: new WeakMap() }
    this.#known = last.texts
  }

  /** The rows of the actions of these routes, in their order. */
  rowsOf(routes: readonly Route[]): number[] {
    const texts = this.#known.get(routes) ?? this.#textsOf(routes)
    this.#known.set(routes, texts)
    return texts.map(text => this.#rowOf(text))
  }

  #rowOf(text: string): number {
    const known = this.#rows.get(text)
    if (known !== undefined) return known
    const row = this.texts.push(text) - 1
    this.#rows.set(text, row)
    return row
  }

  #textsOf(routes: readonly Route[]): string[] {
    // The matches of one rule share one action object.
    const byAction = new Map<Action<string>, string>()
    return routes.map(({ action }) => {
      const text = byAction.get(action) ?? JSON.stringify(this.#withRows(action))
      byAction.set(action, text)
      return text
    })
  }

  #withRows(action: Action<string>): Action<ClusterRow> {
    if (action.kind !== 'forward') return action
    const { mirrors, ...rest } = action
    const withRow = <Target extends { readonly cluster: string }>(target: Target) => ({
      ...target,
      cluster: this.#clusterRow(target.cluster),
    })
    return {
      ...rest,
      destinations: rest.destinations.map(withRow),
      ...(mirrors && { mirrors: mirrors.map(withRow) }),
    }
  }

  #clusterRow(name: string): ClusterRow {
    const row = this.#clusterRows.get(name)
    if (row === undefined) throw new Error(`a route names the cluster ${name}, which the RIB does not have`)
    return row
  }
}
