import type { z } from 'zod'
import { enumeration } from '../../schema/enumeration.ts'
import { message } from '../../schema/message.ts'
import { scalarField, text, wholeNumber, wordOf } from '../../schema/scalar-field.ts'
import { portNumber } from '../scalar/port.ts'

const codes = [301, 302, 303, 307, 308]
const anyCode = wholeNumber()

/** Envoy knows five redirects; 304 has no Location, and the others are not in use (RFC 9110 §15.4). */
const redirectCode = scalarField<number | undefined>({ type: 'integer', enum: codes }, (written, report) => {
  const parsed = anyCode.safeParse(written)
  if (!parsed.success) report({ code: 'SB2002', expected: 'a whole number' })
  else if (parsed.data !== 0 && !codes.includes(parsed.data)) {
    report({ code: 'SB2004', message: `${parsed.data} is not a redirect`, help: `write one of ${codes.join(', ')}` })
  }
  return parsed.data || undefined
})

const scheme = wordOf(['http', 'https'], (written, report) => {
  if (written !== '') {
    report({ code: 'SB2004', message: `"${written}" is not a scheme to redirect to`, help: 'write http or https' })
  }
}) as z.ZodType<'http' | 'https' | ''>

/** Source: Istio HTTPRedirect, validateHTTPRedirect. */
export const redirect = message(
  'HTTPRedirect',
  {
    uri: text.optional(),
    prefixRewrite: text.optional(),
    authority: text.optional(),
    port: portNumber.optional(),
    derivePort: enumeration({ FROM_PROTOCOL_DEFAULT: 0, FROM_REQUEST_PORT: 1 }).optional(),
    scheme: scheme.transform(name => (name === '' ? undefined : name)).optional(),
    redirectCode: redirectCode.optional(),
  },
  {
    mainField: 'uri',
    needs: [
      {
        oneOf: ['uri', 'prefixRewrite', 'authority', 'port', 'derivePort', 'scheme'],
        message: 'a redirect needs one of `uri`, `prefixRewrite`, `authority`, `scheme` and `port`',
      },
    ],
    presence(has, report) {
      const excluding = { code: 'SB2005', meansKey: true } as const
      if (has('uri') && has('prefixRewrite')) {
        report({ ...excluding, message: '`uri` and `prefixRewrite` exclude each other', at: ['prefixRewrite'] })
      }
      if (has('port') && has('derivePort')) {
        report({ ...excluding, message: '`port` and `derivePort` exclude each other', at: ['derivePort'] })
      }
    },
  },
)
