import { type Decoded, message } from '../../schema/message.ts'
import type { Report } from '../../schema/problem.ts'
import { text, textThat, truth } from '../../schema/scalar-field.ts'
import { gatewayNames } from '../scalar/gateway-name.ts'
import { checkMatchedHeader } from '../scalar/header-name.ts'
import { isDnsLabel } from '../scalar/host.ts'
import { labels } from '../scalar/label.ts'
import { optionalPort } from '../scalar/port.ts'
import { headerMatches, plainMatch, queryMatches, uriMatch, withoutHeaderMatches } from './string-match.ts'

const namespaceName = textThat((name, report) => {
  if (name !== '' && !isDnsLabel(name)) {
    report({
      code: 'SB2004',
      message: `"${name}" is not a namespace`,
      help: 'write letters, digits and inner hyphens',
    })
  }
})

/** One block of conditions that must all hold. Source: Istio HTTPMatchRequest. */
export const httpMatch = message(
  'HTTPMatchRequest',
  {
    name: text.optional(),
    uri: uriMatch.optional(),
    scheme: plainMatch.optional(),
    method: plainMatch.optional(),
    authority: plainMatch.optional(),
    headers: headerMatches(checkMatchedHeader),
    withoutHeaders: withoutHeaderMatches(checkMatchedHeader),
    queryParams: queryMatches,
    ignoreUriCase: truth.optional(),
    port: optionalPort,
    sourceLabels: labels,
    sourceNamespace: namespaceName.optional(),
    gateways: gatewayNames,
    statPrefix: text.optional(),
  },
  {
    values({ headers, withoutHeaders }, report) {
      checkNamesOnce('headers', headers, report)
      checkNamesOnce('withoutHeaders', withoutHeaders, report)
    },
  },
)

export type HttpMatch = Decoded<typeof httpMatch>

/** Header names are case-insensitive (RFC 9110 §5.1): two spellings are two conditions on one header. */
function checkNamesOnce(field: string, matches: Readonly<Record<string, unknown>>, report: Report): void {
  const names = Object.keys(matches)
  if (names.length < 2) return
  const first = new Map<string, string>()
  for (const name of names) {
    const other = first.get(name.toLowerCase())
    if (other === undefined) first.set(name.toLowerCase(), name)
    else {
      report({
        code: 'SB2005',
        message: `"${name}" and "${other}" are the same header`,
        help: 'keep one of them, or write one regex',
        at: [field, name],
        meansKey: true,
      })
    }
  }
}
