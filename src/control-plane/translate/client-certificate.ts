import { type ClientCertificateGuard, normalizeFingerprint } from '../../fib/guard.ts'
import { asksForCertificate, unverifiedIn } from '../resolve/client-certificate.ts'
import type { Server } from '../resolve/gateway-servers.ts'

/**
 * Whose certificate a server admits: none where it requires what cannot be checked. It is a listener all the same:
 * without it, requests for its hosts would come in by another one. A hash that is none meets no certificate. Undefined
 * where it admits everybody.
 */
export function certificateGuard({ tls }: Server): ClientCertificateGuard | undefined {
  if (!tls) return undefined
  const kind = 'client-certificate'
  if (tls.mode === 'ISTIO_MUTUAL' || unverifiedIn(tls).length > 0) return { kind, isRequired: true, hashes: [] }
  if (!asksForCertificate(tls)) return undefined
  const isRequired = tls.mode === 'MUTUAL'
  if (tls.verifyCertificateHash.length === 0) return isRequired ? { kind, isRequired } : undefined
  const hashes = new Set(tls.verifyCertificateHash.flatMap(written => normalizeFingerprint(written) ?? []))
  return { kind, isRequired, hashes: [...hashes] }
}
