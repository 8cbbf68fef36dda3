import type { RequestHead } from '../../fib/request-head.ts'
import { reservedPrefix } from './read-head.ts'

/**
 * Headers that speak of one connection only (RFC 9110 §7.6.1), with `host`, which follows the URL that is fetched,
 * and `expect`, which this hop has answered.
 */
const hopByHop = new Set([
  'connection',
  'expect',
  'host',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/**
 * The headers that go upstream: those of the client without the ones that end at this hop, with what it asked for in
 * `x-forwarded-host` and `x-forwarded-proto`, since `fetch` takes Host from the URL.
 *
 * @param hasBody whether the body goes along; without it a content-length would make the endpoint wait for one
 */
export function requestHeaders(request: Request, head: RequestHead, hasBody: boolean): Headers {
  const headers = new Headers(request.headers)
  removeConnectionHeaders(headers, name => name.startsWith(reservedPrefix) || name.startsWith('x-envoy-'))
  if (!hasBody) headers.delete('content-length')
  headers.set('x-forwarded-host', head.authority)
  headers.set('x-forwarded-proto', head.scheme)
  return headers
}

/** The response as it goes downstream: untouched unless it has headers that end at this hop. */
export function downstreamResponse(response: Response): Response {
  let endsHere = false
  for (const name of response.headers.keys()) endsHere ||= hopByHop.has(name)
  if (!endsHere) return response
  const headers = new Headers(response.headers)
  removeConnectionHeaders(headers, () => false)
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers })
}

function removeConnectionHeaders(headers: Headers, isUnwanted: (name: string) => boolean): void {
  const named = headers.get('connection')?.toLowerCase().split(',') ?? []
  for (const name of [...headers.keys()]) {
    if (hopByHop.has(name) || isUnwanted(name)) headers.delete(name)
  }
  for (const token of named) {
    const name = token.trim()
    // What is no header name cannot be the name of a header to remove.
    if (/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name)) headers.delete(name)
  }
}
