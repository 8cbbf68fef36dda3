/** How one of the endpoints of a cluster is chosen for an attempt. A ring or a Maglev table leads a key to its endpoint. */
export type Balancing = PlainBalancing | KeyedBalancing
export interface PlainBalancing {
  readonly kind: 'least-request' | 'round-robin' | 'random'
}
export type KeyedBalancing =
  | { readonly kind: 'ring'; readonly minSize: number }
  | { readonly kind: 'maglev'; readonly size: number }

/**
 * How many places a ring has at most, whatever the policy says: making these takes 0.4 s, while nothing else comes to its
 * turn. Envoy goes up to 8,388,608, beside which an isolate has room for nothing.
 */
export const largestRing = 131_072

/** That of a cluster that says nothing else. Source: Istio LoadBalancerSettings.simple, UNSPECIFIED. */
export const defaultBalancing: PlainBalancing = { kind: 'least-request' }

/** Whether requests with the same key go to the same endpoint. */
export function isByKey(balancing: Balancing): balancing is KeyedBalancing {
  return balancing.kind === 'ring' || balancing.kind === 'maglev'
}

/** What of a request is its key. Names of headers are in lower case. */
export type HashKey =
  | { readonly kind: 'header' | 'query'; readonly name: string }
  | { readonly kind: 'client-address' }
  | CookieKey

export interface CookieKey {
  readonly kind: 'cookie'
  readonly name: string
  /** Given to who has no such cookie; absent: none is given, and the request has no key. 0: until the browser closes. */
  readonly ttlSeconds?: number
  readonly path?: string
  /** Further attributes, as they are written: `SameSite=Lax`. */
  readonly attributes?: readonly string[]
}
