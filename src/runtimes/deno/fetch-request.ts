import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import type { DownstreamRequest } from '../../data-plane/platform.ts'
import { RawHeaders } from '../node-http/raw-headers.ts'
import { StreamedBody } from '../node-http/request-body.ts'
import { webRequest } from '../web-request.ts'

/**
 * A web request as Deno serves it, with headers and a body that `node:http` can send on.
 *
 * @param connection what tells the client's from others
 */
export function fetchRequest(request: Request, connection: string | undefined): DownstreamRequest {
  const { headers, body, signal } = request
  const flat = new RawHeaders([...headers].flat())
  const streamed = body === null ? undefined : bodyOf(body, headers.get('content-length'))
  const read = webRequest(request, streamed, callback => {
    if (signal.aborted) callback()
    else signal.addEventListener('abort', callback, { once: true })
  })
  return {
    ...read,
    headers: flat,
    connection,
    copyHeaders: isLeftOut => flat.copyWithout(isLeftOut),
    ...(read.isWebSocket && asWebSocket(flat)),
  }
}

/** Deno tells the end of a request as it tells that a client has gone; a switched connection has both at once. */
function asWebSocket(headers: RawHeaders): Pick<DownstreamRequest, 'onDisconnect'> {
  // Its frames are read here, and have to be as the protocol alone has them.
  headers.delete('sec-websocket-extensions')
  return { onDisconnect: () => {} }
}

function bodyOf(body: NonNullable<Request['body']>, announcedBytes: string | null): StreamedBody {
  return new StreamedBody(Readable.fromWeb(body as ReadableStream), announcedBytes ?? undefined)
}
