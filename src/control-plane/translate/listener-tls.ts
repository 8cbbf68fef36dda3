import type { Span } from '../../diagnostics/span.ts'
import type { Config, GatewayResource } from '../config/resource.ts'
import { defaultIdentity, type Identity } from '../resolve/identity.ts'
import { inIstioOrder } from '../resolve/resource-order.ts'
import { httpServers, isServed } from './listeners.ts'

type Server = GatewayResource['spec']['servers'][number]
type ServerTls = NonNullable<Server['tls']>

/** How an HTTPS listener ends TLS: for who opens its port. The table says nothing of it. */
export interface ListenerTls {
  /** As the table names it. */
  readonly listener: string
  readonly port: number
  /** The names that clients may ask for in the handshake: each exact, `*` and a suffix, or `*`; in lower case. */
  readonly hosts: readonly string[]
  readonly mode: NonNullable<ServerTls['mode']>
  /** Where the certificates are found, and their keys: `credentialName`, or `credentialNames`; empty where neither is said. */
  readonly credentialNames: readonly string[]
  /** Where the authority of client certificates is found, if not beside the certificate. */
  readonly caCredentialName?: string
  readonly minVersion?: NonNullable<ServerTls['minProtocolVersion']>
  readonly maxVersion?: NonNullable<ServerTls['maxProtocolVersion']>
  /** The Gateway: `Gateway default/edge`. */
  readonly resource: string
  /** Where its credentials are named. */
  readonly origin: Span
}

/** The TLS settings of all HTTPS listeners, in Istio's order: where two are for the same name, the first one counts. */
export function listenerTlsOf(config: Config, identity: Identity = defaultIdentity): ListenerTls[] {
  return inIstioOrder(config.gateways)
    .filter(gateway => isServed(gateway, identity))
    .flatMap(gateway =>
      httpServers(gateway).flatMap(({ server, port, protocol }) =>
        protocol === 'https' && server.tls ? [settingsOf(gateway, server, port, server.tls)] : [],
      ),
    )
}

function settingsOf(gateway: GatewayResource, server: Server, port: number, tls: ServerTls): ListenerTls {
  const path = ['spec', 'servers', gateway.spec.servers.indexOf(server), 'tls']
  return {
    listener: `https.${port}.${server.port.name}.${gateway.name}.${gateway.namespace}`,
    port,
    hosts: [...new Set(server.hosts.map(written => written.slice(written.indexOf('/') + 1).toLowerCase()))],
    mode: tls.mode ?? 'PASSTHROUGH',
    credentialNames: tls.credentialName ? [tls.credentialName] : tls.credentialNames,
    ...(tls.caCertCredentialName && { caCredentialName: tls.caCertCredentialName }),
    ...(tls.minProtocolVersion && { minVersion: tls.minProtocolVersion }),
    ...(tls.maxProtocolVersion && { maxVersion: tls.maxProtocolVersion }),
    resource: gateway.title,
    origin: gateway.spanOf([...path, tls.credentialName ? 'credentialName' : 'mode']),
  }
}
