import { normalizeFingerprint } from '../../fib/client-certificate.ts'
import type { RequestHead } from '../../fib/request-head.ts'
import type { Listener } from '../ir/rib.ts'

/** Why a listener does not let a client in: nobody gets in there, or not with the certificate that was shown. */
export type CertificateFault =
  | { readonly kind: 'closed' }
  | { readonly kind: 'missing' }
  | { readonly kind: 'not-named'; readonly shown: string | undefined; readonly named: readonly string[] }

/**
 * What is wrong with the client certificate of a request at a listener; undefined where it gets in. A certificate that
 * the runtime does not vouch for is none. The definition that the compiled table is held to.
 */
export function certificateFault(
  { requiresCertificate = false, certificateHashes: named }: Listener,
  { client = {} }: RequestHead,
): CertificateFault | undefined {
  if (requiresCertificate && named?.length === 0) return { kind: 'closed' }
  if (client['cert-verified'] !== 'true') return requiresCertificate ? { kind: 'missing' } : undefined
  if (named === undefined) return undefined
  const shown = normalizeFingerprint(client['cert-sha256'] ?? '')
  return shown !== undefined && named.includes(shown) ? undefined : { kind: 'not-named', shown, named }
}
