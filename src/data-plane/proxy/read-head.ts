import { normalizeHost, normalizePath, type PathNormalization, splitTarget } from '../../fib/normalize.ts'
import type { HeaderLines, RequestHead, Scheme } from '../../fib/request-head.ts'
import type { Platform } from '../platform.ts'
import { connectionNames } from './forwarded-headers.ts'

/** A request as it arrived: its head where it is well-formed, and what the access log says of it in any case. */
export interface ArrivedRequest {
  /** Undefined where Host or path are malformed: the request is refused with 400. */
  readonly head: RequestHead | undefined
  readonly authority: string
  readonly target: string
}

/**
 * Reads the head of a request. `request.url` is taken apart as text: `new URL` would normalise the path by rules of
 * its own, and throws on what some runtimes let through.
 *
 * @param normalization the table's: a path is matched in the form that the table's rules were written for
 * @param platform where it knows the listener that the request came in by, and the client
 */
export function readHead(
  request: Pick<Request, 'method' | 'url' | 'headers'>,
  normalization: PathNormalization,
  { entrance, client }: Pick<Platform, 'entrance' | 'client'> = {},
): ArrivedRequest {
  const { url, headers } = request
  const schemeEnd = url.indexOf('://')
  const hostStart = schemeEnd + 3
  const hostEnd = endOfAuthority(url, hostStart)
  const scheme: Scheme = url.startsWith('https:') ? 'https' : 'http'
  // workerd writes the target of `OPTIONS *` right behind the host.
  const isAsterisk = hostEnd === url.length && url.endsWith('*')
  const target = isAsterisk ? '*' : url.slice(hostEnd)
  const authority = headers.get('host') ?? url.slice(hostStart, hostEnd)
  const { path: sentPath, query } = splitTarget(target)
  const path = normalizePath(sentPath === '' ? '/' : sentPath, normalization)
  const host = normalizeHost(authority)
  if (path === undefined || host === undefined) return { head: undefined, authority, target }
  const port = entrance?.port ?? portOf(url.slice(hostStart, hostEnd), scheme)
  const head = { method: request.method, scheme, authority, host, port, path, query, headers: linesOf(headers) }
  const known = { ...(entrance && { listener: entrance.listener }), ...(client && { client }) }
  return { head: { ...head, ...known }, authority, target }
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
 * each part of it are offered: any may match. What `Connection` names ends at this hop, and no rule sees it.
 */
function linesOf(headers: Headers): HeaderLines {
  const hidden = connectionNames(headers)
  return {
    valuesOf: name => {
      if (hidden.includes(name)) return []
      const value = headers.get(name)
      if (value === null) return []
      return value.includes(', ') ? [value, ...value.split(', ')] : [value]
    },
  }
}
