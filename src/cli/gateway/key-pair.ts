/** A certificate and its key, in PEM. */
export interface KeyPair {
  readonly chain: string
  readonly key: string
}
