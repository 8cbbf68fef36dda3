import { normalizeFingerprint } from '../../fib/client-certificate.ts'
import type { GatewayResource } from '../config/resource.ts'
import type { Listener } from '../ir/rib.ts'

type Server = GatewayResource['spec']['servers'][number]
type ServerTls = NonNullable<Server['tls']>

/** Whether a server asks its clients for certificates, which an authority of the operator's has issued. */
export function asksForCertificate(tls: ServerTls | undefined): boolean {
  return tls?.mode === 'MUTUAL' || tls?.mode === 'OPTIONAL_MUTUAL'
}

/** Fields that narrow whose certificate gets in by what no runtime tells of one. */
export const unverifiedFields = ['subjectAltNames', 'verifyCertificateSpki', 'caCrl'] as const

/** Those of them that a server narrows by. */
export function unverifiedIn(tls: ServerTls): (typeof unverifiedFields)[number][] {
  return asksForCertificate(tls) ? unverifiedFields.filter(field => (tls[field]?.length ?? 0) > 0) : []
}

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
