import type { Listener } from '../ir/rib.ts'
import { serverHosts } from '../resolve/gateway-servers.ts'
import type { ListenerPart, ResolvedListener } from '../resolve/listeners.ts'
import { certificateGuard } from './client-certificate.ts'
import { httpRoutes, type RouteSource } from './http-routes.ts'
import { httpsRedirectRoute } from './https-redirect.ts'
import type { EdgeContext } from './listener-context.ts'
import { type Contribution, mergeVirtualHosts } from './virtual-hosts.ts'

/** One listener with its virtual hosts: what all its parts bring, merged. */
export function lowerListener({ name, port, protocol, parts }: ResolvedListener, edge: EdgeContext): Listener {
  // TLS keeps servers apart: the listener of an HTTPS server is its alone.
  const own = protocol === 'https' ? parts[0]?.server?.server : undefined
  const guard = own && certificateGuard(own)
  return {
    name,
    ...(port !== undefined && { port }),
    protocol,
    ...(own && { admits: serverHosts(own) }),
    ...(guard && { guards: [guard] }),
    virtualHosts: mergeVirtualHosts(parts.flatMap(part => contributionsOf(part, edge))),
  }
}

function contributionsOf({ server: from, attachments }: ListenerPart, edge: EdgeContext): Contribution[] {
  const redirects = from?.server.tls?.httpsRedirect
  const redirect = from && redirects ? { first: httpsRedirectRoute(from.gateway, from.server) } : {}
  const contributions = attachments.flatMap(({ virtualService, domains, place }): Contribution[] => {
    const source = httpRoutes(virtualService, { ...edge, ...place })
    // A VirtualService of which nothing applies to this listener brings no virtual host.
    return source.isEmpty ? [] : [{ domains, source, ...redirect }]
  })
  // Hosts without a VirtualService are sent to https, too.
  if (from && redirect.first) contributions.push({ domains: serverHosts(from.server), source: noRoutes, ...redirect })
  return contributions
}

const noRoutes: RouteSource = { key: '', isEmpty: true, routes: [] }
