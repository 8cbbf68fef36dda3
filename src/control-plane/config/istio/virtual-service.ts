import { type Decoded, type IsSound, listOf, message, soundItems } from '../schema/message.ts'
import type { Problem, Report } from '../schema/problem.ts'
import { requiredTextThat } from '../schema/scalar-field.ts'
import type { FieldPath } from '../yaml/field-path.ts'
import type { HttpMatch } from './route/http-match.ts'
import { httpRoute } from './route/http-route.ts'
import { tcpRoute, tlsRoute } from './route/l4-route.ts'
import { exportTo } from './scalar/export-to.ts'
import { gatewayNames } from './scalar/gateway-name.ts'
import { isJwtClaim } from './scalar/header-name.ts'
import { checkHost, checkHostOrAddress } from './scalar/host.ts'
import { isIpAddress } from './scalar/ip-address.ts'

/** Source: Istio VirtualService. Without hosts it is a delegate, which takes hosts and gateways from its root. */
export const virtualService = message(
  'VirtualService',
  {
    hosts: listOf(requiredTextThat(checkServedHost)),
    gateways: gatewayNames,
    http: listOf(httpRoute),
    tls: listOf(tlsRoute),
    tcp: listOf(tcpRoute),
    exportTo,
  },
  {
    needs: [
      {
        oneOf: ['http', 'tls', 'tcp'],
        message: 'a VirtualService needs rules in `http`, `tls` or `tcp`',
        help: 'write a rule below it: "- route: [{destination: {host: HOST}}]"',
      },
    ],
    presence(has, report) {
      if (!has('hosts')) checkDelegate(has, report)
    },
    between(service, report, isSound) {
      if (!isSound('hosts') || !isSound('gateways')) return
      checkHosts(service, report)
      checkRules(service, report, isSound)
    },
  },
)

export type VirtualService = Decoded<typeof virtualService>

/** What Istio calls a service of another network when it passes TLS on to it. */
const passedOn = 'outbound_.'

function checkServedHost(host: string, report: Report): void {
  if (!host.startsWith(passedOn)) checkHostOrAddress(host, report)
}

function checkDelegate(has: (field: 'gateways' | 'tls' | 'tcp') => boolean, report: Report): void {
  for (const field of ['gateways', 'tls', 'tcp'] as const) {
    if (!has(field)) continue
    report({
      code: 'SB2003',
      message: `a VirtualService with \`${field}\` needs \`hosts\``,
      why: `without hosts it is a delegate, which cannot have \`${field}\``,
      help: `add \`hosts\`, or remove \`${field}\``,
      at: [field],
      meansKey: true,
      missed: ['hosts'],
    })
  }
}

/** Source: Istio ValidateVirtualService: mesh wildcard, and hosts that cover each other. */
function checkHosts({ hosts, gateways }: VirtualService, report: Report): void {
  const isForMesh = gateways.length === 0 || gateways.includes('mesh')
  const suffixes = new Map<string, number>()
  const lengths = new Set<number>()
  const first = new Map<string, number>()
  for (const [index, host] of hosts.entries()) {
    if (host === '*' && isForMesh) {
      report({
        code: 'SB2004',
        message: 'the host `*` needs a Gateway',
        help: 'name the Gateway in `gateways`, without `mesh`, or list the hosts',
        at: ['hosts', index],
      })
    }
    const name = host.toLowerCase()
    const other = first.get(name)
    if (other !== undefined) reportCovered(hosts, index, other, report)
    else first.set(name, index)
    if (host.startsWith('*') && !suffixes.has(name.slice(1))) {
      suffixes.set(name.slice(1), index)
      lengths.add(name.length - 1)
    }
  }
  for (const [name, index] of first) {
    for (const length of lengths) {
      const other = suffixes.get(name.slice(name.length - length))
      if (name.length > length && other !== undefined && other !== index) {
        reportCovered(hosts, index, other, report)
        break
      }
    }
  }
}

function reportCovered(hosts: readonly string[], index: number, other: number, report: Report): void {
  const [host, wider] = [hosts[index], hosts[other]]
  const isSame = host === wider
  report({
    code: 'SB2005',
    message: isSame ? `the host "${host}" is listed twice` : `the host "${wider}" covers "${host}"`,
    help: isSame ? 'remove one of them' : `remove "${host}", or put it into a separate VirtualService`,
    at: ['hosts', index],
  })
}

function checkRules(service: VirtualService, report: Report, isSound: IsSound): void {
  const { hosts, gateways } = service
  const isForMesh = hosts.length > 0 && (gateways.length === 0 || gateways.includes('mesh'))
  for (const [index, { delegate, match }] of soundItems(service.http, 'http', isSound)) {
    if (delegate && hosts.length === 0) {
      report({
        code: 'SB2005',
        message: 'a delegate cannot delegate again',
        why: 'a VirtualService without hosts is a delegate, and delegation goes one level deep',
        at: ['http', index, 'delegate'],
        meansKey: true,
      })
    }
    if (isForMesh)
      for (const [at, matched] of match.entries()) checkJwtClaims(matched, ['http', index, 'match', at], report)
  }
  for (const [index, { match }] of soundItems(service.tls, 'tls', isSound)) {
    for (const [at, { sniHosts }] of match.entries()) {
      checkSniHosts(sniHosts, hosts, ['tls', index, 'match', at], report)
    }
  }
}

function checkJwtClaims(match: HttpMatch, path: FieldPath, report: Report): void {
  for (const field of ['headers', 'withoutHeaders'] as const) {
    for (const name of Object.keys(match[field]).filter(isJwtClaim)) {
      report({
        code: 'SB2004',
        message: 'a claim of a JWT can be matched on a Gateway only',
        help: 'name the Gateway in `gateways`, without `mesh`',
        at: [...path, field, name],
        meansKey: true,
      })
    }
  }
}

/** Source: Istio validateTLSMatch and validateSniHost. */
function checkSniHosts(sniHosts: readonly string[], hosts: readonly string[], at: FieldPath, report: Report): void {
  if (sniHosts.length === 0) {
    report({ code: 'SB2003', message: 'a TLS match needs `sniHosts`', at, missed: ['sniHosts'] })
  }
  for (const [index, sniHost] of sniHosts.entries()) {
    if (sniHost.startsWith(passedOn) || isIpAddress(sniHost)) continue
    const path = [...at, 'sniHosts', index]
    const faults: Problem[] = []
    checkHost(sniHost, problem => faults.push({ ...problem, at: path } as Problem))
    for (const fault of faults) report(fault)
    if (faults.length === 0 && !hosts.some(host => covers(host, sniHost))) {
      report({
        code: 'SB2004',
        message: `the SNI host "${sniHost}" is not a host of this VirtualService`,
        help: `add it to \`hosts\`, or write one of ${hosts.join(', ')}`,
        at: path,
      })
    }
  }
}

/** Whether every name that `narrow` stands for is one that `wide` stands for. */
function covers(wide: string, narrow: string): boolean {
  const [host, name] = [wide.toLowerCase(), narrow.toLowerCase()]
  return host === name || (host.startsWith('*') && name.length >= host.length && name.endsWith(host.slice(1)))
}
