import type { Config, DestinationRuleResource } from '../config/resource.ts'
import { covers, fullHostName } from './host-name.ts'
import { type Identity, selects } from './identity.ts'
import { inIstioOrder } from './resource-order.ts'
import { visibilityTo } from './visibility.ts'

type TrafficPolicy = NonNullable<DestinationRuleResource['spec']['trafficPolicy']>
export type Subset = DestinationRuleResource['spec']['subsets'][number]

/** The DestinationRules that apply to one host, merged. */
export interface HostPolicy {
  readonly subsets: ReadonlyMap<string, Subset>
  readonly trafficPolicy?: TrafficPolicy
}

/** Searched after the service's own namespace. */
const rootNamespace = 'istio-system'

/** Rules of one namespace by the full name of their host. */
type RulesByHost = Map<string, MergedRule[]>

/** Rules for one host and one audience that are one. */
interface MergedRule {
  readonly namespace: string
  readonly exportTo: ReadonlySet<string>
  /** The clients that it is for; absent where it is for all. */
  readonly selector?: Readonly<Record<string, string>>
  readonly rules: DestinationRuleResource[]
  /** Made when first asked for. */
  policy?: HostPolicy
}

/**
 * Looks up the DestinationRules of a host, as the edge sees them. In this order: those of the edge's namespace (where
 * that is the root namespace, only those that stay in it), those that the service's namespace exports to the edge,
 * those that the root namespace does. Within a namespace the most specific host wins outright: an exact rule inherits
 * nothing from a wildcard one, even where it is not exported to the edge. Source: Istio's destinationRule.
 */
export class DestinationRules {
  readonly #identity: Identity
  /** What the edge's namespace says to its own workloads. */
  readonly #own: RulesByHost = new Map()
  readonly #exported = new Map<string, RulesByHost>()
  /** What was looked up: a wildcard is found by trying them all. */
  readonly #found = new Map<string, HostPolicy | undefined>()

  constructor(config: Config, identity: Identity) {
    this.#identity = identity
    for (const rule of bySelectorThenAge(config.destinationRules)) {
      const { namespace } = rule
      const staysAtHome = isPrivate(rule)
      const isForOwn = identity.namespace === rootNamespace ? staysAtHome : visibilityTo(namespace, rule) !== 'hidden'
      if (namespace === identity.namespace && isForOwn) addRule(this.#own, rule)
      if (staysAtHome) continue
      const exported = this.#exported.get(namespace) ?? new Map()
      this.#exported.set(namespace, exported)
      addRule(exported, rule)
    }
  }

  /** @param namespace of the service */
  find(host: string, namespace: string): HostPolicy | undefined {
    const key = `${namespace}/${host}`
    if (!this.#found.has(key)) this.#found.set(key, this.#find(host, namespace))
    return this.#found.get(key)
  }

  #find(host: string, namespace: string): HostPolicy | undefined {
    const found =
      mostSpecific(this.#own, host) ?? this.#exportedFrom(namespace, host) ?? this.#exportedFrom(rootNamespace, host)
    const rule = found && this.#applying(found)
    if (!rule) return undefined
    rule.policy ??= mergedPolicy(rule.rules)
    return rule.policy
  }

  #exportedFrom(namespace: string, host: string): readonly MergedRule[] | undefined {
    const rules = mostSpecific(this.#exported.get(namespace), host)
    const seen = rules?.filter(
      ({ exportTo }) => exportTo.size === 0 || exportTo.has('*') || exportTo.has(this.#identity.namespace),
    )
    return seen?.length ? seen : undefined
  }

  /**
   * A rule whose `workloadSelector` selects the edge outdoes one that is for all clients; of these, the last counts.
   * Source: Istio's SidecarScope.DestinationRule.
   */
  #applying(rules: readonly MergedRule[]): MergedRule | undefined {
    const { namespace, labels } = this.#identity
    const selecting = rules.find(
      rule => rule.selector && rule.namespace === namespace && selects(rule.selector, labels),
    )
    return selecting ?? rules.findLast(({ selector }) => !selector)
  }
}

/** Whether a rule stays in its namespace; one that selects workloads always does. */
function isPrivate({ namespace, spec }: DestinationRuleResource): boolean {
  const [only, ...more] = spec.exportTo
  return spec.workloadSelector !== undefined || (more.length === 0 && (only === '.' || only === namespace))
}

function bySelectorThenAge(rules: readonly DestinationRuleResource[]): DestinationRuleResource[] {
  const inOrder = inIstioOrder(rules)
  const selectsWorkloads = ({ spec }: DestinationRuleResource) => spec.workloadSelector !== undefined
  return [...inOrder.filter(selectsWorkloads), ...inOrder.filter(rule => !selectsWorkloads(rule))]
}

/** Rules for one host are merged where they are exported alike and select alike. Source: Istio's mergeDestinationRule. */
function addRule(byHost: RulesByHost, rule: DestinationRuleResource): void {
  const { spec, namespace } = rule
  const host = fullHostName(spec.host, namespace)
  const selector = spec.workloadSelector?.matchLabels
  const exportTo = new Set(selector ? ['.'] : spec.exportTo)
  const known = byHost.get(host) ?? []
  byHost.set(host, known)
  const same = known.find(
    each => areEqual(each.exportTo, exportTo) && (each.selector ? areEqualLabels(each.selector, selector) : !selector),
  )
  if (same) same.rules.push(rule)
  else known.push({ namespace, exportTo, ...(selector && { selector }), rules: [rule] })
}

function areEqual(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every(each => b.has(each))
}

function areEqualLabels(a: NonNullable<MergedRule['selector']>, b: MergedRule['selector']): boolean {
  return b !== undefined && selects(a, b) && selects(b, a)
}

function mostSpecific(byHost: RulesByHost | undefined, host: string): readonly MergedRule[] | undefined {
  if (!byHost) return undefined
  let best = byHost.get(host)
  if (best) return best
  let bestLength = -1
  for (const [pattern, rules] of byHost) {
    if (pattern.startsWith('*') && covers(pattern, host) && pattern.length > bestLength) {
      best = rules
      bestLength = pattern.length
    }
  }
  return best
}

/** The first traffic policy, and the first definition of each subset. */
function mergedPolicy(rules: readonly DestinationRuleResource[]): HostPolicy {
  const subsets = new Map<string, Subset>()
  for (const { spec } of rules) {
    for (const subset of spec.subsets) {
      if (!subsets.has(subset.name)) subsets.set(subset.name, subset)
    }
  }
  const trafficPolicy = rules.find(({ spec }) => spec.trafficPolicy)?.spec.trafficPolicy
  return { subsets, ...(trafficPolicy && { trafficPolicy }) }
}
