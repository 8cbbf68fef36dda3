import { isJwtClaim } from '../config/istio/scalar/header-name.ts'
import type { VirtualServiceResource } from '../config/resource.ts'
import type { HttpMatch } from './http-rule.ts'
import { type Identity, selects } from './identity.ts'

/** The listener that a rule is looked at from: it may apply to some listeners only. */
export interface RulePlace {
  /** `namespace/name` of the Gateway, or `mesh` for the default listener. */
  readonly gateway: string
  readonly port?: number
}

/**
 * What is decided once for a listener: its port, its Gateway, and whether this edge is the client that is meant.
 * With `gateways`, sourceLabels and sourceNamespace are not looked at. Source: Istio's sourceMatchHTTP.
 */
export function appliesHere(
  match: HttpMatch,
  { namespace }: VirtualServiceResource,
  { gateway, port, identity }: RulePlace & { readonly identity: Identity },
): boolean {
  if (match.port !== undefined && port !== undefined && match.port !== port) return false
  // No JWT is verified here: a match on its claims can neither be granted nor taken for absent.
  if ([...Object.keys(match.headers), ...Object.keys(match.withoutHeaders)].some(isJwtClaim)) return false
  if (match.gateways.length > 0) return match.gateways.some(name => qualifiedGateway(name, namespace) === gateway)
  if (!selects(match.sourceLabels, identity.labels)) return false
  return !match.sourceNamespace || match.sourceNamespace === identity.namespace
}

/** `namespace/name` of a Gateway as a VirtualService of `namespace` names it; `mesh` stays itself. */
export function qualifiedGateway(name: string, namespace: string): string {
  return name === 'mesh' || name.includes('/') ? name : `${namespace}/${name}`
}
