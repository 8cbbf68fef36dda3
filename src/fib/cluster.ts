import type { Balancing } from './balancing.ts'
import type { ClusterLimits } from './cluster-limits.ts'
import type { OutlierDetection } from './outlier-detection.ts'
import type { Scheme } from './request-head.ts'

/** An upstream: a host, a port and perhaps a subset, with the endpoints that serve it. */
export interface Cluster {
  /** As Envoy names it under Istio: `outbound|443|v2|reviews.example.com`. */
  readonly name: string
  /**
   * False where a route names a host, port or subset that no resource declares: every request is then answered
   * 503 (`NC`). A known cluster without endpoints is answered 503 (`UH`).
   */
  readonly isKnown: boolean
  readonly endpoints: readonly Endpoint[]
  /** Absent: `defaultBalancing`. */
  readonly balancing?: Balancing
  readonly outlierDetection?: OutlierDetection
  readonly limits?: ClusterLimits
  /** Until a connection to an endpoint has to stand; absent: as long as the runtime allows. */
  readonly connectTimeoutMs?: number
}

/** One address that can be dialled. */
export interface Endpoint {
  readonly scheme: Scheme
  /** A host name or an IP address, IPv6 without brackets. */
  readonly address: string
  readonly port: number
  /** Relative to the cluster's other endpoints; at least 1. */
  readonly weight: number
}

/** The name of a cluster as Envoy writes it under Istio. `subset` is empty where the whole host is meant. */
export function clusterName(host: string, port: number, subset: string): string {
  return `outbound|${port}|${subset}|${host}`
}

/** The host and port of an endpoint as a URL writes them, IPv6 addresses in brackets. */
export function endpointAuthority({ address, port }: Endpoint): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}
