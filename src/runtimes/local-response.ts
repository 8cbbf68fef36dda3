import type { Reply } from '../data-plane/platform.ts'

/** An answer of the gateway's own as a web response. */
export function localResponse({ status, headers, body }: Reply & { readonly kind: 'local' }): Response {
  // The client that such a status is meant for has gone.
  const sent = status === 499 ? 503 : status
  return new Response(body ?? null, { status: sent, headers: headers as Headers })
}
