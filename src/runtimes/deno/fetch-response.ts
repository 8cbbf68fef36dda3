import { Readable } from 'node:stream'
import { isWrittenInResponse } from '../../data-plane/hop-by-hop.ts'
import type { Reply } from '../../data-plane/platform.ts'
import type { RawHeaders } from '../node-http/raw-headers.ts'
import type { HttpResponse } from '../node-http/upstream/upstream-response.ts'
import { bridgeWebSocket } from './bridge-web-socket.ts'

/** A reply as a web response. The body streams; where it breaks off, Deno cuts the client's connection. */
export function fetchResponse(reply: Reply, request: Request): Response {
  if (reply.kind === 'local') {
    // The client that 499 is meant for has gone.
    const status = reply.status === 499 ? 503 : reply.status
    return new Response(reply.body ?? null, { status, headers: webHeaders(reply.headers as RawHeaders) })
  }
  const origin = reply.response as HttpResponse
  const headers = webHeaders((reply.headers as RawHeaders | undefined) ?? origin.headers)
  if (origin.tunnel) return bridgeWebSocket(request, headers, origin)
  const { status, incoming } = origin
  const statusText = sayable.test(incoming.statusMessage ?? '') ? incoming.statusMessage! : ''
  return new Response(bodyOf(origin, request.method), { status, statusText, headers })
}

const sayable = /^[\x20-\x7e]*$/
const bodyless = [204, 205, 304]

function bodyOf(origin: HttpResponse, method: string): ReadableStream | Uint8Array<ArrayBuffer> | null {
  const { incoming, status } = origin
  if (method === 'HEAD' || bodyless.includes(status)) {
    origin.over('whole')
    incoming.resume()
    return null
  }
  const first = incoming.read() as Buffer<ArrayBuffer> | null
  if (origin.isComplete && incoming.readableLength === 0) {
    origin.over('whole')
    return first
  }
  if (first !== null) incoming.unshift(first)
  incoming.on('error', () => {})
  incoming.on('close', () => origin.over(origin.isComplete ? 'whole' : (origin.fault ?? 'reset')))
  return Readable.toWeb(incoming) as unknown as ReadableStream
}

function webHeaders({ flat }: RawHeaders): Headers {
  const headers = new Headers()
  for (let at = 0; at < flat.length; at += 2) {
    if (!isWrittenInResponse(flat[at]!)) headers.append(flat[at]!, flat[at + 1]!)
  }
  return headers
}
