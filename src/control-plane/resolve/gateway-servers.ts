import type { Scheme } from '../../fib/request-head.ts'
import type { GatewayResource } from '../config/resource.ts'
import { commonHost } from './host-name.ts'
import { type Identity, selects } from './identity.ts'

export type Server = GatewayResource['spec']['servers'][number]

/** A Gateway server for HTTP or terminated HTTPS, with the Gateway that declares it. */
export interface HttpServer {
  readonly gateway: GatewayResource
  readonly server: Server
  readonly port: number
  readonly protocol: Scheme
  /** The name of its listener. Servers of plain HTTP on one port share it; TLS keeps the others apart. */
  readonly listener: string
}

/** An edge that has labels serves the Gateways that select them; one without labels serves every Gateway. */
export function isServed({ spec }: GatewayResource, { labels }: Identity): boolean {
  return Object.keys(labels).length === 0 || selects(spec.selector, labels)
}

/** The servers of a Gateway for HTTP and terminated HTTPS. */
export function httpServers(gateway: GatewayResource): HttpServer[] {
  return gateway.spec.servers.flatMap(server => {
    const protocol = httpProtocol(server)
    const port = server.port.number
    return protocol && port
      ? [{ gateway, server, port, protocol, listener: listenerName(gateway, server, protocol) }]
      : []
  })
}

function listenerName({ name, namespace }: GatewayResource, { port }: Server, protocol: Scheme): string {
  return protocol === 'http' ? `http.${port.number}` : `https.${port.number}.${port.name}.${name}.${namespace}`
}

/**
 * The scheme of a server. Undefined for servers that hand TCP or TLS through (`tls` without a mode means
 * PASSTHROUGH).
 */
export function httpProtocol({ port, tls }: Server): Scheme | undefined {
  switch (port.protocol) {
    case 'HTTP':
    case 'HTTP2':
    case 'GRPC':
    case 'GRPC-WEB':
      return 'http'
    case 'HTTPS':
      return endsTls(tls?.mode) ? 'https' : undefined
    default:
      return undefined
  }
}

function endsTls(mode: NonNullable<Server['tls']>['mode']): boolean {
  return mode !== undefined && mode !== 'PASSTHROUGH' && mode !== 'AUTO_PASSTHROUGH'
}

/** The hosts of a server, in lower case, whichever namespaces it admits for them. */
export function serverHosts({ hosts }: Server): string[] {
  return [...new Set(hosts.map(written => written.slice(written.indexOf('/') + 1).toLowerCase()))]
}

/**
 * A VirtualService is served for the names that its hosts and the hosts of a server have in common.
 *
 * @param admitted the server's hosts as written, perhaps with a namespace: `ns/host`, `./host`, `*\/host`
 */
export function commonDomainsOf(
  admitted: readonly string[],
  gatewayNamespace: string,
  hosts: readonly string[],
  namespace: string,
): string[] {
  const domains = new Set<string>()
  for (const written of admitted) {
    const admits = admittedHost(written, gatewayNamespace, namespace)
    if (admits === undefined) continue
    for (const host of hosts) {
      const common = commonHost(admits, host.toLowerCase())
      if (common !== undefined) domains.add(common)
    }
  }
  return [...domains]
}

/** The host of a server's `namespace/host` (`.` is the Gateway's own namespace), if it admits that namespace. */
function admittedHost(written: string, gatewayNamespace: string, namespace: string): string | undefined {
  const slash = written.indexOf('/')
  const host = written.slice(slash + 1).toLowerCase()
  if (slash < 0) return host
  const allowed = written.slice(0, slash)
  return allowed === '*' || namespace === (allowed === '.' ? gatewayNamespace : allowed) ? host : undefined
}
