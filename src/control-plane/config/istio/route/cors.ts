import { enumeration } from '../../schema/enumeration.ts'
import { listOf, message } from '../../schema/message.ts'
import { requiredTextThat, text, truth, wordOf } from '../../schema/scalar-field.ts'
import { durationInSeconds } from '../scalar/duration.ts'
import { checkCorsHeader } from '../scalar/header-name.ts'
import { originMatch } from './string-match.ts'

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE']

/** A method, or `*` for any. */
const method = wordOf(['*', ...methods], (name, report) => {
  const upper = name.toUpperCase()
  const help = methods.includes(upper)
    ? `methods are case-sensitive: write ${upper}`
    : `write one of ${methods.join(', ')}`
  report({ code: 'SB2004', message: `"${name}" is not an HTTP method`, help })
})

const headerName = requiredTextThat(checkCorsHeader)

/** Source: Istio CorsPolicy, validateCORSPolicy. */
export const corsPolicy = message(
  'CorsPolicy',
  {
    allowOrigins: listOf(originMatch),
    allowOrigin: listOf(text),
    allowMethods: listOf(method),
    allowHeaders: listOf(headerName),
    exposeHeaders: listOf(headerName),
    maxAge: durationInSeconds.optional(),
    allowCredentials: truth.optional(),
    unmatchedPreflights: enumeration({ UNSPECIFIED: 0, FORWARD: 1, IGNORE: 2 }).optional(),
  },
  { deprecated: { allowOrigin: 'write `allowOrigins`, each as `exact`, `prefix` or `regex`' } },
)
