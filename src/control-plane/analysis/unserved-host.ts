import { type Diagnostic, diagnose } from '../../diagnostics/diagnostic.ts'
import { formatPath } from '../config/resource.ts'
import { qualifiedGateway } from '../translate/http-routes.ts'
import { commonDomainsOf } from '../translate/listeners.ts'
import type { AnalysisContext } from './analyze.ts'

/** Hosts of a VirtualService that none of its Gateways admits (IST0132): no request for them gets here. */
export function findUnservedHosts({ config, damagedKinds }: AnalysisContext): Diagnostic[] {
  if (damagedKinds.has('Gateway')) return []
  const gateways = new Map(config.gateways.map(gateway => [`${gateway.namespace}/${gateway.name}`, gateway]))
  return config.virtualServices.flatMap(({ spec, namespace, title, spanOf }) => {
    const names = spec.gateways.map(name => qualifiedGateway(name, namespace))
    const bound = names.map(name => gateways.get(name))
    // Without a Gateway, or with one that is unknown (told elsewhere), there is nothing to compare with.
    if (names.length === 0 || bound.includes(undefined)) return []
    const servers = bound.flatMap(gateway => (gateway ? gateway.spec.servers.map(server => ({ gateway, server })) : []))
    return spec.hosts.flatMap((host, index) => {
      const isServed = servers.some(
        ({ gateway, server }) => commonDomainsOf(server.hosts, gateway.namespace, [host], namespace).length > 0,
      )
      if (isServed) return []
      const path = ['spec', 'hosts', index]
      return [
        diagnose('IST0132', {
          message: `no server of ${names.join(', ')} admits the host "${host}"`,
          span: spanOf(path),
          label: 'not admitted',
          path: formatPath(path),
          resource: title,
          why: 'requests for this host do not reach the VirtualService',
          help: `add "${host}" to the hosts of a server of the Gateway`,
        }),
      ]
    })
  })
}
