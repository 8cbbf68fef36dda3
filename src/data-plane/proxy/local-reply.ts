import type { AnswerPlan, RefusePlan } from '../plan/request-plan.ts'

/** The answer of a route that answers by itself. A body is plain text unless the route says otherwise. */
export function answer({ status, location, body }: AnswerPlan): Response {
  const headers = new Headers()
  if (location !== undefined) headers.set('location', location)
  if (body) headers.set('content-type', 'text/plain')
  // A Response with one of these statuses cannot have a body, not even an empty one.
  const isBodyless = status === 204 || status === 205 || status === 304
  return new Response(isBodyless || !body ? null : bodyBytes(body), { status, headers })
}

function bodyBytes(body: NonNullable<AnswerPlan['body']>): string | Uint8Array<ArrayBuffer> {
  return 'text' in body ? body.text : Uint8Array.from(atob(body.base64), character => character.charCodeAt(0))
}

const refusalText = { 400: 'bad request\n', 404: null, 503: 'service unavailable\n' } as const

/** The answer to a request that cannot be served. It says nothing of the inside: why stands in the access log. */
export function refuse({ status }: Pick<RefusePlan, 'status'>): Response {
  const text = refusalText[status]
  return new Response(text, { status, ...(text !== null && { headers: { 'content-type': 'text/plain' } }) })
}
