/** Who this edge is to rules that name their clients: Istio compares them with the gateway workload's own. */
export interface Identity {
  readonly namespace: string
  readonly labels: Readonly<Record<string, string>>
}

/** A gateway installed the usual way; it has no labels of its own. */
export const defaultIdentity: Identity = { namespace: 'istio-system', labels: {} }

/** Whether every label of `selector` is among `labels` with the same value. */
export function selects(selector: Readonly<Record<string, string>>, labels: Readonly<Record<string, string>>): boolean {
  return Object.entries(selector).every(([name, value]) => Object.hasOwn(labels, name) && labels[name] === value)
}
