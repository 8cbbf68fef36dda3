/**
 * The full name of a host as a resource of `namespace` writes it: a name without a dot belongs to that namespace, any
 * other name stands for itself. Source: Istio's short names.
 */
export function fullHostName(host: string, namespace: string): string {
  const name = host.toLowerCase()
  return name.includes('.') || name.includes(':') || name === '*' ? name : `${name}.${namespace}.svc.cluster.local`
}

/** Whether every name that `narrow` stands for is also one of `wide`: `*` covers all, `*.x` covers `a.x` and `*.a.x`. */
export function covers(wide: string, narrow: string): boolean {
  if (wide === '*' || wide === narrow) return true
  return wide.startsWith('*') && narrow.endsWith(wide.slice(1)) && narrow.length > wide.length - 1
}

/** The names that both stand for: the narrower of the two, or undefined where they have none in common. */
export function commonHost(a: string, b: string): string | undefined {
  if (covers(a, b)) return b
  return covers(b, a) ? a : undefined
}
