import { type Diagnostic, diagnose } from '../../diagnostics/diagnostic.ts'
import { isHttpProtocol } from '../config/istio/scalar/port.ts'
import type { AnyResource, GatewayResource } from '../config/resource.ts'
import { type FieldPath, formatPath } from '../config/yaml/field-path.ts'
import type { AnalysisContext } from './context.ts'

/** The cipher suites that Istio hands to Envoy, in OpenSSL's names. Source: Istio security.ValidCipherSuites. */
const cipherSuites = new Set([
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
  'ECDHE-ECDSA-AES128-SHA',
  'ECDHE-RSA-AES128-SHA',
  'ECDHE-ECDSA-AES256-SHA',
  'ECDHE-RSA-AES256-SHA',
  'AES128-GCM-SHA256',
  'AES256-GCM-SHA384',
  'AES128-SHA',
  'AES256-SHA',
  'DES-CBC3-SHA',
])

/** Values that Istio takes and leaves aside, with a warning (SB2010). Source: Istio's validation. */
export function findIgnoredValues({ config }: AnalysisContext): Diagnostic[] {
  return [
    ...config.gateways.flatMap(oddCipherSuites),
    ...config.destinationRules.flatMap(rule => {
      const selector = rule.spec.workloadSelector
      if (!selector || Object.keys(selector.matchLabels).length > 0) return []
      return [
        finding(rule, ['spec', 'workloadSelector'], {
          message: 'the `workloadSelector` has no labels',
          why: 'it selects every workload: the rule is for all workloads of its namespace',
          help: 'write `matchLabels`, or remove it',
        }),
      ]
    }),
    ...config.serviceEntries.flatMap(entry => {
      const { hosts, addresses, ports } = entry.spec
      const isShared = hosts.length > 1 && addresses.length > 0 && ports.some(port => !isHttpProtocol(port.protocol))
      if (!isShared) return []
      return [
        finding(entry, ['spec', 'hosts'], {
          message: `${hosts.length} hosts share addresses and a port that is not HTTP`,
          why: 'such traffic does not name its host, so all of it goes to one of them',
          help: 'write a ServiceEntry for each host',
        }),
      ]
    }),
  ]
}

function oddCipherSuites(gateway: GatewayResource): Diagnostic[] {
  return gateway.spec.servers.flatMap(({ tls }, index) => {
    const seen = new Set<string>()
    return (tls?.cipherSuites ?? []).flatMap((name, at) => {
      const isDouble = seen.has(name)
      seen.add(name)
      // What starts with an operator, such as `[A|B]`, is handed on as it stands.
      const isKnown = name === '' || name === 'ALL' || !/^[A-Za-z0-9]/.test(name) || cipherSuites.has(name)
      if (isKnown && !isDouble) return []
      return [
        finding(gateway, ['spec', 'servers', index, 'tls', 'cipherSuites', at], {
          message: isDouble ? `the cipher suite "${name}" is listed twice` : `"${name}" is not a known cipher suite`,
          why: 'Istio drops it from the list',
          help: isDouble ? 'remove one of them' : "write one of OpenSSL's names, such as ECDHE-RSA-AES128-GCM-SHA256",
        }),
      ]
    })
  })
}

function finding(
  resource: AnyResource,
  path: FieldPath,
  words: Pick<Diagnostic, 'message' | 'why' | 'help'>,
): Diagnostic {
  const isItem = typeof path.at(-1) === 'number'
  return diagnose('SB2010', {
    ...words,
    span: isItem ? resource.spanOf(path) : resource.keySpanOf(path),
    path: formatPath(path),
    resource: resource.title,
  })
}
