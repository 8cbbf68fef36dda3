/**
 * What ends at a hop (RFC 9110 §7.6.1), by what each of these headers is about: `framing` is written anew by every runtime
 * in both directions, `connection` in responses; `proxy-connection` is nothing but what old clients say; `host` is the
 * endpoint's own, and `request` what a client says to this hop alone.
 */
const hopByHop = new Map<string, 'framing' | 'connection' | 'proxy-connection' | 'host' | 'request'>([
  ['connection', 'framing'],
  ['keep-alive', 'connection'],
  ['transfer-encoding', 'framing'],
  ['upgrade', 'framing'],
  ['trailer', 'connection'],
  ['proxy-connection', 'proxy-connection'],
  ['host', 'host'],
  ['te', 'request'],
  // This hop has answered it.
  ['expect', 'request'],
])

/**
 * Whether a header ends at this hop, in either direction.
 *
 * @param name in lower case
 */
export function isHopByHop(name: string): boolean {
  return hopByHop.has(name)
}

/** Those that a response can have: all but what only a request says. */
export const responseHopByHop: readonly string[] = [...hopByHop]
  .filter(([, about]) => about !== 'host' && about !== 'request')
  .map(([name]) => name)

/**
 * Whether a runtime writes this header of a response by itself, so that the rules cannot set it; but for `content-length`.
 *
 * @param name in lower case
 */
export function isWrittenInResponse(name: string): boolean {
  const about = hopByHop.get(name)
  return about === 'framing' || about === 'connection'
}

/**
 * Whether a runtime writes this header of a request by itself, so that the rules cannot set it; but for `content-length`.
 *
 * @param name in lower case
 */
export function isWrittenInRequest(name: string): boolean {
  const about = hopByHop.get(name)
  return about === 'framing' || about === 'host'
}

/**
 * The headers that `Connection` names as its own, in lower case (RFC 9110 §7.6.1). It cannot name away what other hops
 * vouch for: a client would take out the address that was written down for it, or the credentials that a rule asks for.
 */
export function connectionNames(headers: { get(name: string): string | null }): readonly string[] {
  const value = headers.get('connection')
  // What nearly every client says, and none of it is the name of a header that is sent.
  if (value === null || value === 'keep-alive' || value === 'close') return noNames
  return value
    .toLowerCase()
    .split(',')
    .map(token => token.trim())
    .filter(name => /^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name) && !vouchedFor.test(name))
}

const noNames: readonly string[] = []
const vouchedFor = /^(?:x-forwarded-.*|forwarded|x-real-ip|x-request-id|cf-.*|authorization|cookie|content-.*)$/
