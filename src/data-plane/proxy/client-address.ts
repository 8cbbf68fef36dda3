/**
 * The address of the client: the peer's, or, behind so many trusted proxies, what the outermost of them wrote down.
 * Of `x-forwarded-for` only the entries from the right are worth anything: those further left are the client's own
 * words. Where the list is too short, the peer stands for the client.
 *
 * Source: Envoy's `xff_num_trusted_hops`, which Istio sets by `gatewayTopology.numTrustedProxies`.
 *
 * @param peer the other end of the connection, as the runtime knows it
 */
export function clientAddress(
  peer: string | undefined,
  forwardedFor: string | null,
  trustedHops: number,
): string | undefined {
  if (trustedHops === 0 || forwardedFor === null) return peer
  const written = forwardedFor.split(',').at(-trustedHops)?.trim()
  return written !== undefined && isAddress(written) ? written : peer
}

/** Close enough for something that a trusted proxy wrote: digits and dots, or hexadecimal digits and colons. */
function isAddress(text: string): boolean {
  return /^\d{1,3}(?:\.\d{1,3}){3}$/.test(text) || (/^[0-9A-Fa-f:.]{2,45}$/.test(text) && text.includes(':'))
}
