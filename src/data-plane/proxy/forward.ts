import { type Endpoint, endpointAuthority } from '../../fib/cluster.ts'
import type { Platform } from '../platform.ts'

/** How an attempt ended: with a response, or without one. What an upstream does wrong is a value. */
export type AttemptOutcome =
  | { readonly kind: 'responded'; readonly response: Response }
  | {
      readonly kind: 'failed'
      readonly source: 'upstream'
      /** No response head arrived, or one that is not HTTP as this gateway speaks it. */
      readonly fault: 'connect' | 'protocol'
      readonly reason: string
    }

/** One request as it goes upstream. */
export interface UpstreamRequest {
  readonly endpoint: Endpoint
  /** Path and query; starts with `/`. */
  readonly target: string
  readonly headers: Headers
  /** The client's, for its method and its body. */
  readonly request: Request
}

/**
 * Sends a request to an endpoint. The address comes from the table alone: nothing of the request can change it.
 * Bodies stream both ways; redirects are handed to the client; nothing is cached, since Workers cache by URL and two
 * virtual hosts may share an endpoint.
 */
export async function forward(
  { endpoint, target, headers, request }: UpstreamRequest,
  platform: Platform,
): Promise<AttemptOutcome> {
  const url = `${endpoint.scheme}://${endpointAuthority(endpoint)}${target}`
  const { method } = request
  // A runtime hands the body of a GET on, but does not let one be named for it.
  const bodyOf = request.body && (method === 'GET' || method === 'HEAD') ? request : undefined
  const init: RequestInit = { headers, redirect: 'manual', cache: 'no-store' }
  if (!bodyOf) Object.assign(init, { method, body: request.body })
  let response: Response
  try {
    response = await platform.fetch(url, init, bodyOf)
  } catch (error) {
    return { kind: 'failed', source: 'upstream', fault: 'connect', reason: String(error) }
  }
  // What is outside of this range cannot be handed on as a response.
  if (response.status >= 200 && response.status <= 599) return { kind: 'responded', response }
  await response.body?.cancel().catch(() => undefined)
  return { kind: 'failed', source: 'upstream', fault: 'protocol', reason: `status ${response.status}` }
}
