import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

/** An answer as it came over the wire. */
export interface RawResponse {
  readonly status: number
  /** In their order, names in lower case. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: Buffer
}

/** What became of a request: an answer, or the way in which there was none. */
export type Exchange =
  | ({ readonly kind: 'answered' } & RawResponse)
  | { readonly kind: 'closed' | 'timeout'; readonly received: Buffer }
  | { readonly kind: 'refused' }

export interface ConnectOptions {
  readonly port: number
  /** Inside TLS, with this name in the ClientHello; null: without a name. Absent: plain TCP. */
  readonly sni?: string | null
  /** How long to wait for an answer. */
  readonly timeoutMs: number
}

/** A client connection that sends bytes as they are and reads HTTP/1.1 answers, one after another. */
export interface HttpConnection {
  /** Sends a whole request; `method` tells whether the answer has a body. */
  exchange(request: Buffer, method: string): Promise<Exchange>
  /** Whether the connection can take no further request. */
  readonly isOver: boolean
  close(): void
}

/** Opens a connection to this machine. What goes wrong, a refused connection too, is told by the first exchange. */
export function openConnection({ port, sni, timeoutMs }: ConnectOptions): HttpConnection {
  const socket: Socket =
    sni === undefined
      ? connect(port, '127.0.0.1')
      : connectTls({
          port,
          host: '127.0.0.1',
          rejectUnauthorized: false,
          ALPNProtocols: ['http/1.1'],
          ...(sni !== null && { servername: sni }),
        })
  let received: Buffer<ArrayBufferLike> = Buffer.alloc(0)
  let isEnded = false
  let isRefused = false
  let onChange = () => {}
  socket.setNoDelay(true)
  socket.on('data', chunk => {
    received = Buffer.concat([received, chunk])
    onChange()
  })
  socket.on('error', (error: NodeJS.ErrnoException) => {
    isRefused ||= error.code === 'ECONNREFUSED'
  })
  for (const event of ['end', 'close'] as const) {
    socket.on(event, () => {
      isEnded = true
      onChange()
    })
  }

  return {
    exchange(request, method) {
      socket.write(request)
      return new Promise(resolve => {
        const timer = setTimeout(() => settle({ kind: 'timeout', received }), timeoutMs)
        function settle(exchange: Exchange) {
          clearTimeout(timer)
          onChange = () => {}
          resolve(exchange)
        }
        onChange = () => {
          const parsed = parseResponse(received, method, isEnded)
          if (parsed) {
            received = received.subarray(parsed.bytes)
            settle({ kind: 'answered', ...parsed.response })
          } else if (isEnded) {
            settle(isRefused ? { kind: 'refused' } : { kind: 'closed', received })
          }
        }
        onChange()
      })
    },
    get isOver() {
      return isEnded
    },
    close: () => void socket.destroy(),
  }
}

/** The first whole response in `bytes`, interim ones (1xx) left out, or undefined where more must come. */
export function parseResponse(
  bytes: Buffer,
  method: string,
  isEnded: boolean,
): { readonly response: RawResponse; readonly bytes: number } | undefined {
  const headEnd = bytes.indexOf('\r\n\r\n')
  if (headEnd < 0) return undefined
  const [statusLine, ...lines] = bytes.subarray(0, headEnd).toString('utf8').split('\r\n')
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(statusLine!)?.[1])
  if (!status) return undefined
  const bodyStart = headEnd + 4
  if (status < 200 && status !== 101) {
    const next = parseResponse(bytes.subarray(bodyStart), method, isEnded)
    return next && { response: next.response, bytes: next.bytes + bodyStart }
  }
  const headers = lines.map(line => {
    const mark = line.indexOf(':')
    return [line.slice(0, mark).toLowerCase(), line.slice(mark + 1).trim()] as const
  })
  const valueOfHeader = (name: string) => headers.find(([each]) => each === name)?.[1]
  const body = bodyOf(bytes.subarray(bodyStart), {
    isBodyless: method === 'HEAD' || status === 204 || status === 304,
    isChunked: /\bchunked\b/i.test(valueOfHeader('transfer-encoding') ?? ''),
    length: valueOfHeader('content-length'),
    isEnded,
  })
  return body && { response: { status, headers, body: body.content }, bytes: bodyStart + body.bytes }
}

interface BodyFraming {
  readonly isBodyless: boolean
  readonly isChunked: boolean
  readonly length: string | undefined
  readonly isEnded: boolean
}

function bodyOf(
  bytes: Buffer,
  { isBodyless, isChunked, length, isEnded }: BodyFraming,
): { readonly content: Buffer; readonly bytes: number } | undefined {
  if (isBodyless) return { content: Buffer.alloc(0), bytes: 0 }
  if (isChunked) return chunkedBody(bytes)
  if (length === undefined) return isEnded ? { content: bytes, bytes: bytes.length } : undefined
  const size = Number(length)
  return bytes.length >= size ? { content: bytes.subarray(0, size), bytes: size } : undefined
}

function chunkedBody(bytes: Buffer): { readonly content: Buffer; readonly bytes: number } | undefined {
  const chunks: Buffer[] = []
  for (let at = 0; ; ) {
    const lineEnd = bytes.indexOf('\r\n', at)
    if (lineEnd < 0) return undefined
    const size = Number.parseInt(bytes.subarray(at, lineEnd).toString('latin1'), 16)
    const end = lineEnd + 2 + size + 2
    if (Number.isNaN(size) || bytes.length < end) return undefined
    // No origin here sends trailers.
    if (size === 0) return { content: Buffer.concat(chunks), bytes: end }
    chunks.push(bytes.subarray(lineEnd + 2, end - 2))
    at = end
  }
}
