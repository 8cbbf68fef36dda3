import { type Diagnostic, diagnose } from '../../diagnostics/diagnostic.ts'
import { normalizeFingerprint } from '../../fib/guard.ts'
import { runtimes } from '../../fib/runtime.ts'
import { isJwtClaim } from '../config/istio/scalar/header-name.ts'
import type {
  AnyResource,
  DestinationRuleResource,
  GatewayResource,
  VirtualServiceResource,
} from '../config/resource.ts'
import { type FieldPath, formatPath } from '../config/yaml/field-path.ts'
import { rememberedAs } from '../memory/remembered.ts'
import { asksForCertificate, unverifiedIn } from '../resolve/client-certificate.ts'
import { httpProtocol } from '../resolve/gateway-servers.ts'
import { isPseudoHeader } from '../resolve/http-rule.ts'
import { selects } from '../resolve/identity.ts'
import type { AnalysisContext } from './context.ts'

/**
 * Values that say who may come in, or where traffic goes, and that cannot be acted on: a condition on a claim of a JWT
 * that nobody has verified, what nobody knows of a client certificate (SB6002); servers that do not speak HTTP, client
 * certificates for an endpoint (SB6001); rules for other clients than this edge (SB6003); client certificates that
 * Cloudflare verifies by settings of its own (SB6006).
 */
export function findUnenforced(context: AnalysisContext): Diagnostic[] {
  const { virtualServices, gateways, destinationRules } = context.config
  return [
    ...virtualServices.flatMap(each => [...odd(each).names, ...rulesForOthers(each, context)]),
    ...gateways.flatMap(gateway => [...serversNotServed(gateway), ...clientGuards(gateway, context)]),
    ...destinationRules.flatMap(clientCertificates),
  ]
}

function at(resource: AnyResource, path: FieldPath) {
  return { span: resource.spanOf(path), path: formatPath(path), resource: resource.title }
}

function matchesOf({ spec }: VirtualServiceResource) {
  return spec.http.flatMap((rule, ruleIndex) =>
    rule.match.map((match, index) => ({ match, path: ['spec', 'http', ruleIndex, 'match', index] as FieldPath })),
  )
}

/** What can be said of a VirtualService by itself, and the matches that ask who the client is. */
const odd = rememberedAs('unenforced', (virtualService: VirtualServiceResource) => ({
  names: [...jwtClaims(virtualService), ...ignoredNames(virtualService)],
  // With `gateways`, Istio does not look at who the client is.
  asking: matchesOf(virtualService).filter(
    ({ match }) => match.gateways.length === 0 && (match.sourceNamespace || Object.keys(match.sourceLabels).length > 0),
  ),
}))

function jwtClaims(virtualService: VirtualServiceResource): Diagnostic[] {
  return matchesOf(virtualService).flatMap(({ match, path }) =>
    (['headers', 'withoutHeaders'] as const).flatMap(field =>
      Object.keys(match[field])
        .filter(isJwtClaim)
        .map(name =>
          diagnose('SB6002', {
            message: `the claim "${name}" cannot be checked: no JWT is verified here`,
            why: 'the match never applies, so that it admits nobody',
            help: 'verify the token in front of the gateway, and match a header that it sets',
            ...at(virtualService, [...path, field, name]),
            span: virtualService.keySpanOf([...path, field, name]),
          }),
        ),
    ),
  )
}

/** Istio ignores these names among headers: they have conditions of their own. */
function ignoredNames(virtualService: VirtualServiceResource): Diagnostic[] {
  return matchesOf(virtualService).flatMap(({ match, path }) =>
    (['headers', 'withoutHeaders'] as const).flatMap(field =>
      Object.keys(match[field])
        .filter(isPseudoHeader)
        .map(name =>
          diagnose('SB6007', {
            message: `\`${name}\` is not a header, and is ignored in this list`,
            why: 'the rule matches as if it were not there',
            help: `write \`${name}\` as a separate condition, beside \`${field}\``,
            ...at(virtualService, [...path, field, name]),
            span: virtualService.keySpanOf([...path, field, name]),
          }),
        ),
    ),
  )
}

function rulesForOthers(virtualService: VirtualServiceResource, { identity }: AnalysisContext): Diagnostic[] {
  return odd(virtualService).asking.flatMap(({ match, path }) => {
    const isOther = !selects(match.sourceLabels, identity.labels)
    const isElsewhere = match.sourceNamespace !== undefined && match.sourceNamespace !== identity.namespace
    const field = isOther ? 'sourceLabels' : isElsewhere && match.sourceNamespace ? 'sourceNamespace' : undefined
    if (!field) return []
    return [
      diagnose('SB6003', {
        message: `\`${field}\` does not select this edge, so the match never applies`,
        help: `the edge is in the namespace ${identity.namespace}, with ${describeLabels(identity.labels)}`,
        ...at(virtualService, [...path, field]),
      }),
    ]
  })
}

function describeLabels(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${value}`)
  return pairs.length === 0 ? 'no labels' : `the labels ${pairs.join(', ')}`
}

function serversNotServed(gateway: GatewayResource): Diagnostic[] {
  return gateway.spec.servers.flatMap((server, index) => {
    const path = ['spec', 'servers', index]
    if (server.port.protocol === 'HTTPS' && server.tls?.mode === 'ISTIO_MUTUAL') {
      return [
        diagnose('SB6002', {
          message: '`mode: ISTIO_MUTUAL` requires certificates of the mesh, which cannot be verified here',
          why: 'the server rejects every client (403)',
          help: 'write `mode: MUTUAL` with your own CA, or `mode: SIMPLE` to admit everybody',
          ...at(gateway, [...path, 'tls', 'mode']),
        }),
      ]
    }
    const isHttps = server.port.protocol === 'HTTPS'
    if (httpProtocol(server) || !server.port.protocol) return []
    return [
      diagnose('SB6001', {
        message: isHttps ? `TLS is not passed through yet` : `servers for ${server.port.protocol} have no effect yet`,
        why: 'nothing listens on its port',
        help: 'only servers for HTTP, and for HTTPS with `mode: SIMPLE`, `MUTUAL` or `OPTIONAL_MUTUAL`, are served',
        ...(isHttps && server.tls?.mode
          ? at(gateway, [...path, 'tls', 'mode'])
          : at(gateway, [...path, 'port', 'protocol'])),
      }),
    ]
  })
}

/** What a server asks of client certificates, as far as nobody here can answer it. */
function clientGuards(gateway: GatewayResource, { target }: AnalysisContext): Diagnostic[] {
  return gateway.spec.servers.flatMap(({ port, tls }, index) => {
    if (port.protocol !== 'HTTPS' || !tls || !asksForCertificate(tls)) return []
    const path = ['spec', 'servers', index, 'tls']
    const unverified = unverifiedIn(tls).map(field =>
      diagnose('SB6002', {
        message: `\`${field}\` cannot be checked: this property of a client certificate is not known here`,
        why: 'the server rejects every client (403)',
        help: 'list the admitted certificates in `verifyCertificateHash`',
        ...at(gateway, [...path, field]),
        span: gateway.keySpanOf([...path, field]),
      }),
    )
    const hashes = [...tls.verifyCertificateHash.entries()]
      .filter(([, hash]) => normalizeFingerprint(hash) === undefined)
      .map(([hashIndex, hash]) =>
        diagnose('SB6002', {
          message: `"${hash}" is not the SHA-256 of a certificate`,
          why: 'no certificate matches it, so that it admits nobody',
          help: 'write its 64 hexadecimal digits: openssl x509 -noout -fingerprint -sha256',
          ...at(gateway, [...path, 'verifyCertificateHash', hashIndex]),
        }),
      )
    const isByZone = runtimes[target].tls === 'zone' && unverified.length === 0
    return [...unverified, ...hashes, ...(isByZone ? [zoneVerifies(gateway, [...path, 'mode'], tls.mode)] : [])]
  })
}

function zoneVerifies(gateway: GatewayResource, path: FieldPath, mode: string | undefined): Diagnostic {
  return diagnose('SB6006', {
    message: 'on Workers, the mTLS settings of the zone verify client certificates, not the CA of `credentialName`',
    why:
      mode === 'MUTUAL'
        ? 'without them the server rejects every client (403)'
        : 'without them, no client has a verified certificate',
    help: 'turn on mTLS for these hosts in Cloudflare (API Shield), with the intended CA',
    ...at(gateway, path),
  })
}

const clientCertificateModes = ['MUTUAL', 'ISTIO_MUTUAL']

function clientCertificates(rule: DestinationRuleResource): Diagnostic[] {
  const { trafficPolicy, subsets } = rule.spec
  const policies = [
    { policy: trafficPolicy, path: ['spec', 'trafficPolicy'] },
    ...subsets.map((subset, index) => ({
      policy: subset.trafficPolicy,
      path: ['spec', 'subsets', index, 'trafficPolicy'],
    })),
  ]
  return policies.flatMap(({ policy, path }) => {
    const settings = [
      { tls: policy?.tls, place: [...path, 'tls', 'mode'] },
      ...(policy?.portLevelSettings ?? []).map((ofPort, index) => ({
        tls: ofPort.tls,
        place: [...path, 'portLevelSettings', index, 'tls', 'mode'],
      })),
    ]
    return settings
      .filter(({ tls }) => tls?.mode !== undefined && clientCertificateModes.includes(tls.mode))
      .map(({ tls, place }) =>
        diagnose('SB6001', {
          message: `\`mode: ${tls!.mode}\` presents no client certificate yet`,
          why: 'the gateway connects over TLS, and the endpoint may reject an unknown client',
          help: 'write `mode: SIMPLE`',
          ...at(rule, place),
        }),
      )
  })
}
