import { type Endpoint, endpointAuthority } from '../../fib/cluster.ts'
import type { RequestHead } from '../../fib/request-head.ts'
import type { Platform } from '../platform.ts'
import { downstreamResponse, requestHeaders } from './forwarded-headers.ts'

/** How an attempt ended: with a response head, or without one. What an upstream does wrong is a value. */
export type AttemptOutcome =
  | { readonly kind: 'responded'; readonly response: Response }
  | { readonly kind: 'failed'; readonly source: 'upstream'; readonly reason: string }

/**
 * Sends a request to an endpoint. The address comes from the table alone: nothing of the request can change it.
 * Bodies stream both ways; redirects are handed to the client; nothing is cached, since Workers cache by URL and two
 * virtual hosts may share an endpoint.
 */
export async function forward(
  request: Request,
  head: RequestHead,
  endpoint: Endpoint,
  target: string,
  platform: Platform,
): Promise<AttemptOutcome> {
  // `fetch` refuses a body on GET and HEAD.
  const body = head.method === 'GET' || head.method === 'HEAD' ? null : request.body
  try {
    const response = await platform.fetch(`${endpoint.scheme}://${endpointAuthority(endpoint)}${target}`, {
      method: head.method,
      headers: requestHeaders(request, head, body !== null),
      body,
      redirect: 'manual',
      cache: 'no-store',
    })
    return { kind: 'responded', response: downstreamResponse(response) }
  } catch (error) {
    return { kind: 'failed', source: 'upstream', reason: String(error) }
  }
}
