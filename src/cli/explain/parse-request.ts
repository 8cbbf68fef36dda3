import type { Scheme } from '../../fib/request-head.ts'

/** A request as the command line describes it, in the shape in which a runtime hands one over. */
export interface CommandLineRequest {
  readonly method: string
  readonly url: string
  readonly headers: Headers
  /** The header lines as they are written, which `headers` may have joined. */
  readonly lines: readonly HeaderLine[]
  readonly body: null
}

type HeaderLine = readonly [name: string, value: string]

/** A request, or what keeps the description from being one. */
export type ParsedRequest =
  | { readonly kind: 'request'; readonly request: CommandLineRequest }
  | { readonly kind: 'unusable'; readonly reason: string }

/**
 * The request that METHOD, URL and `-H` options describe. A URL without a scheme is an http one; one that is only a
 * path needs a Host header. The URL is kept as text: what a parser would make of it is for the gateway to decide.
 *
 * @param written the URL
 * @param headerLines as `name: value`
 */
export function parseRequest(method: string, written: string, headerLines: readonly string[]): ParsedRequest {
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(method)) return unusable(`"${method}" is not an HTTP method`)
  const headers = new Headers()
  const lines: HeaderLine[] = []
  for (const line of headerLines) {
    const colon = line.indexOf(':', 1)
    if (colon < 0) return unusable(`-H "${line}": a header is written name: value`)
    try {
      const [name, value] = [line.slice(0, colon), line.slice(colon + 1).trim()]
      addHeaderLine(headers, name, value)
      lines.push([name, value])
    } catch {
      return unusable(`-H "${line}": no such header can be sent`)
    }
  }
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(written)?.[1]?.toLowerCase()
  if (scheme !== undefined && !isScheme(scheme)) return unusable(`"${written}": only http and https are served`)
  if (written.startsWith('/') && !headers.has('host')) {
    return unusable(`"${written}" names no host: write a whole URL, or add -H 'Host: …'`)
  }
  const url = scheme === undefined ? inFull(written, headers) : scheme + written.slice(scheme.length)
  return { kind: 'request', request: { method, url, headers, lines, body: null } }
}

/**
 * Adds a header line as workerd joins it, with `, `; Node would join the lines of a Cookie in another way.
 *
 * @throws TypeError where it is no header
 */
export function addHeaderLine(headers: Headers, name: string, value: string): void {
  const before = headers.get(name)
  headers.set(name, before === null ? value : `${before}, ${value}`)
}

function isScheme(text: string): text is Scheme {
  return text === 'http' || text === 'https'
}

function inFull(written: string, headers: Headers): string {
  return written.startsWith('/') ? `http://${headers.get('host')}${written}` : `http://${written}`
}

function unusable(reason: string): ParsedRequest {
  return { kind: 'unusable', reason }
}
