/**
 * When an endpoint that fails is left out for a while ("ejected"). Counts are of failures in a row; absent: these
 * failures eject none. A response from 500 to 599 is a server error; of these, 502 to 504 are gateway errors, too.
 */
export interface OutlierDetection {
  readonly serverErrors?: number
  readonly gatewayErrors?: number
  /**
   * Failures to get any answer. Absent: they count as the answers that a client gets for them, 503, or 504 where time
   * is up.
   */
  readonly localFailures?: number
  /** How often it is looked whether somebody may come back. */
  readonly intervalMs: number
  /** An ejection lasts as long, times how often it has come to that lately. */
  readonly baseEjectionMs: number
  /** Nobody is ejected where more of a cluster would be out than that. */
  readonly maxEjectionPercent: number
  /** Where fewer are left, all endpoints are used, whatever they do. */
  readonly minHealthPercent: number
}
