import type { Server } from './gateway-servers.ts'

type ServerTls = NonNullable<Server['tls']>

/** Whether a server asks its clients for certificates, which an authority of the operator's has issued. */
export function asksForCertificate(tls: ServerTls | undefined): boolean {
  return tls?.mode === 'MUTUAL' || tls?.mode === 'OPTIONAL_MUTUAL'
}

/** Fields that narrow whose certificate is admitted by what no runtime knows of one. */
export const unverifiedFields = ['subjectAltNames', 'verifyCertificateSpki', 'caCrl'] as const

/** Those of them that a server narrows by. */
export function unverifiedIn(tls: ServerTls): (typeof unverifiedFields)[number][] {
  return asksForCertificate(tls) ? unverifiedFields.filter(field => (tls[field]?.length ?? 0) > 0) : []
}
