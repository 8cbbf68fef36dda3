import { enumeration } from '../../schema/enumeration.ts'
import { listOf, message } from '../../schema/message.ts'
import { text, truth } from '../../schema/scalar-field.ts'

/** Source: Istio ClientTLSSettings, ValidateTLS. Without a mode it is DISABLE. */
export const clientTls = message(
  'ClientTLSSettings',
  {
    mode: enumeration({ DISABLE: 0, SIMPLE: 1, MUTUAL: 2, ISTIO_MUTUAL: 3 }).optional(),
    clientCertificate: text.optional(),
    privateKey: text.optional(),
    caCertificates: text.optional(),
    credentialName: text.optional(),
    subjectAltNames: listOf(text),
    sni: text.optional(),
    insecureSkipVerify: truth.optional(),
    caCrl: text.optional(),
  },
  {
    mainField: 'mode',
    values(tls, report) {
      const isSimple = tls.mode === 'SIMPLE'
      const isMutual = tls.mode === 'MUTUAL'
      if (tls.insecureSkipVerify && (isSimple || isMutual)) {
        const idle = [
          tls.caCertificates ? 'caCertificates' : '',
          tls.credentialName && isSimple ? 'credentialName' : '',
          tls.subjectAltNames.length > 0 ? 'subjectAltNames' : '',
        ].find(Boolean)
        if (idle) {
          const message = `\`insecureSkipVerify\` and \`${idle}\` exclude each other`
          report({ code: 'SB2005', message, at: ['insecureSkipVerify'], meansKey: true })
        }
      }
      if (tls.credentialName && (isSimple || isMutual)) {
        const files = ['clientCertificate', 'caCertificates', 'privateKey', 'caCrl'] as const
        const other = files.find(field => tls[field])
        if (other) {
          const message = `\`credentialName\` and \`${other}\` exclude each other`
          report({ code: 'SB2005', message, at: [other], meansKey: true })
        }
        return
      }
      for (const field of ['clientCertificate', 'privateKey'] as const) {
        if (!isMutual || tls[field]) continue
        const message = `mutual TLS needs \`${field}\`, or a \`credentialName\``
        report({ code: 'SB2003', message, missed: [field] })
        break
      }
    },
  },
)
