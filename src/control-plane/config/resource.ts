import type { Span } from '../../diagnostics/span.ts'
import type { istioGroup } from './istio/api-group.ts'
import type { DestinationRule } from './istio/destination-rule.ts'
import type { Gateway } from './istio/gateway.ts'
import type { MeshConfig } from './istio/mesh-config.ts'
import type { ServiceEntry } from './istio/service-entry.ts'
import type { VirtualService } from './istio/virtual-service.ts'
import type { WorkloadEntry } from './istio/workload-entry.ts'
import type { ResourceType } from './resource-type.ts'
import type { FieldPath } from './yaml/field-path.ts'

/** One traffic resource, decoded, with the way back to its text. */
export interface Resource<Type extends ResourceType, Spec> {
  readonly group: Type['group']
  readonly kind: Type['kind']
  readonly name: string
  /** `default` where the YAML names none. */
  readonly namespace: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  /** Milliseconds since 1970; absent where the YAML has none. Istio orders resources by it. */
  readonly createdAtMs?: number
  /**
   * True where the resource breaks its schema: then `spec` is what is left without the faulty fields. That is good for
   * finding what else is wrong, never for serving.
   */
  readonly isDamaged: boolean
  readonly spec: Spec
  /** The document as plain data, as the operator wrote it (without what is faulty): for findings about fields they set. */
  readonly written: unknown
  /** How the resource is called in messages: `VirtualService default/shop`. */
  readonly title: string
  /** The text of the value at `path`; where nothing stands there, of the nearest parent's key (or the document's start). */
  spanOf(path: FieldPath): Span
  /** The text of the key that leads to `path`; of the value itself where it is an item of a list. */
  keySpanOf(path: FieldPath): Span
}

/** A type of Istio's group. */
interface IstioType<Kind extends string> extends ResourceType {
  readonly group: typeof istioGroup
  readonly kind: Kind
}

export type VirtualServiceResource = Resource<IstioType<'VirtualService'>, VirtualService>
export type DestinationRuleResource = Resource<IstioType<'DestinationRule'>, DestinationRule>
export type ServiceEntryResource = Resource<IstioType<'ServiceEntry'>, ServiceEntry>
export type WorkloadEntryResource = Resource<IstioType<'WorkloadEntry'>, WorkloadEntry>
export type GatewayResource = Resource<IstioType<'Gateway'>, Gateway>
export type AnyResource =
  | VirtualServiceResource
  | DestinationRuleResource
  | ServiceEntryResource
  | WorkloadEntryResource
  | GatewayResource

/** The mesh settings of `mesh.yaml`, with the way back to their text. */
export type MeshSettings = Pick<
  Resource<ResourceType, MeshConfig>,
  'spec' | 'written' | 'title' | 'spanOf' | 'keySpanOf'
>

/** All that was read, by type, each list in the order of the files and of the documents in them. */
export interface Config {
  readonly virtualServices: readonly VirtualServiceResource[]
  readonly destinationRules: readonly DestinationRuleResource[]
  readonly serviceEntries: readonly ServiceEntryResource[]
  readonly workloadEntries: readonly WorkloadEntryResource[]
  readonly gateways: readonly GatewayResource[]
  /** Absent where there is no `mesh.yaml`. */
  readonly mesh?: MeshSettings
}

/** Every resource of a config, type by type. */
export function allResources(config: Config): AnyResource[] {
  return [
    ...config.virtualServices,
    ...config.destinationRules,
    ...config.serviceEntries,
    ...config.workloadEntries,
    ...config.gateways,
  ]
}
