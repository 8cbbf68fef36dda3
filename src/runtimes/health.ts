import type { TableStatus } from './table-source.ts'

/** The path of the health check unless a setting names another one. */
export const defaultHealthPath = '/.signalbox/health'

/** What health tells, and to whom. */
export interface Health {
  /** The path that answers `ok` on every host; undefined switches it off. */
  readonly path: string | undefined
  /** With it as a bearer token, a client gets the state of the table as well; undefined: no client does. */
  readonly token: string | undefined
  readonly status: () => TableStatus
}

/** The health path that a setting means: the default where it is unset, none where it is `off` or empty. */
export function healthPathOf(setting: string | undefined): string | undefined {
  if (setting === undefined) return defaultHealthPath
  return setting === 'off' || setting === '' ? undefined : setting
}

/** The token that a setting means: none where it is unset or empty. */
export function healthTokenOf(setting: string | undefined): string | undefined {
  return setting === '' ? undefined : setting
}

export interface HealthAnswer {
  readonly status: 200 | 401
  readonly contentType: string
  readonly body: string
}

const plain = 'text/plain; charset=utf-8'

/**
 * The answer to a GET of the health path. To everybody it is `ok` and nothing else. Who shows the token gets the state of
 * the table: as JSON, or as metrics in Prometheus' text format where the query is `format=prometheus`.
 *
 * @param query without its `?`
 */
export function answerHealth(
  { token, status }: Health,
  authorization: string | null | undefined,
  query: string,
): HealthAnswer {
  if (token === undefined || !authorization) return { status: 200, contentType: plain, body: 'ok' }
  if (!mayKnow(token, authorization)) return { status: 401, contentType: plain, body: '' }
  if (query === 'format=prometheus') return { status: 200, contentType: plain, body: metricsOf(status()) }
  return { status: 200, contentType: 'application/json', body: `${JSON.stringify(statusOf(status()))}\n` }
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
