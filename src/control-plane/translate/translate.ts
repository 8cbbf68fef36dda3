import type { Rib } from '../ir/rib.ts'
import type { ResolvedConfig } from '../resolve/resolve.ts'
import { Clusters } from './clusters.ts'
import { lowerListener } from './listeners.ts'
import { lowerPathNormalization } from './path-normalization.ts'
import { lowerMeshRetries } from './retry.ts'

/**
 * Istio's resources in data-plane words. This is where Istio's semantics live: how the rules that a listener
 * serves are merged, what a match asks for, what is done with a request, what a destination means.
 *
 * It always gives Istio's answer: a destination that nothing declares becomes a cluster that answers 503 (`NC`), a
 * delegate that is missing leaves its rule out. Saying that this is wrong is the task of `analysis`.
 */
export function translate({ config, identity, services, destinationRules, listeners }: ResolvedConfig): Rib {
  const mesh = config.mesh?.spec
  const clusters = new Clusters(services, destinationRules)
  const meshRetries = mesh?.defaultHttpRetryPolicy && lowerMeshRetries(mesh.defaultHttpRetryPolicy)
  const trustedHops = mesh?.defaultConfig?.gatewayTopology?.numTrustedProxies
  const edge = { identity, clusters, ...(meshRetries && { meshRetries }) }
  return {
    listeners: listeners.map(listener => lowerListener(listener, edge)),
    clusters: clusters.byName,
    pathNormalization: lowerPathNormalization(config.mesh),
    ...(trustedHops !== undefined && { trustedHops }),
  }
}
