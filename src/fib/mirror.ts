/** A cluster that gets copies of a share of the requests; its answers go nowhere. */
export interface Mirror<ClusterKey> {
  readonly cluster: ClusterKey
  /** From above 0 to 100. */
  readonly percent: number
}
