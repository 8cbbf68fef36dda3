import type { Endpoint } from '../../fib/cluster.ts'
import type { RequestHead } from '../../fib/request-head.ts'
import type { TableView } from '../../fib/view.ts'
import type { ObservedRequest, Observer } from '../../telemetry/observer.ts'
import type { ConcurrencyLimit } from '../limit/concurrency-limit.ts'
import type { Lease } from '../limit/lease.ts'
import type { ResponseFlag } from '../plan/request-plan.ts'
import type { DownstreamRequest, Platform, Reply } from '../platform.ts'

/** A platform without its timers: a lease starts them, so that they are stopped with all else that a request holds. */
export type LeasedPlatform = Omit<Platform, 'startTimer'>

/** A request on its way through the gateway, with all that serving it needs. */
export interface RequestContext<Head extends RequestHead | undefined = RequestHead | undefined>
  extends ObservedRequest {
  readonly request: DownstreamRequest
  readonly head: Head
  /** As sent. */
  readonly authority: string
  readonly target: string
  readonly table: TableView
  readonly platform: LeasedPlatform
  readonly startMs: number
  /** Released when the response is over, or the client has disconnected. */
  readonly lease: Lease
  readonly limit: ConcurrencyLimit
  /** Absent where there is no observer. */
  readonly observer: Observer | undefined
}

/** How it ended, as far as that is known when its response is handed on. */
export interface RequestOutcome {
  readonly reply: Reply
  readonly flags: readonly ResponseFlag[]
  readonly details: string
  /** The last endpoint that was tried, where one was. */
  readonly endpoint?: Endpoint
  readonly attempts?: number
  /** Whether the client disconnected before there was a response. */
  readonly isUnanswered?: boolean
  /** What cuts the response while its body is on its way, where something does. */
  readonly cutter?: { readonly cutBy: CutReason | undefined }
}

/** What ends the attempts to serve a request whatever the endpoint does, and cuts a response that has begun. */
export type CutReason = 'timeout' | 'downstream-disconnect'
