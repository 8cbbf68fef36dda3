import type { Identity } from '../resolve/identity.ts'
import type { RulePlace } from '../resolve/rule-place.ts'
import type { ClusterLookup } from './clusters.ts'
import type { MeshRetries } from './retry.ts'

/** What holds on all listeners of an edge. */
export interface EdgeContext {
  readonly identity: Identity
  readonly clusters: ClusterLookup
  /** How rules are retried that say nothing of it, where `mesh.yaml` does. */
  readonly meshRetries?: MeshRetries
}

/** The listener for which a VirtualService is translated. */
export interface ListenerContext extends EdgeContext, RulePlace {}
