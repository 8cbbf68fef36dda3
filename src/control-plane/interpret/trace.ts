import type { RequestHead } from '../../fib/request-head.ts'
import type { Listener, Rib, Route, VirtualHost } from '../ir/rib.ts'
import { testedValues } from './condition-holds.ts'
import { type GuardFault, guardFault } from './guard-fault.ts'
import {
  type EnteredListener,
  enterListener,
  type Failure,
  firstFailure,
  type NamedVirtualHost,
  virtualHostsFor,
} from './steps.ts'

/** How the reference matcher came to its answer, step by step. */
export interface Trace {
  /** Undefined where no listener serves the host, or the one that is named does not exist. */
  readonly entered?: EnteredListener
  /** Why that listener does not admit the client: then nothing else is looked at. */
  readonly refusal?: GuardFault
  /** All listeners that have a virtual host for the request's host, in order; the one entered may not be among them. */
  readonly servingListeners: readonly Listener[]
  /** Those of the listener entered that name the host. The first is asked, and hides the others. */
  readonly virtualHosts: readonly NamedVirtualHost[]
  /** In order; the last one is the match where there is one, and all others failed. */
  readonly tried: readonly Trial[]
}

/** What came of trying one route. */
export interface Trial {
  readonly route: Route
  /** Its place in the virtual host, from 0. */
  readonly index: number
  /** Absent where the route matches. */
  readonly failure?: TestedFailure
}

/** A failure with what the request had there instead: no value where it had none. */
export type TestedFailure = Failure & { readonly got: readonly string[] }

/**
 * Walks a request's way through the RIB and keeps what it sees: the listener that it enters, its most specific virtual
 * host, and there the routes in order, up to the first that matches. Where that listener does not admit the client
 * (403), no route is looked at.
 *
 * It is written to be obviously right, not fast: it is the definition that the compiled matcher is held to.
 */
export function trace(rib: Rib, head: RequestHead): Trace {
  const entered = enterListener(rib, head)
  const refusal = entered && guardFault(entered.listener.guards ?? [], head)
  const virtualHosts = entered && !refusal ? virtualHostsFor(entered.listener, head.host) : []
  return {
    ...(entered && { entered }),
    ...(refusal && { refusal }),
    servingListeners: rib.listeners.filter(listener => virtualHostsFor(listener, head.host).length > 0),
    virtualHosts,
    tried: tryInOrder(virtualHosts[0]?.virtualHost.routes ?? [], head),
  }
}

/** The trial of the route that matches, if any does. */
export function matchOf({ tried }: Trace): Trial | undefined {
  const last = tried.at(-1)
  return last?.failure ? undefined : last
}

/** The route that serves a request, and the way to it. */
export interface FirstMatch {
  readonly listener: Listener
  readonly virtualHost: VirtualHost
  readonly route: Route
}

/** The match of a trace; undefined where there is none (404, `NR`), and where the client is not admitted (403). */
export function firstMatch(rib: Rib, head: RequestHead): FirstMatch | undefined {
  const walked = trace(rib, head)
  const listener = walked.entered?.listener
  const virtualHost = walked.virtualHosts[0]?.virtualHost
  const route = matchOf(walked)?.route
  return listener && virtualHost && route && { listener, virtualHost, route }
}

function tryInOrder(routes: readonly Route[], head: RequestHead): Trial[] {
  const tried: Trial[] = []
  for (const [index, route] of routes.entries()) {
    const failure = firstFailure(route, head)
    if (!failure) return [...tried, { route, index }]
    const got = failure.kind === 'path' ? [head.path] : testedValues(failure.condition, head)
    tried.push({ route, index, failure: { ...failure, got } })
  }
  return tried
}
