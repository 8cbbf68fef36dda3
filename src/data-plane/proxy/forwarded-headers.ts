import { isReservedHeader, type RequestHead } from '../../fib/request-head.ts'

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
 * The headers that go upstream before any rule changes them: those of the client without the ones that end at this
 * hop, with the Host that is meant in `x-forwarded-host`, since `fetch` takes Host from the URL.
 */
export function requestHeaders(
  request: Pick<Request, 'headers' | 'body'>,
  head: RequestHead,
  authority: string,
): Headers {
  const headers = new Headers(request.headers)
  removeConnectionHeaders(headers, isReservedHeader)
  // Without a body, a content-length would make the endpoint wait for one.
  if (request.body === null) headers.delete('content-length')
  headers.set('x-forwarded-host', authority)
  headers.set('x-forwarded-proto', head.scheme)
  return headers
}

/** Whether a response has headers that end at this hop. */
export function hasConnectionHeaders(headers: Headers): boolean {
  for (const name of headers.keys()) if (hopByHop.has(name)) return true
  return false
}

/** Takes out what ends at this hop: the headers of one connection, those that `Connection` names, and the unwanted. */
export function removeConnectionHeaders(headers: Headers, isUnwanted: (name: string) => boolean): void {
  const named = connectionNames(headers)
  for (const name of [...headers.keys()]) {
    if (hopByHop.has(name) || isUnwanted(name)) headers.delete(name)
  }
  for (const name of named) headers.delete(name)
}

/**
 * The headers that `Connection` names as its own, in lower case (RFC 9110 §7.6.1). It cannot name away what other hops
 * vouch for: a client would take out the address that was written down for it, or the credentials that a rule asks for.
 */
export function connectionNames(headers: Headers): string[] {
  const value = headers.get('connection')
  if (value === null) return noNames
  return value
    .toLowerCase()
    .split(',')
    .map(token => token.trim())
    .filter(name => /^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name) && !vouchedFor.test(name))
}

const noNames: string[] = []
const vouchedFor = /^(?:x-forwarded-.*|forwarded|x-real-ip|cf-.*|authorization|cookie|content-.*)$/
