import type { RespondBody } from '../../fib/action.ts'
import type { Balancing, HashKey } from '../../fib/balancing.ts'
import type { ClusterLimits } from '../../fib/cluster-limits.ts'
import type { CorsPolicy } from '../../fib/cors.ts'
import type { OutlierDetection } from '../../fib/outlier-detection.ts'
import type { ClientContext, Scheme } from '../../fib/request-head.ts'
import type { RetryPolicy } from '../../fib/retry.ts'
import type { ServeRuntime } from '../../fib/runtime.ts'

/**
 * What would be done with one request, and why: `decision.v1`, as docs/decision-v1.md describes it. Plain JSON; a field
 * that does not apply is absent. Fields may be added, none changes its meaning.
 */
export interface Decision {
  readonly version: 'decision.v1'
  /** The content hash of the table that decided. */
  readonly table: string
  /** What carries it out. */
  readonly runtime: ServeRuntime
  /** The number that every draw was made with, from 0 to below 1. */
  readonly random: number
  readonly request: DecidedRequest
  readonly outcome: DecisionOutcome
  readonly entrance?: EnteredListener
  /** The virtual hosts of that listener that name the host, the most specific first. */
  readonly considered: readonly ConsideredHost[]
  /** The routes of the chosen virtual host, in order, up to the one that matches. */
  readonly tried: readonly TriedRoute[]
  readonly action?: RouteAction
  readonly split?: readonly SplitShare[]
  readonly policy?: RoutePolicy
  readonly requestHeaders?: HeaderFacts
  readonly responseHeaders?: HeaderFacts
  readonly nearest?: NearestMisses
}

/** The request as rules see it. `host`, `port` and `path` are absent where its head is malformed. */
export interface DecidedRequest {
  readonly method: string
  readonly scheme: Scheme
  readonly authority: string
  /** Path and query as sent. */
  readonly target: string
  readonly host?: string
  readonly port?: number
  /** In normal form. */
  readonly path?: string
  readonly query?: string
  /** What the runtime is taken to know of the client. */
  readonly client?: ClientContext
}

export interface DecisionOutcome {
  readonly kind: 'forward' | 'answer' | 'refuse'
  /** What the client gets, where the gateway itself answers. */
  readonly status?: number
  /** Envoy's response flags, with commas between them. */
  readonly flag?: string
  readonly details?: string
  readonly route?: string
  readonly listener?: string
  /** The domains of the virtual host, with spaces between them. */
  readonly virtualHost?: string
  readonly cluster?: string
  readonly subset?: string
  readonly endpoints?: readonly EndpointShare[]
  /** Path and query that are sent. */
  readonly target?: string
  /** The Host that the endpoint is meant to see. */
  readonly authority?: string
  readonly location?: string
  readonly body?: RespondBody
  readonly delayMs?: number
}

export interface EndpointShare {
  readonly scheme: Scheme
  readonly address: string
  readonly port: number
  readonly weight: number
  readonly percent: number
  readonly isDrawn: boolean
}

export interface EnteredListener {
  readonly listener: string
  readonly reason: 'named' | 'port' | 'scheme' | 'other' | 'default'
  /** Every listener that has a virtual host for the request's host. */
  readonly serving: readonly string[]
  /** Why the listener does not admit the client, in words. */
  readonly refused?: string
}

export interface ConsideredHost {
  readonly domain: string
  readonly kind: 'exact' | 'suffix' | 'any'
  /** The others are hidden by it: none of them is tried. */
  readonly isChosen: boolean
}

export interface TriedRoute extends SourceLine {
  readonly route: string
  /** All that it asks for, in words. */
  readonly match: string
  readonly matches: boolean
  /** The first thing it asks for that the request does not have. */
  readonly failed?: FailedCondition
}

export interface FailedCondition {
  readonly kind: 'path' | 'condition'
  /** For example `headers x-user exact "beta"`. */
  readonly wanted: string
  /** What the request has instead; empty where it has none. */
  readonly got: readonly string[]
  /** Both in one line. */
  readonly text: string
}

/** Where something was written. */
export interface SourceLine {
  readonly file: string
  readonly line: number
}

export type RouteAction =
  | { readonly kind: 'forward'; readonly rewrite?: RewriteFacts; readonly authority?: string }
  | { readonly kind: 'redirect' | 'respond'; readonly status: number }

/** What of the path is replaced, and by what. */
export interface RewriteFacts {
  readonly kind: 'prefix' | 'regex'
  readonly from: string
  readonly to: string
}

export interface SplitShare {
  readonly cluster: string
  readonly subset?: string
  readonly weight: number
  readonly percent: number
  readonly isDrawn: boolean
}

/** What holds for the requests of a route that forwards, Istio's defaults filled in. */
export interface RoutePolicy {
  /** From the request's last byte to the response's, all tries included; absent: no limit. */
  readonly timeoutMs?: number
  readonly retries: RetryFacts
  /** How endpoints of the drawn cluster are chosen, and what makes the key, where it is by key; absent: as by default. */
  readonly balancing?: Balancing & { readonly keys?: readonly HashKey[] }
  readonly outlierDetection?: OutlierDetection
  readonly limits?: ClusterLimits
  readonly connectTimeoutMs?: number
  readonly mirrors?: readonly MirrorShare[]
  readonly fault?: {
    readonly delay?: { readonly durationMs: number; readonly percent: number; readonly isDrawn: boolean }
    readonly abort?: { readonly status: number; readonly percent: number; readonly isDrawn: boolean }
  }
  readonly cors?: CorsPolicy & { readonly effect: 'none' | 'headers' | 'preflight-answered' }
}

export interface RetryFacts extends RetryPolicy {
  /** Whose policy it is: Istio's default, that of `mesh.yaml`, or the route's own. */
  readonly source: 'default' | 'mesh' | 'route'
}

/** A cluster that gets copies of a share of the requests. */
export interface MirrorShare {
  readonly cluster: string
  readonly subset?: string
  readonly percent: number
  /** Whether it gets a copy of this request: never of one that is not forwarded, nor where something is missing. */
  readonly isDrawn: boolean
  /** Why it never gets one: nothing declares its cluster, or that has no endpoint. */
  readonly missing?: 'cluster' | 'endpoint'
}

export interface HeaderFacts {
  /** What the route changes, in order; values with their operators as they are written. */
  readonly changes: readonly HeaderChange[]
  /** All headers as they are sent, where that is known before the request is sent. */
  readonly sent?: readonly (readonly [name: string, value: string])[]
}

export type HeaderChange =
  | { readonly change: 'remove'; readonly name: string }
  | { readonly change: 'set' | 'add'; readonly name: string; readonly value: string }

/** What comes nearest where nothing matched. */
export interface NearestMisses {
  readonly routes: readonly (SourceLine & { readonly route: string; readonly why: string })[]
  readonly hosts: readonly string[]
}
