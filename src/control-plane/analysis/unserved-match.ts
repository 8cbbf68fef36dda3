import { type Diagnostic, diagnose } from '../../diagnostics/diagnostic.ts'
import type { VirtualServiceResource } from '../config/resource.ts'
import { formatPath } from '../config/yaml/field-path.ts'
import { rememberedAs } from '../memory/remembered.ts'
import { httpServers } from '../resolve/gateway-servers.ts'
import type { HttpMatch } from '../resolve/http-rule.ts'
import { qualifiedGateway } from '../resolve/rule-place.ts'
import type { AnalysisContext } from './context.ts'
import { soundRules } from './sound-rules.ts'

type Fault = Pick<Diagnostic, 'message' | 'label' | 'why' | 'help'> & { readonly field: 'port' | 'gateways' }

/**
 * Matches for a port that no server of their Gateways has, or for Gateways that their VirtualService is not bound to
 * (SB5009): no request comes in there.
 */
export function findUnservedMatches({ config, damagedTypes }: AnalysisContext): Diagnostic[] {
  if (damagedTypes.has('Gateway.networking.istio.io')) return []
  const ports = new Map(
    config.gateways.map(gateway => [
      `${gateway.namespace}/${gateway.name}`,
      httpServers(gateway).map(({ port }) => port),
    ]),
  )
  return config.virtualServices.flatMap(virtualService =>
    // A delegate is served where its roots are.
    virtualService.spec.hosts.length === 0
      ? []
      : particularMatches(virtualService).flatMap(({ match, place }) => {
          const found = judge(match, virtualService, ports)
          if (!found) return []
          const { field, ...words } = found
          const path = [...place, field]
          const { title, spanOf } = virtualService
          return [diagnose('SB5009', { ...words, span: spanOf(path), path: formatPath(path), resource: title })]
        }),
  )
}

/** The matches for a port, or for some Gateways: few have that. */
const particularMatches = rememberedAs('particular matches', (virtualService: VirtualServiceResource) =>
  soundRules(virtualService).flatMap(([rule, { match }]) =>
    [...match.entries()]
      .filter(([, { port, gateways }]) => port !== undefined || gateways.length > 0)
      .map(([index, each]) => ({ match: each, place: ['spec', 'http', rule, 'match', index] })),
  ),
)

function judge(
  match: HttpMatch,
  { spec, namespace }: VirtualServiceResource,
  ports: ReadonlyMap<string, readonly number[]>,
): Fault | undefined {
  const bound = spec.gateways.length === 0 ? ['mesh'] : spec.gateways.map(name => qualifiedGateway(name, namespace))
  const meant = match.gateways.map(name => qualifiedGateway(name, namespace))
  // One that nothing declares is told as that.
  if (meant.some(name => name !== 'mesh' && !ports.has(name))) return undefined
  if (meant.length > 0 && !meant.some(name => bound.includes(name))) {
    return {
      field: 'gateways',
      message: 'the VirtualService is not bound to any of these gateways',
      label: 'never matches',
      why: 'only the Gateways in its own `gateways` serve it',
      help: `add ${meant.length === 1 ? 'it' : 'one'} to \`spec.gateways\``,
    }
  }
  const serving = (meant.length === 0 ? bound : meant.filter(name => bound.includes(name))).map(name => ports.get(name))
  // The mesh has every port, and of a Gateway that is unknown nothing can be said.
  if (match.port === undefined || serving.some(known => known === undefined)) return undefined
  const open = [...new Set(serving.flatMap(known => known!))].sort((a, b) => a - b)
  if (open.includes(match.port)) return undefined
  return {
    field: 'port',
    message: `no server of its Gateways listens on the port ${match.port}`,
    label: 'never matches',
    why: '`port` matches the port that a request enters by',
    help:
      open.length === 0 ? 'add a server to the Gateway' : `write ${open.join(' or ')}, or add a server to the Gateway`,
  }
}
