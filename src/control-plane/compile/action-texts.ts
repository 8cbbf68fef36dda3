import type { Action } from '../../fib/action.ts'
import type { ClusterRow } from '../../fib/layout.ts'
import type { Route } from '../ir/rib.ts'

/** Makes the texts of actions, which name clusters by their rows. */
export class ActionTexts {
  readonly #clusterRows: ReadonlyMap<string, ClusterRow>

  /** @param clusterNames in the order of their rows */
  constructor(clusterNames: readonly string[]) {
    this.#clusterRows = new Map(clusterNames.map((name, row) => [name, row as ClusterRow]))
  }

  /** The texts of the actions of these routes, in their order. */
  of(routes: readonly Route[]): string[] {
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
