import { enumeration } from '../schema/enumeration.ts'
import { type Decoded, listOf, message } from '../schema/message.ts'
import type { Report } from '../schema/problem.ts'
import { text, truth } from '../schema/scalar-field.ts'

const versions = enumeration({ TLS_AUTO: 0, TLSV1_0: 1, TLSV1_1: 2, TLSV1_2: 3, TLSV1_3: 4 })

/** Source: Istio ServerTLSSettings, validateTLSOptions. Without a mode it is PASSTHROUGH. */
export const serverTls = message(
  'ServerTLSSettings',
  {
    httpsRedirect: truth.optional(),
    mode: enumeration({
      PASSTHROUGH: 0,
      SIMPLE: 1,
      MUTUAL: 2,
      AUTO_PASSTHROUGH: 3,
      ISTIO_MUTUAL: 4,
      OPTIONAL_MUTUAL: 5,
    }).optional(),
    serverCertificate: text.optional(),
    privateKey: text.optional(),
    caCertificates: text.optional(),
    caCrl: text.optional(),
    credentialName: text.optional(),
    credentialNames: listOf(text),
    caCertCredentialName: text.optional(),
    tlsCertificates: listOf(
      message('ServerTLSSettings.TLSCertificate', {
        serverCertificate: text.optional(),
        privateKey: text.optional(),
        caCertificates: text.optional(),
      }),
    ),
    subjectAltNames: listOf(text),
    verifyCertificateSpki: listOf(text),
    verifyCertificateHash: listOf(text),
    minProtocolVersion: versions.optional(),
    maxProtocolVersion: versions.optional(),
    cipherSuites: listOf(text),
    insecureSkipVerify: truth.optional(),
  },
  { mainField: 'mode', values: (tls, report) => checkCertificates(tls, report) },
)

export type ServerTls = Decoded<typeof serverTls>

function checkCertificates(tls: ServerTls, report: Report): void {
  const isMutual = tls.mode === 'MUTUAL' || tls.mode === 'OPTIONAL_MUTUAL'
  if (tls.mode === 'ISTIO_MUTUAL') {
    const fields = ['serverCertificate', 'privateKey', 'caCertificates', 'credentialName'] as const
    for (const field of fields.filter(name => tls[name])) {
      report({ code: 'SB2005', message: `\`mode: ISTIO_MUTUAL\` has no \`${field}\``, at: [field], meansKey: true })
    }
  } else if (tls.mode === 'SIMPLE' || isMutual) {
    checkSources(tls, isMutual, report)
  }
}

/** A certificate comes from one place, and is whole there. */
function checkSources(tls: ServerTls, isMutual: boolean, report: Report): void {
  const sources = [
    tls.credentialName ? 'credentialName' : '',
    tls.credentialNames.length > 0 ? 'credentialNames' : '',
    tls.serverCertificate || tls.privateKey ? 'serverCertificate' : '',
    tls.tlsCertificates.length > 0 ? 'tlsCertificates' : '',
  ].filter(Boolean)
  const [first, second] = sources
  if (second !== undefined) {
    report({
      code: 'SB2005',
      message: `\`${first}\` and \`${second}\` exclude each other`,
      at: [second],
      meansKey: true,
    })
    return
  }
  if (first === 'credentialName' || first === 'credentialNames') return
  const certificates = first === 'tlsCertificates' ? tls.tlsCertificates : [tls]
  for (const [index, certificate] of certificates.entries()) {
    const at = first === 'tlsCertificates' ? ['tlsCertificates', index] : []
    const missing = (['serverCertificate', 'privateKey'] as const).find(field => !certificate[field])
    if (!missing) continue
    const missed = ['credentialName', missing]
    report({
      code: 'SB2003',
      message: `TLS needs \`credentialName\`, or \`${missing}\``,
      help: 'add `credentialName:` with the name of the certificate',
      missed,
      at,
    })
  }
  const hasAuthority =
    tls.caCertificates || tls.caCertCredentialName || tls.tlsCertificates.some(each => each.caCertificates)
  if (isMutual && !hasAuthority) {
    report({
      code: 'SB2003',
      message: 'mutual TLS needs `caCertificates`',
      missed: ['credentialName', 'caCertificates'],
    })
  }
  if (tls.caCrl && !isMutual) {
    report({ code: 'SB2005', message: '`caCrl` is for mutual TLS', at: ['caCrl'], meansKey: true })
  }
}
