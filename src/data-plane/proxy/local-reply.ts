import type { AnswerPlan, RefusePlan } from '../plan/request-plan.ts'
import type { DownstreamRequest } from '../platform.ts'

/** An answer of the gateway's own, before the route's changes are made to it. */
export interface LocalReply {
  readonly status: number
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: Uint8Array<ArrayBuffer> | undefined
}

/** The answer of a route that answers by itself. */
export function answer({ status, location, body }: AnswerPlan): LocalReply {
  // A response with one of these statuses cannot have a body, not even an empty one.
  const isBodyless = status === 204 || status === 205 || status === 304
  return {
    status,
    headers: location === undefined ? [] : [['location', location]],
    body: isBodyless || !body ? undefined : bodyBytes(body),
  }
}

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
export function refuse({ status, flag, grpcStatus }: Refusal, isGrpc: boolean): LocalReply {
  const text = flag === 'FI' ? 'fault filter abort' : refusalText(status)
  if (isGrpc) {
    const code = String(grpcStatus ?? grpcStatusOf(status))
    const lines = [
      ['content-type', 'application/grpc'],
      ['grpc-status', code],
      ['grpc-message', text],
    ] as const
    return { status: 200, headers: lines, body: undefined }
  }
  return { status, headers: [], body: text ? utf8(text) : undefined }
}

/** Whether a request is gRPC, as Envoy decides it: by its content-type. */
export function isGrpcRequest({ headers }: Pick<DownstreamRequest, 'headers'>): boolean {
  const type = headers.get('content-type')
  return type !== null && (type === 'application/grpc' || type.startsWith('application/grpc+'))
}

function refusalText(status: number): string {
  switch (status) {
    case 403:
      return 'forbidden'
    case 404:
      return ''
    case 502:
      return 'bad gateway'
    case 504:
      return 'upstream request timeout'
    case 508:
      return 'loop detected'
    default:
      return status < 500 ? 'bad request' : 'service unavailable'
  }
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
