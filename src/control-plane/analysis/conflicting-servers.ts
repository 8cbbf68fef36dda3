import { type Diagnostic, diagnose } from '../../diagnostics/diagnostic.ts'
import type { GatewayResource } from '../config/resource.ts'
import { type FieldPath, formatPath } from '../config/yaml/field-path.ts'
import { httpProtocol } from '../resolve/gateway-servers.ts'
import { selects } from '../resolve/identity.ts'
import type { AnalysisContext } from './context.ts'

interface Speaker {
  readonly gateway: GatewayResource
  readonly path: FieldPath
  readonly protocol: 'http' | 'https'
}

/**
 * Servers that speak HTTP on a port on which another one of the same workloads speaks HTTPS, or the other way round
 * (SB4004). Source: Istio's MergeGateways, which leaves the later one out.
 */
export function findConflictingServers({ config }: AnalysisContext): Diagnostic[] {
  const byPlace = new Map<string, Speaker[]>()
  return config.gateways
    .filter(({ isDamaged }) => !isDamaged)
    .flatMap(gateway =>
      gateway.spec.servers.flatMap((server, index) => {
        const protocol = httpProtocol(server)
        if (!protocol) return []
        const place = `${server.port.number} ${server.bind ?? ''}`
        const known = byPlace.get(place) ?? []
        if (known.length === 0) byPlace.set(place, known)
        const speaker = { gateway, path: ['spec', 'servers', index, 'port'], protocol }
        const other = known.find(each => each.protocol !== protocol && areForTheSame(each, speaker))
        // Of each protocol and selector one is enough to compare with.
        if (!known.some(each => each.protocol === protocol && haveOneSelector(each, speaker))) known.push(speaker)
        return other ? [finding(speaker, other)] : []
      }),
    )
}

function areForTheSame({ gateway: a }: Speaker, { gateway: b }: Speaker): boolean {
  return selects(a.spec.selector, b.spec.selector) || selects(b.spec.selector, a.spec.selector)
}

function haveOneSelector({ gateway: a }: Speaker, { gateway: b }: Speaker): boolean {
  return JSON.stringify(a.spec.selector) === JSON.stringify(b.spec.selector)
}

function finding({ gateway, path, protocol }: Speaker, other: Speaker): Diagnostic {
  const { number } = gateway.spec.servers[Number(path[2])]!.port
  return diagnose('SB4004', {
    message: `the port ${number} uses ${protocol.toUpperCase()} here, and ${other.protocol.toUpperCase()} in another server`,
    span: gateway.keySpanOf(path),
    label: 'the port already uses another protocol',
    path: formatPath(path),
    resource: gateway.title,
    why: 'a port uses one protocol: Istio ignores the later server',
    help: protocol === 'https' ? 'give it another port, such as 443' : 'give it another port, such as 80',
    related: [{ message: 'the other server', span: other.gateway.keySpanOf(other.path) }],
  })
}
