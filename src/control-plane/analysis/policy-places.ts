import type { DestinationRuleResource } from '../config/resource.ts'
import type { FieldPath } from '../config/yaml/field-path.ts'

type TrafficPolicy = NonNullable<DestinationRuleResource['spec']['trafficPolicy']>
type Subset = DestinationRuleResource['spec']['subsets'][number]
type Parts = TrafficPolicy | TrafficPolicy['portLevelSettings'][number]

/** A policy of a DestinationRule, or what it says of one port. */
export interface PolicyPlace {
  readonly path: FieldPath
  readonly parts: Parts
  /** Absent where it is for the whole host. */
  readonly subset?: Subset
}

/** Every place of a DestinationRule that says how endpoints are asked. */
export function policyPlaces({ spec }: DestinationRuleResource): PolicyPlace[] {
  return [
    ...placesIn(['spec', 'trafficPolicy'], spec.trafficPolicy),
    ...spec.subsets.flatMap((subset, index) =>
      placesIn(['spec', 'subsets', index, 'trafficPolicy'], subset.trafficPolicy).map(place => ({ ...place, subset })),
    ),
  ]
}

function placesIn(path: FieldPath, policy: TrafficPolicy | undefined): PolicyPlace[] {
  if (!policy) return []
  const ofPorts = policy.portLevelSettings.map((parts, index) => ({
    path: [...path, 'portLevelSettings', index],
    parts,
  }))
  return [{ path, parts: policy }, ...ofPorts]
}
