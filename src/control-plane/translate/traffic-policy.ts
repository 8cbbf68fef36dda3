import type { DestinationRuleResource } from '../config/resource.ts'
import type { HostPolicy, Subset } from '../resolve/destination-rules.ts'

type TrafficPolicy = NonNullable<DestinationRuleResource['spec']['trafficPolicy']>
type Part = 'connectionPool' | 'loadBalancer' | 'outlierDetection' | 'tls'

/** The parts of a policy that say how requests are sent. */
export type PolicyParts = Partial<Pick<TrafficPolicy, Part>>

export type ConsistentHash = NonNullable<NonNullable<TrafficPolicy['loadBalancer']>['consistentHash']>

/**
 * The policy of a cluster: each part that its subset has, else that of the whole host. Settings of a port replace all
 * parts, also those that they do not name. Source: Istio's MergeTrafficPolicy.
 */
export function policyFor({ trafficPolicy }: HostPolicy, subset: Subset | undefined, port: number): PolicyParts {
  return merged(merged({}, trafficPolicy, port), subset?.trafficPolicy, port)
}

function merged(below: PolicyParts, policy: TrafficPolicy | undefined, port: number): PolicyParts {
  if (!policy) return below
  const ofPort = settingsOf(policy, port)
  if (ofPort) return ofPort
  const { connectionPool, loadBalancer, outlierDetection, tls } = policy
  return {
    ...below,
    ...(connectionPool && { connectionPool }),
    ...(loadBalancer && { loadBalancer }),
    ...(outlierDetection && { outlierDetection }),
    ...(tls && { tls }),
  }
}

function settingsOf(policy: TrafficPolicy | undefined, port: number | undefined) {
  return policy?.portLevelSettings.find(settings => settings.port?.number === port)
}

/**
 * What makes the key of requests to a destination. It is looked up by the route, in another way than the policy of the
 * cluster: settings of a port count only where the destination names that port, and hide nothing that they do not have.
 * Source: Istio's HashForHTTPDestination.
 *
 * @param port the one that the destination names
 */
export function consistentHashFor(
  { trafficPolicy }: HostPolicy,
  subset: Subset | undefined,
  port: number | undefined,
): ConsistentHash | undefined {
  const hashOf = (policy: PolicyParts | undefined) => policy?.loadBalancer?.consistentHash
  const ofPort = (policy: TrafficPolicy | undefined) =>
    port === undefined ? undefined : hashOf(settingsOf(policy, port))
  return (
    ofPort(subset?.trafficPolicy) ?? hashOf(subset?.trafficPolicy) ?? ofPort(trafficPolicy) ?? hashOf(trafficPolicy)
  )
}
