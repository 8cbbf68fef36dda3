import { type ServerResponse, STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { IdleError } from '../limits.ts'
import { logRefused, type Service } from '../service.ts'
import { endLingering } from './linger.ts'
import type { Refusal } from './refusal.ts'

/** Responds to what `node:http` cannot read, and closes the connection: where the next request begins is unknown. */
export function refuseUnreadable(error: NodeJS.ErrnoException, socket: Socket, service: Service): void {
  if (socket.writableEnded || socket.destroyed) return
  stopParsing(socket)
  const refusal = refusalFor(error.code)
  const pending = responseOn(socket)
  if (!refusal || !socket.writable) socket.destroy()
  else if (pending) breakOff(pending, error, socket)
  else {
    logRefused(service, refusal, {})
    const { status } = refusal
    socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`)
    endLingering(socket)
  }
}

/**
 * Ends a connection on which nothing has passed for too long: while the body of a request is waited for, with an answer
 * to it. For an endpoint that says nothing there is a limit of its own, which has elapsed before.
 */
export function endIdle(socket: Socket, { limits }: Service): void {
  const pending = responseOn(socket)
  // Between two requests another limit holds.
  if (!pending && limits.keepAliveMs > limits.idleTimeoutMs) socket.setTimeout(limits.idleTimeoutMs)
  else if (!pending || pending.headersSent) socket.destroy()
  else if (!pending.req.complete) breakOff(pending, new IdleError('idle'), socket)
  else socket.setTimeout(limits.idleTimeoutMs)
}

/**
 * Ends the body of the request that is being served, so that the gateway answers to that, and closes the connection.
 * Where it is not this request's body that is at fault, or the answer has begun, there is nothing to be said any more.
 */
function breakOff(pending: ServerResponse, error: Error, socket: Socket): void {
  const { req: request } = pending
  if (pending.headersSent || request.complete || request.listenerCount('error') === 0) {
    socket.destroy()
    return
  }
  pending.shouldKeepAlive = false
  request.emit('error', error)
}

/**
 * Reads on, but past the parser: on Deno, one that is fed behind a fault takes the fault along to the next connection
 * that it is used for.
 */
function stopParsing(socket: Socket): void {
  socket.removeAllListeners('data')
  socket.on('data', () => {})
}

/** The response that is being written, or waited for, on a connection. */
export function responseOn(socket: Socket): ServerResponse | undefined {
  return (socket as Socket & { readonly _httpMessage?: ServerResponse | null })._httpMessage ?? undefined
}

/** Undefined where no response can be sent: the connection is lost, or its TLS handshake failed. */
function refusalFor(code: string | undefined): Refusal | undefined {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return { status: 431, details: 'http1.headers_too_large' }
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return { status: 413, details: 'http1.codec_error' }
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return { status: 408, details: 'request_header_timeout' }
    default:
      return code?.startsWith('HPE_') ? { status: 400, details: 'http1.codec_error' } : undefined
  }
}
