import type { RespondBody } from '../../fib/action.ts'
import type { Cluster } from '../../fib/cluster.ts'

/** What will be done with a request: pure data, decided without awaiting anything. */
export type RequestPlan = ForwardPlan | AnswerPlan | RefusePlan

/** Send it to an endpoint of a cluster. */
export interface ForwardPlan {
  readonly kind: 'forward'
  readonly routeName: string
  readonly cluster: Cluster
  /** What the endpoint is asked for: the path after rewrites, and the query as sent. Starts with one `/`. */
  readonly target: string
}

/** Answer it here, because the route says so. */
export interface AnswerPlan {
  readonly kind: 'answer'
  readonly routeName: string
  readonly status: number
  readonly location?: string
  readonly body?: RespondBody
  readonly details: string
}

/** Answer it here, because it cannot be served. */
export interface RefusePlan {
  readonly kind: 'refuse'
  readonly routeName?: string
  readonly clusterName?: string
  readonly status: 400 | 404 | 503
  readonly flag: ResponseFlag
  readonly details: string
}

/**
 * Envoy's response flags: no route, no cluster, no healthy endpoint, upstream connect failure, a request that is
 * malformed; `-` where all went well.
 */
export type ResponseFlag = '-' | 'NR' | 'NC' | 'UH' | 'UF' | 'DPE'
