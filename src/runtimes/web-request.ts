import type { DownstreamRequest, HeaderFields, RequestBody } from '../data-plane/platform.ts'
import type { HeaderLines, Scheme } from '../fib/request-head.ts'

/** The parts of a web `Request` that a gateway reads. */
export interface WebRequest {
  readonly method: string
  readonly url: string
  readonly headers: Headers
}

/**
 * A web `Request` as the data plane takes it. `request.url` is taken apart as text: `new URL` would normalise the path
 * by rules of its own, and throws on what some runtimes let through.
 *
 * @param body as the runtime streams it
 * @param onDisconnect where the runtime can tell; many cannot
 */
export function webRequest(
  { method, url, headers }: WebRequest,
  body: RequestBody | undefined,
  onDisconnect: DownstreamRequest['onDisconnect'] = () => {},
): DownstreamRequest {
  const hostStart = url.indexOf('://') + 3
  const hostEnd = endOfAuthority(url, hostStart)
  const scheme: Scheme = url.startsWith('https:') ? 'https' : 'http'
  const authority = headers.get('host') ?? url.slice(hostStart, hostEnd)
  return {
    method,
    scheme,
    authority,
    port: portOf(url.slice(hostStart, hostEnd), scheme),
    target: targetOf(url, hostEnd),
    headers,
    lines: linesOf(headers),
    copyHeaders: isLeftOut => copyOf(headers, isLeftOut),
    body,
    isWebSocket: method === 'GET' && body === undefined && headers.get('upgrade')?.toLowerCase() === 'websocket',
    onDisconnect,
  }
}

/**
 * A copy of web headers that may be changed, without those that are left out.
 *
 * @param copy where all of them were copied already
 */
export function copyOf(
  headers: Headers,
  isLeftOut: (name: string) => boolean,
  copy: Headers = new Headers(headers),
): HeaderFields & Headers {
  for (const name of headers.keys()) if (isLeftOut(name)) copy.delete(name)
  return copy
}

function targetOf(url: string, hostEnd: number): string {
  // workerd writes the target of `OPTIONS *` right behind the host.
  if (hostEnd === url.length && url.endsWith('*')) return '*'
  const target = url.slice(hostEnd)
  return target.startsWith('/') ? target : `/${target}`
}

function endOfAuthority(url: string, from: number): number {
  for (let at = from; at < url.length; at++) {
    const code = url.charCodeAt(at)
    if (code === 47 /* / */ || code === 63 /* ? */ || code === 35 /* # */) return at
  }
  return url.length
}

function portOf(urlAuthority: string, scheme: Scheme): number {
  const mark = urlAuthority.lastIndexOf(':')
  const port = mark > urlAuthority.lastIndexOf(']') ? Number(urlAuthority.slice(mark + 1)) : 0
  return port || (scheme === 'https' ? 443 : 80)
}

/**
 * Runtimes with web `Headers` join repeated lines with `, `. Envoy tests each line by itself, so the whole value and
 * each part of it are offered: any may match.
 */
function linesOf(headers: Headers): HeaderLines {
  return {
    valuesOf: name => {
      const value = headers.get(name)
      if (value === null) return []
      return value.includes(', ') ? [value, ...value.split(', ')] : [value]
    },
  }
}
