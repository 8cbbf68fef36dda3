import type { AnswerPlan, RefusePlan } from '../plan/request-plan.ts'

/** The answer of a route that answers by itself. */
export function answer({ status, location, body }: AnswerPlan): Response {
  const headers = new Headers()
  if (location !== undefined) headers.set('location', location)
  // A Response with one of these statuses cannot have a body, not even an empty one.
  const isBodyless = status === 204 || status === 205 || status === 304
  return new Response(isBodyless || !body ? null : bodyBytes(body), { status, headers })
}

/** As bytes: a text would bring a content-type of its own. */
function bodyBytes(body: NonNullable<AnswerPlan['body']>): Uint8Array<ArrayBuffer> {
  return 'text' in body ? utf8(body.text) : Uint8Array.from(atob(body.base64), character => character.charCodeAt(0))
}

function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new TextEncoder().encode(text))
}

/** What of a refusal its answer depends on. */
export type Refusal = Pick<RefusePlan, 'status' | 'flag' | 'grpcStatus'>

/**
 * The answer to a request that cannot be served. It says nothing of the inside: why stands in the access log. A gRPC
 * client gets 200 and a `grpc-status`, as Envoy gives it.
 */
export function refuse({ status, flag, grpcStatus }: Refusal, isGrpc: boolean): Response {
  const text = flag === 'FI' ? 'fault filter abort' : refusalText(status)
  if (isGrpc) {
    const code = String(grpcStatus ?? grpcStatusOf(status))
    const headers = { 'content-type': 'application/grpc', 'grpc-status': code, 'grpc-message': text }
    return new Response(null, { status: 200, headers })
  }
  return new Response(text ? utf8(text) : null, { status })
}

/** Whether a request speaks gRPC, as Envoy tells it: by its content-type. */
export function isGrpcRequest({ headers }: Pick<Request, 'headers'>): boolean {
  const type = headers.get('content-type') ?? ''
  return type === 'application/grpc' || type.startsWith('application/grpc+')
}

function refusalText(status: number): string {
  if (status === 404) return ''
  return status < 500 ? 'bad request' : 'service unavailable'
}

/** Source: Envoy's httpToGrpcStatus, after https://grpc.io/docs/guides/http-status */
function grpcStatusOf(status: number): number {
  switch (status) {
    case 400:
      return 13
    case 401:
      return 16
    case 403:
      return 7
    case 404:
      return 12
    case 429:
    case 502:
    case 503:
    case 504:
      return 14
    default:
      return 2
  }
}
