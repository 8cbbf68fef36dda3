import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import type { SourceTexts } from '../../diagnostics/render.ts'
import type { Span } from '../../diagnostics/span.ts'
import { type AnyResource, allResources, type Config, type VirtualServiceResource } from '../config/resource.ts'
import { joinDelegates } from '../translate/delegates.ts'
import { DestinationRules } from '../translate/destination-rules.ts'
import { defaultIdentity, type Identity } from '../translate/identity.ts'
import { ServiceRegistry } from '../translate/service-registry.ts'
import { findConflictingGateways } from './conflicting-gateways.ts'
import { findConflictingPolicies } from './conflicting-policies.ts'
import { findConflictingProtocols } from './conflicting-protocols.ts'
import { findContradictingHeaders } from './contradicting-headers.ts'
import { findDelegateFaults } from './delegates.ts'
import { findDeprecatedFields } from './deprecated-field.ts'
import { namedHosts } from './destination-references.ts'
import { findEmptyConditions } from './empty-condition.ts'
import { findEndpointlessServices } from './endpointless-service.ts'
import { findGlobs } from './glob-regex.ts'
import { findHiddenResources } from './hidden-resource.ts'
import { findIdleFields } from './idle-field.ts'
import { findIgnoredValues } from './ignored-value.ts'
import { findImpossibleConditions } from './impossible-condition.ts'
import { findLargeBodies } from './large-body.ts'
import { findNoEffect } from './no-effect.ts'
import { findNothingRead } from './nothing-read.ts'
import { findOddHosts } from './odd-host.ts'
import { findCaughtNeighbours } from './prefix-neighbour.ts'
import { findRetriedWrites } from './retried-writes.ts'
import { findRewrittenPaths } from './rewritten-path.ts'
import { findOrderDependence } from './rule-order.ts'
import { type ServedHost, servedHosts } from './served-matches.ts'
import { findShadowedHosts } from './shadowed-host.ts'
import { findSharedCredentials } from './shared-credentials.ts'
import { findSharedHosts } from './shared-host.ts'
import { findSilentFaults } from './silent-fault.ts'
import { Suggestions } from './suggestions.ts'
import { defaultTarget, type Target } from './target.ts'
import { findShortTimeouts } from './try-times.ts'
import { findUnenforced } from './unenforced.ts'
import { findUnknownDestinations } from './unknown-destination.ts'
import { findUnknownGateways } from './unknown-gateway.ts'
import { findUnknownPolicyHosts } from './unknown-policy-host.ts'
import { findUnreachableConnections } from './unreachable-connection.ts'
import { findUnreachableEndpoints } from './unreachable-endpoint.ts'
import { findUnreachableRules } from './unreachable-rule.ts'
import { findUnservedHosts } from './unserved-host.ts'
import { findOddWeights } from './weights.ts'

/** What analyzers read: the resources, and the look-ups that `translate` resolves destinations with. */
export interface AnalysisContext {
  readonly config: Config
  readonly identity: Identity
  /** What the routes are to be carried out by. */
  readonly target: Target
  readonly services: ServiceRegistry
  readonly rules: DestinationRules
  /** The hosts of all listeners with the matches of their rules, as `translate` merges them. */
  readonly servedHosts: readonly ServedHost[]
  /** The VirtualServices that have hosts, with the rules of their delegates in place. */
  readonly roots: readonly VirtualServiceResource[]
  /** The full names of all hosts that destinations name. */
  readonly namedHosts: ReadonlySet<string>
  /** The hosts for which some ServiceEntry lists or selects endpoints. */
  readonly hostsWithEndpoints: ReadonlySet<string>
  /** The declared host that was probably meant by an unknown one, if any. */
  nearestHost(host: string): string | undefined
  /**
   * Kinds of which something is damaged: what those resources would have declared is not known, so nothing is said
   * about references to them. Such findings would mostly go away with the fault that was told.
   */
  readonly damagedKinds: ReadonlySet<AnyResource['kind']>
  /** What was said while reading. */
  readonly told: readonly Diagnostic[]
  /** Whether a text that could not be read mentions `name`, elsewhere than at the reference to it. */
  isMentionedUnread(name: string, reference: Span): boolean
}

/** Finds one sort of fault in resources that obey the schema. */
export type Analyzer = (context: AnalysisContext) => Diagnostic[]

const analyzers: readonly Analyzer[] = [
  findNothingRead,
  findUnknownDestinations,
  findUnknownGateways,
  findDelegateFaults,
  findUnservedHosts,
  findSharedHosts,
  findHiddenResources,
  findUnenforced,
  findNoEffect,
  findIdleFields,
  findUnreachableEndpoints,
  findUnreachableRules,
  findUnreachableConnections,
  findOrderDependence,
  findShadowedHosts,
  findCaughtNeighbours,
  findRewrittenPaths,
  findImpossibleConditions,
  findEmptyConditions,
  findGlobs,
  findOddHosts,
  findOddWeights,
  findShortTimeouts,
  findSilentFaults,
  findRetriedWrites,
  findContradictingHeaders,
  findSharedCredentials,
  findLargeBodies,
  findDeprecatedFields,
  findIgnoredValues,
  findUnknownPolicyHosts,
  findConflictingPolicies,
  findConflictingGateways,
  findConflictingProtocols,
  findEndpointlessServices,
]

/** From where a config is looked at. */
export interface Viewpoint {
  readonly identity?: Identity
  readonly target?: Target
}

/**
 * Everything that can be said against a config whose resources obey the schema, from the place of this edge.
 *
 * @param unread texts of which something could not be read: a name that they mention may be declared there
 * @param told what was said while reading
 */
export function analyze(
  config: Config,
  { identity = defaultIdentity, target = defaultTarget }: Viewpoint = {},
  unread: SourceTexts = new Map(),
  told: readonly Diagnostic[] = [],
): Diagnostic[] {
  const damagedKinds = new Set(
    allResources(config)
      .filter(({ isDamaged }) => isDamaged)
      .map(({ kind }) => kind),
  )
  const services = new ServiceRegistry(config, identity)
  // A wildcard stands for many hosts; as a destination it names none of them.
  const suggestions = new Suggestions([...services.hosts()].filter(host => !host.startsWith('*')))
  const context = {
    config,
    identity,
    target,
    services,
    rules: new DestinationRules(config, identity),
    servedHosts: servedHosts(config, identity),
    roots: joinDelegates(config.virtualServices),
    namedHosts: namedHosts(config),
    hostsWithEndpoints: hostsWithEndpoints(config),
    nearestHost: (host: string) => suggestions.nearest(host),
    damagedKinds,
    told,
    isMentionedUnread: mentionsIn(unread),
  }
  return analyzers.flatMap(find => find(context))
}

function hostsWithEndpoints({ serviceEntries }: Config): ReadonlySet<string> {
  const listing = serviceEntries.filter(({ spec }) => spec.endpoints.length > 0 || spec.workloadSelector)
  return new Set(listing.flatMap(({ spec }) => spec.hosts.map(host => host.toLowerCase())))
}

/** Looks names up as whole words, of which the texts are read once: there may be many references. */
function mentionsIn(unread: SourceTexts): AnalysisContext['isMentionedUnread'] {
  const words = new Map<string, { readonly path: string; readonly at: number }[]>()
  for (const [path, text] of unread) {
    for (const { 0: word, index: at } of text.matchAll(/[\w*][\w.*-]*/g)) {
      const places = words.get(word)
      if (!places) words.set(word, [{ path, at }])
      // The reference itself may be among them, and any other place is enough.
      else if (places.length < 2) places.push({ path, at })
    }
  }
  return (name, { file, start, end }) =>
    words.get(name)?.some(({ path, at }) => path !== file || at < start.offset || at >= end.offset) ?? false
}
