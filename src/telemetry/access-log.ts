import type { ObservedRequest, Observer, RequestEnd } from './observer.ts'

/**
 * What is said of one request, under the names that Istio's JSON access log gives them, so that the dashboards
 * people have go on working. A value that does not apply is null.
 */
export interface AccessLogEntry {
  /** When the request arrived, ISO 8601. */
  readonly start_time: string
  readonly method: string
  /** The Host header as sent. */
  readonly authority: string
  /** The request target as sent, with its query. */
  readonly path: string
  /** 0 where the client was gone before there was an answer. */
  readonly response_code: number
  /** Envoy's response flags, such as `NR` or `UF,URX`, or `-` when all went well. */
  readonly response_flags: string
  /** Envoy's response code details, such as `via_upstream` or `route_not_found`. */
  readonly response_code_details: string
  /** Milliseconds from the arrival to the end of the response; to its head where the runtime cannot see the end. */
  readonly duration: number
  readonly route_name: string | null
  /** Named as Envoy names it: `outbound|443|v2|reviews.example.com`. */
  readonly upstream_cluster: string | null
  /** The endpoint's `address:port`. */
  readonly upstream_host: string | null
  /** The path and query that the endpoint was asked for, after rewrites. */
  readonly upstream_path: string | null
  /** How often an endpoint was asked; 0 where the gateway answered by itself. */
  readonly upstream_request_attempt_count: number
  /** The first 12 hexadecimal digits of the content hash of the table that decided. */
  readonly table_version: string
}

/** Where access-log entries go. */
export type AccessLog = (entry: AccessLogEntry) => void

/** An observer that writes an entry for each request once it has ended. */
export function accessLogObserver(write: AccessLog): Observer {
  return { requestEnded: (request, end) => write(entryOf(request, end)) }
}

function entryOf({ startMs, request, authority, target, table }: ObservedRequest, end: RequestEnd): AccessLogEntry {
  return {
    start_time: new Date(startMs).toISOString(),
    method: request.method,
    authority,
    path: target,
    response_code: end.status,
    response_flags: end.flags.length === 0 ? '-' : end.flags.join(','),
    response_code_details: end.details,
    duration: end.durationMs,
    route_name: end.routeName ?? null,
    upstream_cluster: end.clusterName ?? null,
    upstream_host: end.upstreamHost ?? null,
    upstream_path: end.upstreamTarget ?? null,
    upstream_request_attempt_count: end.attempts,
    table_version: table.version.slice(0, 12),
  }
}

/** One entry as one line of JSON, without its line feed. Line breaks inside values are escaped by JSON itself. */
export function formatAccessLog(entry: AccessLogEntry): string {
  return JSON.stringify(entry)
}
