import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import type { SourceTexts } from '../../diagnostics/render.ts'
import type { Span } from '../../diagnostics/span.ts'
import { type AnyResource, allResources, type Config } from '../config/resource.ts'
import { DestinationRules } from '../translate/destination-rules.ts'
import { defaultIdentity, type Identity } from '../translate/identity.ts'
import { ServiceRegistry } from '../translate/service-registry.ts'
import { findDelegateFaults } from './delegates.ts'
import { findHiddenResources } from './hidden-resource.ts'
import { findIdleFields } from './idle-field.ts'
import { findNoEffect } from './no-effect.ts'
import { findSharedHosts } from './shared-host.ts'
import { findUnenforced } from './unenforced.ts'
import { findUnknownDestinations } from './unknown-destination.ts'
import { findUnknownGateways } from './unknown-gateway.ts'
import { findUnservedHosts } from './unserved-host.ts'

/** What analyzers read: the resources, and the look-ups that `translate` resolves destinations with. */
export interface AnalysisContext {
  readonly config: Config
  readonly identity: Identity
  readonly services: ServiceRegistry
  readonly rules: DestinationRules
  /**
   * Kinds of which something is damaged: what those resources would have declared is not known, so nothing is said
   * about references to them. Such findings would mostly go away with the fault that was told.
   */
  readonly damagedKinds: ReadonlySet<AnyResource['kind']>
  /** Whether a text that could not be read mentions `name`, elsewhere than at the reference to it. */
  isMentionedUnread(name: string, reference: Span): boolean
}

/** Finds one sort of fault in resources that obey the schema. */
export type Analyzer = (context: AnalysisContext) => Diagnostic[]

const analyzers: readonly Analyzer[] = [
  findUnknownDestinations,
  findUnknownGateways,
  findDelegateFaults,
  findUnservedHosts,
  findSharedHosts,
  findHiddenResources,
  findUnenforced,
  findNoEffect,
  findIdleFields,
]

/**
 * Everything that can be said against a config whose resources obey the schema, from the place of this edge.
 *
 * @param unread texts of which something could not be read: a name that they mention may be declared there
 */
export function analyze(
  config: Config,
  identity: Identity = defaultIdentity,
  unread: SourceTexts = new Map(),
): Diagnostic[] {
  const damagedKinds = new Set(
    allResources(config)
      .filter(({ isDamaged }) => isDamaged)
      .map(({ kind }) => kind),
  )
  const services = new ServiceRegistry(config, identity)
  const context = {
    config,
    identity,
    services,
    rules: new DestinationRules(config, identity),
    damagedKinds,
    isMentionedUnread: mentionsIn(unread),
  }
  return analyzers.flatMap(find => find(context))
}

function mentionsIn(unread: SourceTexts): AnalysisContext['isMentionedUnread'] {
  return (name, { file, start, end }) =>
    [...unread].some(([path, text]) => {
      for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
        if (path !== file || at < start.offset || at >= end.offset) return true
      }
      return false
    })
}
