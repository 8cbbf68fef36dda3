import type { Endpoint } from '../../fib/cluster.ts'
import type { RequestHead } from '../../fib/request-head.ts'
import type { TableView } from '../../fib/view.ts'
import type { ResponseFlag } from '../plan/request-plan.ts'
import type { DownstreamRequest, Platform, Reply } from '../platform.ts'
import type { ConcurrencyLimit } from './concurrency-limit.ts'

/** A request on its way through the gateway, with all that serving it needs. */
export interface RequestContext<Head extends RequestHead | undefined = RequestHead | undefined> {
  readonly request: DownstreamRequest
  readonly head: Head
  readonly table: TableView
  readonly platform: Platform
  readonly startMs: number
  readonly limit: ConcurrencyLimit
}

/** How it ended. Some of it changes while the response is still on its way, until the log entry is written. */
export interface RequestOutcome {
  readonly reply: Reply
  flags: readonly ResponseFlag[]
  details: string
  /** The last endpoint that was tried, where one was. */
  readonly endpoint?: Endpoint
  readonly attempts?: number
  /** Whether the client disconnected before there was a response. */
  readonly isUnanswered?: boolean
}
