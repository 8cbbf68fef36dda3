import { normalizeHost, normalizePath, splitTarget } from '../../fib/normalize.ts'
import type { ClientContext, HeaderLines, RequestHead } from '../../fib/request-head.ts'
import type { TableView } from '../../fib/view.ts'
import { connectionNames } from '../hop-by-hop.ts'
import type { DownstreamRequest, HeaderFields, Platform } from '../platform.ts'
import { clientAddress } from './client-address.ts'

/** A request as it arrived: its head where it is well-formed, and what the access log says of it in any case. */
export interface ArrivedRequest {
  /** Undefined where Host or path are malformed, and where there is no path to find a route by. */
  readonly head: RequestHead | undefined
  /** Whether it asks for no path at all: then no route can serve it, though nothing is malformed. */
  readonly isPathless: boolean
  readonly authority: string
  readonly target: string
}

/** The parts of a request that its head is read from. */
export type HeadSource = Pick<DownstreamRequest, 'method' | 'scheme' | 'authority' | 'port' | 'target' | 'lines'> & {
  readonly headers: Pick<HeaderFields, 'get'>
}

/**
 * Reads the head of a request into the form that rules are matched against. The target is taken apart as text:
 * `new URL` would normalise the path by rules of its own, and throws on what some runtimes let through.
 *
 * @param table says how paths are normalised, and how many proxies before this one can be trusted
 * @param platform where it knows the listener that the request came in by, and the client
 */
export function readHead(
  request: HeadSource,
  table: Pick<TableView, 'pathNormalization' | 'trustedHops'>,
  { namedListener, client }: Pick<Platform, 'namedListener' | 'client'> = {},
): ArrivedRequest {
  const { method, scheme, authority = '', target, headers } = request
  const { path: sentPath, query } = splitTarget(target)
  const host = normalizeHost(authority)
  // `OPTIONS *`, and an absolute target that ends with its authority.
  const isPathless = host !== undefined && (target === '*' || sentPath === '')
  const path = isPathless ? undefined : normalizePath(sentPath, table.pathNormalization)
  if (path === undefined || host === undefined) return { head: undefined, isPathless, authority, target }
  const forwardedFor = headers.get('x-forwarded-for')
  const head: RequestHead = {
    method,
    scheme,
    authority,
    host,
    port: namedListener === undefined ? request.port : namedListener.port,
    listener: namedListener === undefined ? undefined : namedListener.listener,
    path,
    query,
    headers: withoutNames(request.lines, connectionNames(headers)),
    client: client && withAddress(client, clientAddress(client.address, forwardedFor, table.trustedHops)),
    forwardedFor: appended(forwardedFor, client?.address),
  }
  return { head, isPathless, authority, target }
}

function withAddress(client: ClientContext, address: string | undefined): ClientContext {
  return address === undefined || address === client.address ? client : { ...client, address }
}

/** `x-forwarded-for` as it goes upstream: what was sent, and the peer that it came from. */
function appended(forwardedFor: string | null, peer: string | undefined): string | undefined {
  if (peer === undefined) return forwardedFor ?? undefined
  return forwardedFor ? `${forwardedFor},${peer}` : peer
}

/** What `Connection` names ends at this hop, and no rule sees it. */
function withoutNames(lines: HeaderLines, hidden: readonly string[]): HeaderLines {
  return hidden.length === 0 ? lines : { valuesOf: name => (hidden.includes(name) ? [] : lines.valuesOf(name)) }
}
