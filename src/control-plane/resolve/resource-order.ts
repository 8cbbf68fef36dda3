import type { AnyResource } from '../config/resource.ts'

/**
 * When resources without a creationTimestamp count as created: all at one moment. It is fixed, so that a folder means
 * the same tomorrow; what clusters had before is older, what is created from now on is newer.
 */
const undatedMs = Date.UTC(2026, 0, 1)

/**
 * Resources in Istio's order of precedence: the oldest first, then by name, then by namespace; never by
 * file.
 */
export function inIstioOrder<Resource extends AnyResource>(resources: readonly Resource[]): Resource[] {
  return [...resources].sort(
    (a, b) =>
      (a.createdAtMs ?? undatedMs) - (b.createdAtMs ?? undatedMs) ||
      compareText(a.name, b.name) ||
      compareText(a.namespace, b.namespace),
  )
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
