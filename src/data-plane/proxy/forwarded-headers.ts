import { isReservedHeader, type RequestHead } from '../../fib/request-head.ts'
import type { DownstreamRequest, HeaderFields } from '../platform.ts'
import { hopHeader, hopsBefore } from './hops.ts'

/** What upstream headers are made from, beside the client's own. */
export interface Forwarding {
  readonly head: RequestHead
  /** The Host that is meant, where the runtime cannot send it as such. */
  readonly toldHost: string | undefined
  /** Of this request: a client's own would let it choose what its requests are found by. */
  readonly requestId: string
  /** Proxies before this one that can be trusted; what they say of the scheme is taken over. */
  readonly trustedHops: number
}

/**
 * The headers that go upstream before any rule changes them: those of the client without the ones that end at this
 * hop or that only gateways may set, with what a gateway at the edge says of a request.
 *
 * Source: Envoy with `use_remote_address`: `x-forwarded-for` is appended to, `x-forwarded-proto` and `x-request-id` are
 * replaced.
 */
export function forwardedHeaders(
  request: Pick<DownstreamRequest, 'headers' | 'copyHeaders'>,
  { head, toldHost, requestId, trustedHops }: Forwarding,
): HeaderFields {
  const named = connectionNames(request.headers)
  const headers = request.copyHeaders(name => isHopByHop(name) || isReservedHeader(name) || named.includes(name))
  if (toldHost !== undefined) headers.set('x-forwarded-host', toldHost)
  if (head.forwardedFor !== undefined) headers.set('x-forwarded-for', head.forwardedFor)
  if (trustedHops === 0 || !headers.has('x-forwarded-proto')) headers.set('x-forwarded-proto', head.scheme)
  headers.set('x-request-id', requestId)
  headers.set(hopHeader, String(hopsBefore(request.headers) + 1))
  return headers
}

/** The headers of one connection that a response can have. */
export const connectionHeaders = [
  'connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'trailer',
  'proxy-connection',
] as const

/**
 * Whether a header speaks of one connection only (RFC 9110 §7.6.1), or is `host`, which is the endpoint's to be told
 * anew, or `expect`, which this hop has answered.
 *
 * @param name in lower case
 */
export function isHopByHop(name: string): boolean {
  switch (name) {
    case 'connection':
    case 'expect':
    case 'host':
    case 'keep-alive':
    case 'proxy-connection':
    case 'te':
    case 'trailer':
    case 'transfer-encoding':
    case 'upgrade':
      return true
    default:
      return false
  }
}

/**
 * The headers that `Connection` names as its own, in lower case (RFC 9110 §7.6.1). It cannot name away what other hops
 * vouch for: a client would take out the address that was written down for it, or the credentials that a rule asks for.
 */
export function connectionNames(headers: Pick<HeaderFields, 'get'>): readonly string[] {
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
