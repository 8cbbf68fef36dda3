import { once } from 'node:events'
import type { Server as HttpServer } from 'node:http'
import type { ServerOptions as SecureServerOptions } from 'node:https'
import type { Server } from 'node:net'
import type { ServeConfig, ServedSocket, TlsTerms } from '../serve-config.ts'
import type { Service } from '../service.ts'
import { createListener } from './create-listener.ts'
import { createTlsPort, type NamedServer, type TlsPort } from './tls-port.ts'

/** What listens. */
export interface OpenSockets {
  readonly ports: readonly Server[]
  /** Closes the connections on which no request is being served. */
  closeIdle(): void
  /** Closes all connections. */
  closeAll(): void
}

/**
 * Listens on every socket of the configuration.
 *
 * @throws Error of the system, where one cannot be had
 */
export async function openSockets({ address, sockets }: ServeConfig, service: Service): Promise<OpenSockets> {
  const servers: HttpServer[] = []
  const ports: Server[] = []
  const tlsPorts: TlsPort[] = []
  const open = async (server: Server, port: number) => {
    ports.push(server)
    server.listen({ host: address, port })
    await once(server, 'listening')
  }
  for (const { listener, port, tls } of sockets) {
    if (tls) continue
    const server = createListener({ listener, port }, service)
    servers.push(server)
    await open(server, port)
  }
  const secure = Map.groupBy(
    sockets.filter(({ tls }) => tls),
    ({ port }) => port,
  )
  for (const [port, ofPort] of secure) {
    const named = ofPort.map(socket => namedServer(socket, service))
    servers.push(...named.map(({ server }) => server))
    const tlsPort = createTlsPort(named, service.limits.headTimeoutMs)
    tlsPorts.push(tlsPort)
    await open(tlsPort.port, port)
  }
  const closeUndecided = () => {
    for (const each of tlsPorts) each.closeUndecided()
  }
  return {
    ports,
    closeIdle: () => {
      closeUndecided()
      for (const server of servers) server.closeIdleConnections()
    },
    closeAll: () => {
      closeUndecided()
      for (const server of servers) server.closeAllConnections()
    },
  }
}

function namedServer({ listener, port, tls }: ServedSocket, service: Service): NamedServer {
  const server = createListener({ listener, port }, service, secureOptions(tls!, service.limits.headTimeoutMs))
  return { hosts: tls!.hosts, server }
}

function secureOptions(terms: TlsTerms, handshakeTimeout: number): SecureServerOptions {
  const { certificates, clientAuthority, requiresCertificate = false, minVersion, maxVersion } = terms
  return {
    cert: certificates.map(({ chain }) => chain),
    key: certificates.map(({ key }) => key),
    ...(handshakeTimeout > 0 && { handshakeTimeout }),
    ...(clientAuthority && { ca: clientAuthority, requestCert: true, rejectUnauthorized: requiresCertificate }),
    ...(minVersion && { minVersion }),
    ...(maxVersion && { maxVersion }),
  }
}
