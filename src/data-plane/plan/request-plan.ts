import type { RespondBody } from '../../fib/action.ts'
import type { HashKey } from '../../fib/balancing.ts'
import type { Cluster } from '../../fib/cluster.ts'
import type { HeaderChanges } from '../../fib/header-changes.ts'
import type { RetryPolicy } from '../../fib/retry.ts'

/** What will be done with a request: pure data, decided without awaiting anything. */
export type RequestPlan = ForwardPlan | AnswerPlan | RefusePlan

/** What every decision of a route has; nothing of it applies where no route was found. */
interface RouteDecision {
  readonly routeName?: string
  /** Which of the route's destinations was drawn, by its place in the list; absent where it has but one. */
  readonly destination?: number
  /** A fault holds the request back for so long before anything else happens (`DI`). */
  readonly delayMs?: number
  /** Made on whatever answer goes downstream, also on one that the gateway gives itself. */
  readonly responseHeaders?: readonly HeaderChanges[]
  /** Set after those: what CORS says wins. */
  readonly corsHeaders?: readonly HeaderLine[]
}

export type HeaderLine = readonly [name: string, value: string]

/** Send it to an endpoint of a cluster. */
export interface ForwardPlan extends RouteDecision {
  readonly kind: 'forward'
  readonly routeName: string
  readonly cluster: Cluster
  /** What leads the request to an endpoint, where its cluster is balanced by key. */
  readonly hashKeys?: readonly HashKey[]
  /** The request target that is sent: the path after rewrites, and the query as sent. Starts with one `/`. */
  readonly target: string
  /** The Host that is sent, after rewrites. */
  readonly authority: string
  readonly requestHeaders: readonly HeaderChanges[]
  /** From the request's last byte to the response's, all tries included; absent: no limit. */
  readonly timeoutMs?: number
  readonly retries: RetryPolicy
  /** The clusters that get a copy of this very request: mirrors whose share was drawn, and that have endpoints. */
  readonly mirrors: readonly Cluster[]
}

/** Answer it here, because the route says so. */
export interface AnswerPlan extends RouteDecision {
  readonly kind: 'answer'
  readonly routeName: string
  readonly status: number
  readonly location?: string
  readonly body?: RespondBody
  readonly details: string
}

/** Answer it here, because it cannot be served, or a fault says so. */
export interface RefusePlan extends RouteDecision {
  readonly kind: 'refuse'
  readonly clusterName?: string
  readonly status: number
  /** The status that a gRPC client gets; derived from the HTTP status where it is absent. */
  readonly grpcStatus?: number
  readonly flag: ResponseFlag
  readonly details: string
}

/**
 * Envoy's response flags: no route, no cluster, no healthy endpoint, upstream connect failure, upstream connection
 * ended, upstream protocol error, upstream timeout, upstream retries exhausted, overflow, delayed or aborted by a
 * fault, a request that is malformed, downstream connection ended, stream idle for too long; `-` where all went well.
 */
export type ResponseFlag =
  | '-'
  | 'NR'
  | 'NC'
  | 'UH'
  | 'UF'
  | 'UC'
  | 'UPE'
  | 'UT'
  | 'URX'
  | 'UO'
  | 'DI'
  | 'FI'
  | 'DPE'
  | 'DC'
  | 'SI'
