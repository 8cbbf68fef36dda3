import type { AnyResource } from '../config/resource.ts'

const now = Number.MAX_SAFE_INTEGER

/**
 * Resources in the order in which Istio lets them speak: the oldest first, then by name, then by namespace; never by
 * file. What has no creationTimestamp was created just now: after all that has one.
 */
export function inIstioOrder<Resource extends AnyResource>(resources: readonly Resource[]): Resource[] {
  return [...resources].sort(
    (a, b) =>
      (a.createdAtMs ?? now) - (b.createdAtMs ?? now) ||
      compareText(a.name, b.name) ||
      compareText(a.namespace, b.namespace),
  )
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
