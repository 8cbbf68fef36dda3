import { type IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Reply } from '../../../data-plane/platform.ts'
import type { HttpPlatform } from '../http-platform.ts'
import type { RawHeaders } from '../raw-headers.ts'
import type { Service } from '../service.ts'
import type { HttpResponse } from '../upstream/upstream-response.ts'
import { finish, refuse } from './answer-request.ts'
import { type ListeningSocket, NodeRequest } from './downstream-request.ts'
import { lingerMs } from './linger.ts'
import { refusalOf } from './refusal.ts'
import { readTarget } from './request-target.ts'

/**
 * Serves a request that asks to switch to WebSocket. Where the endpoint does, the two connections become one: bytes
 * pass both ways, and with them the closing handshake. Any other reply is written as an ordinary one.
 *
 * @param head what the client has sent already behind its request
 */
export function answerUpgrade(
  incoming: IncomingMessage,
  socket: Socket,
  head: Buffer,
  listeningSocket: ListeningSocket,
  platform: HttpPlatform,
  service: Service,
): void {
  const sent = readTarget(incoming.url!)
  const request = new NodeRequest(incoming, listeningSocket, sent, true)
  let isAnswered = false
  socket.on('error', () => {})
  socket.on('close', () => {
    if (!isAnswered) request.disconnect()
  })
  if (head.length > 0) socket.unshift(head)
  // Nobody reads until there is an answer; a client that is reset meanwhile is to be noticed all the same.
  socket.read(0)

  const refusal = refusalOf(request, sent, service.limits)
  if (refusal !== undefined) {
    isAnswered = true
    refuse(refusal, request, plainResponse(incoming, socket), service)
    return
  }
  const reply = service.gateway(request, service.activeTable(), platform)
  const answer = (reply: Reply) => {
    isAnswered = true
    const tunnel = reply.kind === 'upstream' ? (reply.response as HttpResponse).tunnel : undefined
    if (tunnel && reply.kind === 'upstream' && !socket.destroyed)
      openTunnel(reply, socket, service.limits.idleTimeoutMs)
    else finish(reply, plainResponse(incoming, socket), service)
  }
  reply.then(answer, error => {
    service.reportFault(error)
    socket.destroy()
  })
}

/** A response on a connection that `node:http` has let go of; the connection ends with it. */
function plainResponse(incoming: IncomingMessage, socket: Socket): ServerResponse {
  const response = new ServerResponse(incoming)
  response.shouldKeepAlive = false
  if (socket.destroyed) response.destroy()
  else response.assignSocket(socket)
  socket.on('drain', () => response.emit('drain'))
  response.on('finish', () => socket.destroySoon())
  return response
}

function openTunnel(reply: Reply & { readonly kind: 'upstream' }, client: Socket, idleTimeoutMs: number): void {
  const origin = reply.response as HttpResponse
  const { socket: endpoint, head } = origin.tunnel!
  client.write(switchingHead((reply.headers as RawHeaders | undefined) ?? origin.headers), 'latin1')
  if (head.length > 0) client.write(head)
  passOn(client, endpoint)
  passOn(endpoint, client)
  endpoint.on('close', hadError => origin.over(hadError ? 'reset' : 'whole'))
  client.setTimeout(idleTimeoutMs, () => client.destroy())
  // Whoever ends a WebSocket has nothing more to say, and is owed at most an answer to that: an endpoint that goes on
  // would hold its place for ever.
  const leave = () => {
    const timer = setTimeout(() => endpoint.destroy(), lingerMs).unref()
    endpoint.once('close', () => clearTimeout(timer))
  }
  if (client.readableEnded) leave()
  else client.once('end', leave)
}

function passOn(from: Socket, to: Socket): void {
  from.pipe(to)
  from.on('error', () => {})
  // What an orderly end has left in the buffers is still sent; a reset is handed on as an end at once.
  from.on('close', hadError => (hadError ? to.destroy() : to.destroySoon()))
}

function switchingHead({ flat }: RawHeaders): string {
  let text = 'HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: websocket\r\n'
  for (let at = 0; at < flat.length; at += 2) {
    if (flat[at] !== 'connection' && flat[at] !== 'upgrade') text += `${flat[at]}: ${flat[at + 1]}\r\n`
  }
  return `${text}\r\n`
}
