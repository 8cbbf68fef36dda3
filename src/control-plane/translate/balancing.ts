import { type Balancing, type HashKey, largestRing } from '../../fib/balancing.ts'
import type { ConsistentHash, PolicyParts } from './traffic-policy.ts'

const defaultRingSize = 1024

/**
 * How endpoints are chosen; undefined where that is as by default. Source: Istio's applyLoadBalancer and
 * ApplyRingHashLoadBalancer.
 */
export function lowerBalancing({
  simple,
  consistentHash,
}: NonNullable<PolicyParts['loadBalancer']>): Balancing | undefined {
  if (consistentHash) return lowerHashing(consistentHash)
  if (simple === 'ROUND_ROBIN') return { kind: 'round-robin' }
  return simple === 'RANDOM' ? { kind: 'random' } : undefined
}

function lowerHashing({ ringHash, maglev, minimumRingSize }: ConsistentHash): Balancing {
  if (maglev) return { kind: 'maglev', size: maglev.tableSize }
  const minSize = (ringHash ? ringHash.minimumRingSize : minimumRingSize) || defaultRingSize
  return { kind: 'ring', minSize: Math.min(minSize, largestRing) }
}

/** What makes the key of a request; undefined where nothing does. Source: Istio's consistentHashToHashPolicy. */
export function lowerHashKey(written: ConsistentHash): HashKey | undefined {
  const { httpHeaderName, httpCookie, useSourceIp, httpQueryParameterName } = written
  if (httpHeaderName) return { kind: 'header', name: httpHeaderName.toLowerCase() }
  if (httpQueryParameterName) return { kind: 'query', name: httpQueryParameterName }
  if (useSourceIp) return { kind: 'client-address' }
  if (!httpCookie) return undefined
  const { name, path, ttl, attributes } = httpCookie
  return {
    kind: 'cookie',
    name,
    ...(ttl !== undefined && { ttlSeconds: Math.floor(ttl / 1000) }),
    ...(path && { path }),
    ...(attributes.length > 0 && {
      attributes: attributes.map(each => (each.value ? `${each.name}=${each.value}` : each.name)),
    }),
  }
}
