import { normalizeFingerprint } from '../../fib/client-certificate.ts'
import type { Listener } from '../ir/rib.ts'
import { asksForCertificate, unverifiedIn } from '../resolve/client-certificate.ts'
import type { Server } from '../resolve/gateway-servers.ts'

/**
 * Whose certificate a server lets in: nobody's where it asks for what cannot be checked. It is a listener all the same:
 * without it, requests for its hosts would come in by another one. A hash that is none meets no certificate.
 */
export function certificateTerms({ tls }: Server): Pick<Listener, 'requiresCertificate' | 'certificateHashes'> {
  if (!tls) return {}
  if (tls.mode === 'ISTIO_MUTUAL' || unverifiedIn(tls).length > 0) {
    return { requiresCertificate: true, certificateHashes: [] }
  }
  if (!asksForCertificate(tls)) return {}
  const hashes = new Set(tls.verifyCertificateHash.flatMap(written => normalizeFingerprint(written) ?? []))
  return {
    ...(tls.mode === 'MUTUAL' && { requiresCertificate: true }),
    ...(tls.verifyCertificateHash.length > 0 && { certificateHashes: [...hashes] }),
  }
}
