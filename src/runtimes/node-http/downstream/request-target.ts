import type { Scheme } from '../../../fib/request-head.ts'

/** The target of a request, taken apart. */
export interface SentTarget {
  /** Path and query as sent; `*` for `OPTIONS *`. */
  readonly target: string
  /** Only an absolute target has one; then it counts, and Host does not (RFC 9112 §3.2.2). */
  readonly authority: string | undefined
  /** Of an absolute target, in lower case: perhaps one that the gateway does not support. */
  readonly scheme: Scheme | (string & {}) | undefined
}

/** Reads what stands in the request line. A target without a scheme is handed on as it is. */
export function readTarget(sent: string): SentTarget {
  if (sent.charCodeAt(0) === 47 /* / */) return { target: sent, authority: undefined, scheme: undefined }
  const schemeEnd = sent.indexOf('://')
  if (schemeEnd < 0) return { target: sent, authority: undefined, scheme: undefined }
  const start = schemeEnd + 3
  const length = sent.slice(start).search(/[/?#]/)
  const end = length < 0 ? sent.length : start + length
  return {
    // One that begins with `?` stays without a path: Envoy finds no route for it.
    target: end === sent.length ? '/' : sent.slice(end),
    // Who the client says it is there is not part of the Host.
    authority: sent.slice(start, end).replace(/^.*@/, ''),
    scheme: sent.slice(0, schemeEnd).toLowerCase(),
  }
}
