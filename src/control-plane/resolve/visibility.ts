/** What has `exportTo`: VirtualServices, DestinationRules and ServiceEntries. */
interface Exporting {
  readonly namespace: string
  readonly spec: { readonly exportTo: readonly string[] }
}

/** How a resource is seen from a namespace: as its own, as exported to it by name, as exported to all, or not at all. */
export type Visibility = 'private' | 'exported' | 'public' | 'hidden'

/**
 * How `viewer`, a namespace, sees a resource. `*` among its `exportTo` outdoes the rest, `~` hides it from everyone,
 * `.` is its own namespace; without `exportTo` it is public. Source: Istio's initVirtualServices, initServiceRegistry.
 */
export function visibilityTo(viewer: string, { namespace, spec: { exportTo } }: Exporting): Visibility {
  if (exportTo.length === 0 || exportTo.includes('*')) return 'public'
  if (exportTo.includes('~')) return 'hidden'
  if (namespace === viewer) return exportTo.includes('.') || exportTo.includes(namespace) ? 'private' : 'hidden'
  return exportTo.includes(viewer) ? 'exported' : 'hidden'
}

/**
 * The resources that `viewer` sees: private ones first, then those exported to it by name, then public ones, each in
 * the order in which they were given. Source: Istio's VirtualServicesForGateway, servicesExportedToNamespace.
 */
export function visibleFirstTo<Resource extends Exporting>(viewer: string, resources: readonly Resource[]): Resource[] {
  const bySight = Map.groupBy(resources, resource => visibilityTo(viewer, resource))
  return (['private', 'exported', 'public'] as const).flatMap(sight => bySight.get(sight) ?? [])
}
