import type { Config, DestinationRuleResource } from '../config/resource.ts'
import { covers, fullHostName } from './host-name.ts'
import { inIstioOrder } from './resource-order.ts'

type TrafficPolicy = NonNullable<DestinationRuleResource['spec']['trafficPolicy']>
type Subset = DestinationRuleResource['spec']['subsets'][number]

/** The DestinationRules that apply to one host, merged. */
export interface HostPolicy {
  readonly subsets: ReadonlyMap<string, Subset>
  readonly trafficPolicy?: TrafficPolicy
}

/** Searched after the service's own namespace. */
const rootNamespace = 'istio-system'

/**
 * Looks up the DestinationRules of a host. The service's namespace is searched first, then the root namespace. Within
 * a namespace the most specific host wins outright: an exact rule inherits nothing from a wildcard one. Rules for the
 * same host are merged in Istio's order: the first traffic policy, and the first definition of each subset.
 */
export class DestinationRules {
  readonly #policies = new Map<string, Map<string, HostPolicy>>()

  constructor(config: Config) {
    const rulesByHost = new Map<string, Map<string, DestinationRuleResource[]>>()
    for (const rule of inIstioOrder(config.destinationRules)) {
      const hosts = rulesByHost.get(rule.namespace) ?? new Map<string, DestinationRuleResource[]>()
      rulesByHost.set(rule.namespace, hosts)
      const host = fullHostName(rule.spec.host, rule.namespace)
      hosts.set(host, [...(hosts.get(host) ?? []), rule])
    }
    for (const [namespace, hosts] of rulesByHost) {
      this.#policies.set(namespace, new Map([...hosts].map(([host, rules]) => [host, merge(rules)])))
    }
  }

  find(host: string, namespace: string): HostPolicy | undefined {
    return this.#findIn(namespace, host) ?? this.#findIn(rootNamespace, host)
  }

  #findIn(namespace: string, host: string): HostPolicy | undefined {
    const policies = this.#policies.get(namespace)
    if (!policies) return undefined
    let best = policies.get(host)
    let bestLength = -1
    if (best) return best
    for (const [pattern, policy] of policies) {
      if (pattern.startsWith('*') && covers(pattern, host) && pattern.length > bestLength) {
        best = policy
        bestLength = pattern.length
      }
    }
    return best
  }
}

function merge(rules: readonly DestinationRuleResource[]): HostPolicy {
  const subsets = new Map<string, Subset>()
  for (const { spec } of rules) {
    for (const subset of spec.subsets) {
      if (!subsets.has(subset.name)) subsets.set(subset.name, subset)
    }
  }
  const trafficPolicy = rules[0]?.spec.trafficPolicy
  return { subsets, ...(trafficPolicy && { trafficPolicy }) }
}

/**
 * Whether a cluster's endpoints speak TLS, where a policy says so: a subset's own policy before the host's, a port's
 * settings before the general ones. Undefined where no policy speaks of it.
 */
export function originatesTls(policy: HostPolicy, subset: Subset | undefined, port: number): boolean | undefined {
  const mode = tlsOf(subset?.trafficPolicy, port)?.mode ?? tlsOf(policy.trafficPolicy, port)?.mode
  return mode === undefined ? undefined : mode !== 'DISABLE'
}

/** Settings of a port replace the general ones whole. */
function tlsOf(policy: TrafficPolicy | undefined, port: number): TrafficPolicy['tls'] {
  const ofPort = policy?.portLevelSettings.find(settings => settings.port?.number === port)
  return ofPort ? ofPort.tls : policy?.tls
}
