import type { GatewayResource } from '../config/resource.ts'
import type { Route } from '../ir/rib.ts'

/**
 * The route that sends what came by http to https, before all others of its virtual host: 301 to the same Host, with
 * the port that it names, and the same path. Source: Istio's `httpsRedirect`, Envoy's `require_tls: ALL`.
 */
export function httpsRedirectRoute(
  gateway: GatewayResource,
  server: GatewayResource['spec']['servers'][number],
): Route {
  const path = ['spec', 'servers', gateway.spec.servers.indexOf(server), 'tls', 'httpsRedirect']
  return {
    name: `${gateway.name}.httpsRedirect`,
    match: { conditions: [{ subject: 'scheme', match: { kind: 'exact', value: 'http' } }] },
    action: { kind: 'redirect', status: 301, scheme: 'https', port: 'sent' },
    origin: gateway.spanOf(path),
  }
}
