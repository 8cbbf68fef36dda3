import type { ClusterLimits } from '../../fib/cluster-limits.ts'
import type { PolicyParts } from './traffic-policy.ts'

/**
 * What limits a cluster; undefined where nothing does. 0 is no limit.
 *
 * Source: Istio's applyConnectionPool. Its names are of HTTP versions; Envoy applies all of them to both.
 */
export function lowerLimits({ tcp, http }: NonNullable<PolicyParts['connectionPool']>): ClusterLimits | undefined {
  const limits: ClusterLimits = {
    ...(http?.http2MaxRequests && { maxRequests: http.http2MaxRequests }),
    ...(tcp?.maxConnections && { maxConnections: tcp.maxConnections }),
    ...(http?.http1MaxPendingRequests && { maxWaiting: http.http1MaxPendingRequests }),
    ...(http?.maxRetries && { maxRetries: http.maxRetries }),
  }
  return Object.keys(limits).length === 0 ? undefined : limits
}
