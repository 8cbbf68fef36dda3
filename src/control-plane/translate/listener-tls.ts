import type { Span } from '../../diagnostics/span.ts'
import { type HttpServer, type Server, serverHosts } from '../resolve/gateway-servers.ts'
import type { ResolvedConfig } from '../resolve/resolve.ts'

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
export function listenerTlsOf({ servers }: ResolvedConfig): ListenerTls[] {
  return servers.flatMap(each =>
    each.protocol === 'https' && each.server.tls ? [settingsOf(each, each.server.tls)] : [],
  )
}

function settingsOf({ gateway, server, port, listener }: HttpServer, tls: ServerTls): ListenerTls {
  const path = ['spec', 'servers', gateway.spec.servers.indexOf(server), 'tls']
  return {
    listener,
    port,
    hosts: serverHosts(server),
    mode: tls.mode ?? 'PASSTHROUGH',
    credentialNames: tls.credentialName ? [tls.credentialName] : tls.credentialNames,
    ...(tls.caCertCredentialName && { caCredentialName: tls.caCertCredentialName }),
    ...(tls.minProtocolVersion && { minVersion: tls.minProtocolVersion }),
    ...(tls.maxProtocolVersion && { maxVersion: tls.maxProtocolVersion }),
    resource: gateway.title,
    origin: gateway.spanOf([...path, tls.credentialName ? 'credentialName' : 'mode']),
  }
}
