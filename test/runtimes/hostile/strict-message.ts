/** One HTTP/1.1 message that leaves no doubt about where it ends. */
export interface StrictMessage {
  readonly startLine: string
  /** In their order, names in lower case. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: Buffer
  /** How many bytes the whole of it takes. */
  readonly size: number
}

/** What the bytes so far are: a whole message, the start of one, or something that nobody should have sent. */
export type Parsed =
  | { readonly kind: 'whole'; readonly message: StrictMessage }
  | { readonly kind: 'partial'; readonly head: Head | undefined }
  | { readonly kind: 'violation'; readonly reason: string }

/** A message's head. */
export interface Head {
  readonly startLine: string
  readonly headers: StrictMessage['headers']
}

/** What is being read: a request, or the response to a method on a connection that has ended or not. */
export type Reading =
  | { readonly kind: 'request' }
  | { readonly kind: 'response'; readonly method: string; readonly isEnded: boolean }

const requestLine = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+ [\x21-\x7e]+ HTTP\/1\.[01]$/
const statusLine = /^HTTP\/1\.[01] [1-9]\d\d [^\0\r\n]*$/
const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
/** Other control characters may stay where they mean nothing (RFC 9110 §5.5). */
const fieldValue = /^[^\0\r\n]*$/
/** Far more than any gateway should hand on; else a flood would be read as a head that is still coming. */
const headLimitBytes = 4_000_000

/**
 * Reads the first message in `bytes` by the letter of RFC 9112, without any of the leniences that it allows: what two
 * readers could understand in two ways is a violation.
 */
export function parseStrict(bytes: Buffer, reading: Reading): Parsed {
  const headEnd = bytes.indexOf('\r\n\r\n')
  if (headEnd < 0) {
    if (bytes.length > headLimitBytes) return violation('a head without an end')
    return { kind: 'partial', head: undefined }
  }
  const [startLine = '', ...lines] = bytes.toString('latin1', 0, headEnd).split('\r\n')
  if (!(reading.kind === 'request' ? requestLine : statusLine).test(startLine)) {
    return violation(`start line ${JSON.stringify(startLine.slice(0, 200))}`)
  }
  const headers: (readonly [string, string])[] = []
  for (const line of lines) {
    const mark = line.indexOf(':')
    const name = line.slice(0, Math.max(0, mark))
    const value = line.slice(mark + 1)
    if (!token.test(name) || !fieldValue.test(value)) return violation(`line ${JSON.stringify(line.slice(0, 200))}`)
    headers.push([name.toLowerCase(), value.replace(/^[ \t]+|[ \t]+$/g, '')])
  }
  const framing = framingOf(startLine, headers, reading)
  if (framing.kind === 'violation') return framing
  const body = bodyAt(bytes, headEnd + 4, framing, reading)
  if (body === 'partial') return { kind: 'partial', head: { startLine, headers } }
  if (typeof body === 'string') return violation(body)
  return { kind: 'whole', message: { startLine, headers, body: body.content, size: body.end } }
}

const violation = (reason: string) => ({ kind: 'violation', reason }) as const

type Framing = { readonly kind: 'length'; readonly bytes: number } | { readonly kind: 'chunked' | 'until-close' }

function framingOf(
  startLine: string,
  headers: StrictMessage['headers'],
  reading: Reading,
): Framing | { readonly kind: 'violation'; readonly reason: string } {
  const lengths = headers.filter(([name]) => name === 'content-length').map(([, value]) => value)
  const encodings = headers.filter(([name]) => name === 'transfer-encoding').map(([, value]) => value)
  if (lengths.length + encodings.length > 1) {
    return violation(`framed ${lengths.length + encodings.length} times: ${[...lengths, ...encodings].join(' | ')}`)
  }
  const [length] = lengths
  const [encoding] = encodings
  // Some ask in HTTP/1.0 where an origin has answered in it before; it knows no chunks.
  if (encoding !== undefined && / HTTP\/1\.0$/.test(startLine)) return violation('chunks in HTTP/1.0')
  if (encoding !== undefined && encoding !== 'chunked') return violation(`transfer-encoding ${encoding}`)
  if (length !== undefined && !/^\d{1,15}$/.test(length)) return violation(`content-length ${length}`)
  if (reading.kind === 'response') {
    const status = Number(startLine.slice(9, 12))
    const isBodyless = reading.method === 'HEAD' || status < 200 || status === 204 || status === 304
    if (isBodyless) return { kind: 'length', bytes: 0 }
  }
  if (encoding !== undefined) return { kind: 'chunked' }
  if (length !== undefined) return { kind: 'length', bytes: Number(length) }
  return reading.kind === 'request' ? { kind: 'length', bytes: 0 } : { kind: 'until-close' }
}

function bodyAt(
  bytes: Buffer,
  start: number,
  framing: Framing,
  reading: Reading,
): { readonly content: Buffer; readonly end: number } | 'partial' | `chunk ${string}` {
  switch (framing.kind) {
    case 'length': {
      const end = start + framing.bytes
      return bytes.length < end ? 'partial' : { content: bytes.subarray(start, end), end }
    }
    case 'until-close':
      return reading.kind === 'response' && reading.isEnded
        ? { content: bytes.subarray(start), end: bytes.length }
        : 'partial'
    case 'chunked':
      return chunksAt(bytes, start)
    default:
      return framing satisfies never
  }
}

/** Chunks without extensions; what stands behind the last one must be fields that may stand there. */
function chunksAt(bytes: Buffer, start: number): { content: Buffer; end: number } | 'partial' | `chunk ${string}` {
  const chunks: Buffer[] = []
  for (let at = start; ; ) {
    const lineEnd = bytes.indexOf('\r\n', at)
    if (lineEnd < 0) return bytes.length - at > 64 ? 'chunk size without an end' : 'partial'
    const line = bytes.toString('latin1', at, lineEnd)
    if (!/^[0-9a-fA-F]{1,12}$/.test(line)) return `chunk size ${JSON.stringify(line.slice(0, 100))}`
    const size = Number.parseInt(line, 16)
    const dataEnd = lineEnd + 2 + size
    if (size === 0) {
      const end = trailersEnd(bytes, lineEnd + 2)
      return typeof end === 'number' ? { content: Buffer.concat(chunks), end } : end
    }
    if (bytes.length < dataEnd + 2) return 'partial'
    if (bytes.toString('latin1', dataEnd, dataEnd + 2) !== '\r\n') return 'chunk data without its line end'
    chunks.push(bytes.subarray(lineEnd + 2, dataEnd))
    at = dataEnd + 2
  }
}

const forbiddenTrailer = /^(?:content-length|transfer-encoding|host|connection|authorization|set-cookie):/i

function trailersEnd(bytes: Buffer, start: number): number | 'partial' | `chunk ${string}` {
  for (let at = start; ; ) {
    const lineEnd = bytes.indexOf('\r\n', at)
    if (lineEnd < 0) return 'partial'
    if (lineEnd === at) return at + 2
    const line = bytes.toString('latin1', at, lineEnd)
    const mark = Math.max(0, line.indexOf(':'))
    if (!token.test(line.slice(0, mark)) || !fieldValue.test(line.slice(mark + 1)) || forbiddenTrailer.test(line)) {
      return `chunk trailer ${JSON.stringify(line.slice(0, 100))}`
    }
    at = lineEnd + 2
  }
}
