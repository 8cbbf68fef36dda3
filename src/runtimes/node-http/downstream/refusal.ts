import type { AccessLogEntry } from '../../../telemetry/access-log.ts'
import type { Limits } from '../limits.ts'
import type { NodeRequest } from './downstream-request.ts'
import type { SentTarget } from './request-target.ts'

/** Why a request is not for the gateway to decide about, and what it is answered. */
export interface Refusal {
  readonly status: number
  /** Envoy's response code details. */
  readonly details: string
}

/** What is wrong with a request before any route is matched; undefined where nothing is. The responses are Envoy's. */
export function refusalOf(
  { incoming, scheme, hasUnknownCoding }: NodeRequest,
  { scheme: saidScheme }: SentTarget,
  limits: Pick<Limits, 'headerLines'>,
): Refusal | undefined {
  if (incoming.httpVersionMajor !== 1 || incoming.httpVersionMinor !== 1) return { status: 426, details: 'low_version' }
  if (incoming.rawHeaders.length > limits.headerLines * 2) return { status: 431, details: 'http1.too_many_headers' }
  // Whoever read the body otherwise than the endpoint would see another request behind it.
  if (hasUnknownCoding) return { status: 501, details: 'http1.invalid_transfer_encoding' }
  if (saidScheme === undefined || saidScheme === scheme || saidScheme === 'http') return undefined
  return saidScheme === 'https'
    ? { status: 403, details: 'http1.https_url_on_plaintext_connection' }
    : { status: 400, details: 'http1.invalid_url' }
}

/** What can be said of a request that has not been read, or not far: `-` stands for what is not known. */
export type RefusedRequest = Partial<Pick<AccessLogEntry, 'method' | 'authority' | 'path'>>

/** The entry of a request that never came to the gateway: the fault is the client's (`DPE`). */
export function entryOfRefused(
  { status, details }: Refusal,
  { method = '-', authority = '-', path = '-' }: RefusedRequest,
  tableVersion: string,
): AccessLogEntry {
  return {
    start_time: new Date().toISOString(),
    method,
    authority,
    path,
    response_code: status,
    response_flags: 'DPE',
    response_code_details: details,
    duration: 0,
    route_name: null,
    upstream_cluster: null,
    upstream_host: null,
    upstream_path: null,
    upstream_request_attempt_count: 0,
    table_version: tableVersion.slice(0, 12),
  }
}
