import type { AttemptResult } from '../balance/outlier-detector.ts'
import type { AttemptOutcome, UpstreamResponse } from '../platform.ts'

/** What there is to know of an attempt besides its outcome. */
export interface AttemptFacts {
  readonly isGrpc: boolean
  /** Whether it was called off because time was up. */
  readonly isLate: boolean
}

/**
 * What the outcome of an attempt tells of its endpoint; undefined where it tells nothing: the client is to blame, or we
 * have called it off. Source: Envoy's Router::Filter.
 */
export function resultOf(outcome: AttemptOutcome, { isGrpc, isLate }: AttemptFacts): AttemptResult | undefined {
  if (outcome.kind === 'responded') {
    const { response } = outcome
    if (response.isConnectFailure) return 'connect'
    return isGrpc ? statusOf(response) : response.status
  }
  switch (outcome.fault) {
    case 'connect':
      return 'connect'
    case 'reset':
    case 'protocol':
      return 'reset'
    case 'cancelled':
      // Envoy does not charge an endpoint with the time that it takes to connect.
      return isLate && outcome.isConnected !== false ? 'timeout' : undefined
    case 'idle':
    case 'request':
      return undefined
    default:
      return outcome.fault satisfies never
  }
}

/** What gRPC says stands for the status of HTTP, where it is said in the head. Source: Envoy's Grpc::Utility. */
function statusOf({ status, headers }: UpstreamResponse): number {
  const grpcStatus = headers.get('grpc-status')
  if (!grpcStatus) return status
  return Object.hasOwn(httpStatuses, grpcStatus) ? httpStatuses[grpcStatus]! : 500
}

/** By number, from OK to UNAUTHENTICATED. */
const httpStatuses: Readonly<Record<string, number>> = {
  0: 200,
  1: 499,
  2: 500,
  3: 400,
  4: 504,
  5: 404,
  6: 409,
  7: 403,
  8: 429,
  9: 400,
  10: 409,
  11: 400,
  12: 501,
  13: 500,
  14: 503,
  15: 500,
  16: 401,
}
