import type { Config } from '../config/resource.ts'
import type { Rib } from '../ir/rib.ts'
import { defaultIdentity, type Identity } from '../resolve/identity.ts'
import { Clusters } from './clusters.ts'
import { listenersOf } from './listeners.ts'
import { lowerPathNormalization } from './path-normalization.ts'
import { lowerMeshRetries } from './retry.ts'

/**
 * Istio's resources in data-plane words. This is where Istio's semantics live: which VirtualServices a listener
 * serves, how they are merged and ordered, what a destination means.
 *
 * It always gives Istio's answer: a destination that nothing declares becomes a cluster that answers 503 (`NC`), a
 * delegate that is missing leaves its rule out. Saying that this is wrong is the task of `analysis`.
 */
export function translate(config: Config, identity: Identity = defaultIdentity): Rib {
  const mesh = config.mesh?.spec
  const clusters = new Clusters(config, identity)
  const meshRetries = mesh?.defaultHttpRetryPolicy && lowerMeshRetries(mesh.defaultHttpRetryPolicy)
  const trustedHops = mesh?.defaultConfig?.gatewayTopology?.numTrustedProxies
  return {
    listeners: listenersOf(config, { identity, clusters, ...(meshRetries && { meshRetries }) }),
    clusters: clusters.byName,
    pathNormalization: lowerPathNormalization(config.mesh),
    ...(trustedHops !== undefined && { trustedHops }),
  }
}
