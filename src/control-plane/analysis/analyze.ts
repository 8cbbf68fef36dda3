import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import type { Config } from '../config/resource.ts'
import { defaultTarget, type Target } from '../effects/target.ts'
import { delegatingRules } from '../resolve/delegates.ts'
import type { ResolvedConfig } from '../resolve/resolve.ts'
import { findConflictingGateways } from './conflicting-gateways.ts'
import { findConflictingPolicies } from './conflicting-policies.ts'
import { findConflictingProtocols } from './conflicting-protocols.ts'
import { findConflictingServers } from './conflicting-servers.ts'
import { type AnalysisContext, type AnalysisOptions, contextOf, type ResourceContext } from './context.ts'
import { findContradictingHeaders } from './contradicting-headers.ts'
import { findDelegateFaults } from './delegate-faults.ts'
import { findDeprecatedFields } from './deprecated-field.ts'
import { namedHosts } from './destination-references.ts'
import { findEmptyConditions } from './empty-condition.ts'
import { findEndpointlessServices } from './endpointless-service.ts'
import { findGlobRegexes } from './glob-regex.ts'
import { findHiddenResources } from './hidden-resource.ts'
import { findIdleFields } from './idle-field.ts'
import { findIdleOutlierDetection } from './idle-outlier-detection.ts'
import { findIdlePendingLimits } from './idle-pending-limit.ts'
import { findIgnoredValues } from './ignored-value.ts'
import { findImpossibleConditions } from './impossible-condition.ts'
import { findLargeBodies } from './large-body.ts'
import { findMisplacedAddresses } from './misplaced-address.ts'
import { findNoEffect } from './no-effect.ts'
import { findOddHosts } from './odd-host.ts'
import { findOddSubstitutions } from './odd-substitution.ts'
import { findOddWeights } from './odd-weight.ts'
import { findOrderDependence } from './order-dependence.ts'
import { findPartialRegexes } from './partial-regex.ts'
import { findPrefixNeighbours } from './prefix-neighbour.ts'
import { findRedirectLoops } from './redirect-loop.ts'
import { findRetriedWrites } from './retried-writes.ts'
import { findRewrittenPaths } from './rewritten-path.ts'
import { findShadowedHosts } from './shadowed-host.ts'
import { findSharedCredentials } from './shared-credentials.ts'
import { findSharedHosts } from './shared-host.ts'
import { findShortTimeouts } from './short-timeout.ts'
import { findSilentFaults } from './silent-fault.ts'
import { findUnenforced } from './unenforced.ts'
import { findUnknownDestinations } from './unknown-destination.ts'
import { findUnknownGateways } from './unknown-gateway.ts'
import { findUnknownPolicyHosts } from './unknown-policy-host.ts'
import { findUnreachableConnections } from './unreachable-connection.ts'
import { findUnreachableEndpoints } from './unreachable-endpoint.ts'
import { findUnreachableRules } from './unreachable-rule.ts'
import { findUnservedHosts } from './unserved-host.ts'
import { findUnservedMatches } from './unserved-match.ts'

/** Finds one sort of fault in resources that obey the schema. */
export type Analyzer = (context: AnalysisContext) => Diagnostic[]

/** Those that judge each resource by itself, and remember what they found. */
const perResource: readonly ((context: ResourceContext) => Diagnostic[])[] = [
  findNoEffect,
  findIdleFields,
  findIdlePendingLimits,
  findRewrittenPaths,
  findOddSubstitutions,
  findMisplacedAddresses,
  findImpossibleConditions,
  findEmptyConditions,
  findGlobRegexes,
  findPartialRegexes,
  findOddWeights,
  findShortTimeouts,
  findSilentFaults,
  findRetriedWrites,
  findContradictingHeaders,
  findSharedCredentials,
  findLargeBodies,
  findDeprecatedFields,
]

const crossResource: readonly Analyzer[] = [
  findUnknownDestinations,
  findUnknownGateways,
  findDelegateFaults,
  findUnservedHosts,
  findSharedHosts,
  findHiddenResources,
  findUnenforced,
  findUnreachableEndpoints,
  findIdleOutlierDetection,
  findUnreachableRules,
  findUnreachableConnections,
  findOrderDependence,
  findShadowedHosts,
  findPrefixNeighbours,
  findRedirectLoops,
  findUnservedMatches,
  findOddHosts,
  findIgnoredValues,
  findUnknownPolicyHosts,
  findConflictingPolicies,
  findConflictingGateways,
  findConflictingServers,
  findConflictingProtocols,
  findEndpointlessServices,
]

/** All findings about a config whose resources obey the schema, from the place of this edge. */
export function analyze(resolved: ResolvedConfig, options: AnalysisOptions = {}): Diagnostic[] {
  const context = contextOf(resolved, options)
  return [...perResource, ...crossResource].flatMap(find => find(context))
}

/**
 * Finds out what can be said of these resources whatever else there is, so that `analyze` finds it known: for who would
 * only wait otherwise.
 */
export function analyzeAhead(config: Config, target: Target = defaultTarget): void {
  // What delegates is whole only when all files are read.
  const roots = config.virtualServices.filter(each => each.spec.hosts.length > 0 && delegatingRules(each).length === 0)
  const context = { config, target, roots }
  for (const find of perResource) find(context)
  namedHosts(config)
}
