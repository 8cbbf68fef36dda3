import type { DownstreamRequest } from '../data-plane/platform.ts'
import type { HealthSettings } from './settings.ts'
import type { TableStatus } from './table-source.ts'

/** What health reports, and to whom. */
export interface Health extends HealthSettings {
  readonly status: () => TableStatus
}

/** The part of a request that health reads. */
export type HealthRequest = Pick<DownstreamRequest, 'method' | 'target'> & {
  readonly headers: Pick<DownstreamRequest['headers'], 'get'>
}

export interface HealthAnswer {
  readonly status: 200 | 401
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string
}

const plain = 'text/plain; charset=utf-8'

/** Whether a request is a GET of the health path. Paths are compared as text: a pattern could take a whole site. */
export function isHealthCheck({ method, target }: HealthRequest, { path }: HealthSettings): boolean {
  if (path === undefined || method !== 'GET' || !target.startsWith(path)) return false
  return target.length === path.length || target.charCodeAt(path.length) === 63 /* ? */
}

/**
 * The answer to a GET of the health path. To everybody it is `ok` and nothing else. Who shows the token gets the state of
 * the table: as JSON, or as metrics in Prometheus' text format where the query is `format=prometheus`.
 */
export function answerHealth({ path = '', token, status }: Health, { target, headers }: HealthRequest): HealthAnswer {
  const authorization = headers.get('authorization')
  if (token === undefined || !authorization) return answer(200, plain, 'ok')
  if (!mayKnow(token, authorization)) return answer(401, plain, '')
  if (target.slice(path.length) === '?format=prometheus') return answer(200, plain, metricsOf(status()))
  return answer(200, 'application/json', `${JSON.stringify(statusOf(status()))}\n`)
}

function answer(status: HealthAnswer['status'], contentType: string, body: string): HealthAnswer {
  return {
    status,
    headers: [
      ['content-type', contentType],
      ['cache-control', 'no-store'],
    ],
    body,
  }
}

/** The polls are `looks` here: monitors read this key. */
function statusOf({ store, reason, answeredMs, counts: { polls, ...counts }, ...table }: TableStatus): object {
  const isBad = store === 'refused' || store === 'unreachable'
  const answered = answeredMs === undefined ? null : new Date(answeredMs).toISOString()
  return {
    health: isBad ? 'degraded' : 'ok',
    table,
    store: { state: store, reason: reason ?? null, answered, looks: polls, ...counts },
  }
}

function metricsOf({ version, source, store, answeredMs, counts }: TableStatus): string {
  const lines = [
    '# TYPE signalbox_table_info gauge',
    `signalbox_table_info{version="${version}",source="${source}"} 1`,
    '# TYPE signalbox_store_state gauge',
    `signalbox_store_state{state="${store}"} 1`,
  ]
  for (const [name, count] of Object.entries(counts)) {
    lines.push(`# TYPE signalbox_store_${name}_total counter`, `signalbox_store_${name}_total ${count}`)
  }
  if (answeredMs !== undefined) {
    lines.push('# TYPE signalbox_store_answered_timestamp_seconds gauge')
    lines.push(`signalbox_store_answered_timestamp_seconds ${answeredMs / 1000}`)
  }
  return `${lines.join('\n')}\n`
}

/** Whether a client with this authorization gets more than `ok`. */
export function mayKnow(token: string | undefined, authorization: string | null | undefined): boolean {
  return token !== undefined && typeof authorization === 'string' && isSame(authorization, `Bearer ${token}`)
}

/** Takes as long for a near miss as for a far one. */
function isSame(text: string, other: string): boolean {
  let difference = text.length ^ other.length
  for (let at = 0; at < other.length; at++) difference |= text.charCodeAt(at) ^ other.charCodeAt(at)
  return difference === 0
}
