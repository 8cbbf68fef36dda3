/** What a resource is known by: a kind of the same name may stand in several API groups, as Gateway does. */
export interface ResourceType {
  readonly group: string
  readonly kind: string
}

/** A type as one text, as Kubernetes writes it: `Gateway.networking.istio.io`. */
export type TypeName<Type extends ResourceType> = Type extends ResourceType ? `${Type['kind']}.${Type['group']}` : never

/** The name of the type of a resource. */
export function typeName<Type extends ResourceType>({ kind, group }: Type): TypeName<Type> {
  return `${kind}.${group}` as TypeName<Type>
}

/** One text for each resource: there is only one with its type, namespace and name. */
export function resourceKey({ group, kind, namespace, name }: ResourceType & ResourceName): string {
  return `${typeName({ group, kind })} ${namespace}/${name}`
}

interface ResourceName {
  readonly namespace: string
  readonly name: string
}

/** The parts of an `apiVersion`; the group of Kubernetes's own core is empty. */
export function splitApiVersion(apiVersion: string): { readonly group: string; readonly version: string } {
  const slash = apiVersion.indexOf('/')
  return { group: apiVersion.slice(0, Math.max(0, slash)), version: apiVersion.slice(slash + 1) }
}

/** A resource of which nothing is read: for its type, or for a fault in it. */
export interface UnreadResource extends ResourceType {
  readonly namespace: string
  /** Absent where it has none. */
  readonly name?: string
  readonly cause: 'type' | 'fault'
}
