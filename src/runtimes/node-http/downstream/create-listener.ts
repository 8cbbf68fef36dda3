import { createServer, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from 'node:http'
import { createServer as createSecureServer, type ServerOptions as SecureServerOptions } from 'node:https'
import type { Socket } from 'node:net'
import type { NamedListener } from '../../../data-plane/platform.ts'
import { HttpPlatform } from '../http-platform.ts'
import { logRefused, type Service } from '../service.ts'
import { answerRequest } from './answer-request.ts'
import { answerUpgrade } from './answer-upgrade.ts'
import { clientFactsOf } from './client-facts.ts'
import { closeKept } from './close-kept.ts'
import { endIdle, refuseUnreadable } from './unreadable.ts'

/** How often connections are looked at for a head that takes too long. */
const lookEveryMs = 500

/** By how much a client's connection may be idle for longer than an endpoint's. */
const idleGraceMs = 500

/**
 * A server for one listener of the table, which does not listen yet.
 *
 * @param tls the certificate and its terms, of an HTTPS listener
 */
export function createListener(namedListener: NamedListener, service: Service, tls?: SecureServerOptions): Server {
  const { limits } = service
  const options: ServerOptions = {
    maxHeaderSize: limits.headBytes,
    headersTimeout: limits.headTimeoutMs,
    requestTimeout: 0,
    // Two timers for each request, which cost most on Deno: kept connections are looked at instead.
    keepAliveTimeout: 0,
    connectionsCheckingInterval: lookEveryMs,
    // Whether there is one Host is for the gateway to judge, which answers as Envoy does.
    requireHostHeader: false,
    optimizeEmptyRequests: true,
    shouldUpgradeCallback: isWebSocketRequest,
  }
  const server = tls ? createSecureServer({ ...options, ...tls }) : createServer(options)
  // The side of the endpoint is looked at first: what it says of an idle stream is the better answer.
  server.timeout = limits.idleTimeoutMs && limits.idleTimeoutMs + idleGraceMs
  // They are counted by the gateway: `node:http` would drop the rest and say nothing.
  server.maxHeadersCount = 0

  const fresh = freshConnections(server, tls !== undefined)
  closeKept(server, tls !== undefined, limits)
  const platforms = new WeakMap<object, HttpPlatform>()
  const platformOf = (socket: Socket): HttpPlatform => {
    let platform = platforms.get(socket)
    if (!platform) {
      fresh.delete(socket)
      platform = new HttpPlatform(namedListener, clientFactsOf(socket, tls?.requestCert === true), service.parts)
      platforms.set(socket, platform)
    }
    return platform
  }
  const listeningSocket = { scheme: tls ? ('https' as const) : ('http' as const), port: namedListener.port }
  const onRequest = (incoming: IncomingMessage, response: ServerResponse) => {
    answerRequest(incoming, response, listeningSocket, platformOf(incoming.socket), service)
  }
  server.on('request', onRequest)
  server.on('checkContinue', (incoming, response) => {
    response.writeContinue()
    onRequest(incoming, response)
  })
  // Unknown expectations are ignored, as Envoy does.
  server.on('checkExpectation', onRequest)
  server.on('upgrade', (incoming, socket, head) => {
    answerUpgrade(incoming, socket as Socket, head, listeningSocket, platformOf(socket as Socket), service)
  })
  server.on('connect', ({ url, headers }, socket) => {
    socket.on('error', () => {})
    const request = { method: 'CONNECT', authority: headers.host ?? '-', path: url ?? '-' }
    logRefused(service, { status: 405, details: 'connect_not_supported' }, request)
    socket.end('HTTP/1.1 405 Method Not Allowed\r\nconnection: close\r\ncontent-length: 0\r\n\r\n')
  })
  server.on('clientError', (error, socket) => refuseUnreadable(error, socket as Socket, service))
  server.on('timeout', socket => endIdle(socket, service))
  return server
}

/**
 * The connections without a request so far; who serves one takes its connection out. Node takes them for busy ones, and
 * would not close them with the idle ones: from now on it does.
 */
function freshConnections(server: Server, isSecure: boolean): Set<Socket> {
  const fresh = new Set<Socket>()
  server.on(isSecure ? 'secureConnection' : 'connection', (socket: Socket) => {
    fresh.add(socket)
    socket.once('close', () => fresh.delete(socket))
  })
  const closeIdle = server.closeIdleConnections.bind(server)
  server.closeIdleConnections = () => {
    closeIdle()
    for (const socket of fresh) if (isSecure || socket.bytesRead === 0) socket.destroy()
  }
  return fresh
}

/** Upgrades to anything else are not made, and what asks for one is served as a plain request. */
function isWebSocketRequest({ method, headers }: IncomingMessage): boolean {
  return method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket'
}
