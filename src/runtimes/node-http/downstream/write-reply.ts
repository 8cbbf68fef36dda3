import type { ServerResponse } from 'node:http'
import { isWrittenInResponse } from '../../../data-plane/hop-by-hop.ts'
import type { Reply } from '../../../data-plane/platform.ts'
import type { RawHeaders } from '../raw-headers.ts'
import { trailersOf } from '../trailers.ts'
import type { HttpResponse } from '../upstream/upstream-response.ts'

/**
 * Writes a reply to its client. The body of an upstream response streams at the pace of both sides; where it breaks
 * off, so does the client's connection, so that half an answer is never taken for a whole one.
 *
 * @param isLast whether the connection is to be closed after it
 * @throws Error where the rules have made a header that cannot be written; nothing was written then
 */
export function writeReply(reply: Reply, response: ServerResponse, isLast: boolean): void {
  if (reply.kind === 'local') {
    const lines = framed(reply.headers as RawHeaders, reply.status, String(reply.body?.length ?? 0))
    writeHead(response, reply.status, '', lines, isLast)
    response.end(reply.body)
    return
  }
  const origin = reply.response as HttpResponse
  const { status, incoming } = origin
  const headers = (reply.headers as RawHeaders | undefined) ?? origin.headers
  const lines = framed(headers, status, origin.headers.get('content-length'))
  writeHead(response, status, incoming.statusMessage ?? '', lines, isLast)
  handOn(origin, response)
}

const sayable = /^[\t\u0020-\u007e\u0080-\u00ff]+$/

function writeHead(response: ServerResponse, status: number, reason: string, lines: string[], isLast: boolean): void {
  // Otherwise `keep-alive` would be said on each, which is what HTTP/1.1 means anyway.
  if (isLast || !response.shouldKeepAlive) lines.push('connection', 'close')
  else response.removeHeader('connection')
  // What an endpoint says there is read by people alone; what could not be written is not worth an answer.
  if (sayable.test(reason)) response.writeHead(status, reason, lines)
  else response.writeHead(status, lines)
}

/**
 * The lines of a response without hop-by-hop headers, and with the length of its body, where that is
 * known. The length comes last: once it is known, `node:http` re-encodes a `content-disposition`.
 */
function framed(headers: RawHeaders, status: number, length: string | null): string[] {
  const lines: string[] = []
  const { flat } = headers
  for (let at = 0; at < flat.length; at += 2) {
    const name = flat[at]!
    if (name !== 'content-length' && !isWrittenInResponse(name)) lines.push(name, flat[at + 1]!)
  }
  if (length !== null && status !== 204) lines.push('content-length', length)
  return lines
}

function handOn(origin: HttpResponse, response: ServerResponse): void {
  const { incoming } = origin
  const first = incoming.read() as Buffer | null
  // A short answer has come in whole by now, and goes out in one piece.
  if (origin.isComplete && incoming.readableLength === 0) {
    end(origin, response, first)
    return
  }
  if (first === null) response.flushHeaders()
  else if (!response.write(first)) incoming.pause()
  stream(origin, response)
}

function stream(origin: HttpResponse, response: ServerResponse): void {
  const { incoming } = origin
  let isWhole = false
  const breakOff = () => {
    if (isWhole) return
    origin.over(origin.fault ?? 'reset')
    response.destroy()
  }
  // Its connection was lost between the head and now.
  if (incoming.closed) {
    breakOff()
    return
  }
  incoming.on('data', chunk => {
    if (!response.write(chunk)) incoming.pause()
  })
  incoming.on('end', () => {
    isWhole = origin.isComplete
    if (isWhole) end(origin, response, null)
  })
  // A body that breaks off emits two events; `close` comes in any case.
  incoming.on('error', () => {})
  incoming.on('close', breakOff)
  response.on('drain', () => incoming.resume())
  response.on('close', () => {
    if (!isWhole) origin.cut()
  })
}

const shortBytes = 4096

function end(origin: HttpResponse, response: ServerResponse, last: Buffer | null): void {
  const { rawTrailers } = origin.incoming
  if (rawTrailers.length > 0 && response.chunkedEncoding) response.addTrailers(trailersOf(rawTrailers))
  // A short one goes out together with its head, as one text of Latin-1.
  if (last !== null && last.length <= shortBytes) response.end(last.toString('latin1'), 'latin1')
  else response.end(last ?? undefined)
  origin.over('whole')
}
