import { type Diagnostic, diagnose } from '../../diagnostics/diagnostic.ts'
import type { GatewayResource, VirtualServiceResource } from '../config/resource.ts'
import { formatPath } from '../config/yaml/field-path.ts'
import { commonDomainsOf } from '../resolve/gateway-servers.ts'
import { qualifiedGateway } from '../resolve/rule-place.ts'
import type { AnalysisContext } from './context.ts'

/**
 * Gateways that admit none of the hosts of a VirtualService that is bound to them, and hosts that none of the others
 * admits (IST0132): no request for them gets here.
 */
export function findUnservedHosts({ config, damagedTypes }: AnalysisContext): Diagnostic[] {
  if (damagedTypes.has('Gateway.networking.istio.io')) return []
  const gateways = new Map(config.gateways.map(gateway => [`${gateway.namespace}/${gateway.name}`, gateway]))
  return config.virtualServices.flatMap(virtualService => {
    const { spec, namespace } = virtualService
    if (spec.hosts.length === 0) return []
    const bound = spec.gateways.map(name => gateways.get(qualifiedGateway(name, namespace)))
    const idle = bound.flatMap((gateway, index) =>
      gateway && !spec.hosts.some(host => admits(gateway, host, namespace))
        ? [idleGateway(virtualService, index, gateway)]
        : [],
    )
    // With a Gateway that is unknown (told elsewhere), or the mesh, there is nothing to compare with.
    const serving = bound.filter(gateway => gateway !== undefined)
    if (serving.length === 0 || serving.length < bound.length || idle.length === bound.length) return idle
    const unserved = spec.hosts.flatMap((host, index) =>
      serving.some(gateway => admits(gateway, host, namespace)) ? [] : [unservedHost(virtualService, index, serving)],
    )
    return [...idle, ...unserved]
  })
}

function admits({ spec, namespace }: GatewayResource, host: string, of: string): boolean {
  return spec.servers.some(({ hosts }) => commonDomainsOf(hosts, namespace, [host], of).length > 0)
}

function idleGateway(virtualService: VirtualServiceResource, index: number, gateway: GatewayResource): Diagnostic {
  const { spec, spanOf, title } = virtualService
  const path = ['spec', 'gateways', index]
  const [first] = spec.hosts
  return diagnose('IST0132', {
    message:
      spec.hosts.length === 1
        ? `no server of ${gateway.title} admits the host "${first}"`
        : `no server of ${gateway.title} admits any of the ${spec.hosts.length} hosts`,
    span: spanOf(path),
    label: 'admits none of the hosts',
    path: formatPath(path),
    resource: title,
    why: 'requests for these hosts do not reach the VirtualService through this Gateway',
    help: `add "${first}" to the hosts of a server of the Gateway`,
    related: [{ message: 'its servers', span: gateway.keySpanOf(['spec', 'servers']) }],
  })
}

function unservedHost(
  { spec, spanOf, title }: VirtualServiceResource,
  index: number,
  gateways: readonly GatewayResource[],
): Diagnostic {
  const path = ['spec', 'hosts', index]
  const names = gateways.map(({ namespace, name }) => `${namespace}/${name}`)
  return diagnose('IST0132', {
    message: `no server of ${names.join(', ')} admits the host "${spec.hosts[index]}"`,
    span: spanOf(path),
    label: 'not admitted',
    path: formatPath(path),
    resource: title,
    why: 'requests for this host do not reach the VirtualService',
    help: `add "${spec.hosts[index]}" to the hosts of a server of the Gateway`,
  })
}
