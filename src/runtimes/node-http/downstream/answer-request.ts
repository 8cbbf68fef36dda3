import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Reply } from '../../../data-plane/platform.ts'
import { answerHealth, isHealthCheck } from '../../health.ts'
import type { HttpPlatform } from '../http-platform.ts'
import { logRefused, type Service } from '../service.ts'
import type { HttpResponse } from '../upstream/upstream-response.ts'
import { type ListeningSocket, NodeRequest } from './downstream-request.ts'
import { lingerMs, lingerOn } from './linger.ts'
import { type Refusal, refusalOf } from './refusal.ts'
import { readTarget } from './request-target.ts'
import { writeReply } from './write-reply.ts'

/** Serves one request: asks the gateway for a reply, and writes it. */
export function answerRequest(
  incoming: IncomingMessage,
  response: ServerResponse,
  listeningSocket: ListeningSocket,
  platform: HttpPlatform,
  service: Service,
): void {
  const sent = readTarget(incoming.url!)
  const request = new NodeRequest(incoming, listeningSocket, sent, false)
  response.on('close', () => {
    if (!response.writableFinished) request.disconnect()
    else if (!incoming.complete) readLeftover(incoming)
  })
  const refusal = refusalOf(request, sent, service.limits)
  if (refusal !== undefined) {
    refuse(refusal, request, response, service)
  } else if (isHealthCheck(request, service.health)) {
    answerHealthCheck(request, response, service)
  } else {
    const reply = service.gateway(request, service.activeTable(), platform)
    reply.then(
      reply => finish(reply, response, service),
      error => fail(error, response, service),
    )
  }
}

/** Answers without the gateway, for the last time on this connection. */
export function refuse(refusal: Refusal, request: NodeRequest, response: ServerResponse, service: Service): void {
  const { method, authority = '-', target } = request
  logRefused(service, refusal, { method, authority, path: target })
  if (!request.incoming.complete) lingerOn(request.incoming.socket)
  response.writeHead(refusal.status, ['connection', 'close', 'content-length', '0']).end()
}

function answerHealthCheck(request: NodeRequest, response: ServerResponse, { health, isDraining }: Service): void {
  const { status, headers, body } = answerHealth(health, request)
  const lines = [...headers.flat(), 'content-length', String(Buffer.byteLength(body))]
  if (isDraining) lines.push('connection', 'close')
  response.writeHead(status, lines).end(body)
}

/** Writes a reply where there is still somebody to read it. */
export function finish(reply: Reply, response: ServerResponse, service: Service): void {
  if (response.destroyed || response.headersSent) {
    discard(reply)
    return
  }
  // A local reply does not wait for the request's body: the client learns that it need not go on with it.
  const isEarly = reply.kind === 'local' && !response.req.complete
  if (isEarly) lingerOn(response.req.socket)
  try {
    writeReply(reply, response, service.isDraining || isEarly)
  } catch (error) {
    discard(reply)
    fail(error, response, service)
  }
}

function fail(error: unknown, response: ServerResponse, service: Service): void {
  service.reportFault(error)
  if (response.headersSent) response.destroy()
  else response.writeHead(500, 'Internal Server Error', ['connection', 'close', 'content-length', '0']).end()
}

/** A response must be read or discarded, else its connection stays open. */
function discard(reply: Reply): void {
  if (reply.kind === 'upstream') (reply.response as HttpResponse).discard()
}

function readLeftover(incoming: IncomingMessage): void {
  incoming.resume()
  const { socket } = incoming
  const timer = setTimeout(() => socket.destroy(), lingerMs).unref()
  incoming.once('close', () => clearTimeout(timer))
}
