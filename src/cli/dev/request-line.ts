import { painter } from '../../diagnostics/paint.ts'
import { visible } from '../../diagnostics/visible.ts'
import type { AccessLogEntry } from '../../telemetry/access-log.ts'

// A longer value is cut, so that one request cannot fill the screen.
const valueWidth = 200

/** The access-log entry that a line of the Worker's log is, or undefined where it is something else. */
export function parseAccessLog(line: string): AccessLogEntry | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    const value: unknown = JSON.parse(line)
    return isAccessLogEntry(value) ? value : undefined
  } catch {
    return undefined
  }
}

/**
 * One request as one line: what was asked → route, subset, endpoint, what the endpoint was asked; status, flag, time.
 * What does not apply is left out; a request without a route has `-` there.
 *
 * `GET reviews.example.com /wpcatalog/1 → reviews-v2-routes v2 reviews-v2-a.example.net:443 /newcatalog/1 200 3ms`
 */
export function formatRequestLine(entry: AccessLogEntry, { color }: { readonly color: boolean }): string {
  const subset = entry.upstream_cluster?.split('|')[2]
  const values = [
    entry.method,
    entry.authority || '-',
    entry.path,
    '→',
    entry.route_name || '-',
    subset,
    entry.upstream_host,
    entry.upstream_path,
  ]
  const told = values.filter(value => typeof value === 'string' && value !== '').map(value => shorten(visible(value!)))
  const status = painter(color)(statusStyle(entry.response_code), String(entry.response_code))
  const flag = entry.response_flags === '-' ? [] : [visible(entry.response_flags)]
  return [...told, status, ...flag, `${Math.round(entry.duration)}ms`].join(' ')
}

function shorten(text: string): string {
  return text.length <= valueWidth ? text : `${text.slice(0, valueWidth)}…`
}

function statusStyle(status: number): 'good' | 'fair' | 'bad' {
  return status >= 500 ? 'bad' : status >= 400 ? 'fair' : 'good'
}

function isAccessLogEntry(value: unknown): value is AccessLogEntry {
  if (typeof value !== 'object' || value === null) return false
  const fields = value as Partial<Record<keyof AccessLogEntry, unknown>>
  return (
    [fields.method, fields.authority, fields.path, fields.response_flags].every(each => typeof each === 'string') &&
    [fields.response_code, fields.duration].every(each => typeof each === 'number') &&
    [fields.route_name, fields.upstream_cluster, fields.upstream_host, fields.upstream_path].every(
      each => each === null || typeof each === 'string',
    )
  )
}
