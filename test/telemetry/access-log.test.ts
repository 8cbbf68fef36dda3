import { expect, test } from 'vitest'
import { type AccessLogEntry, formatAccessLog } from '../../src/telemetry/access-log.ts'

const entry: AccessLogEntry = {
  start_time: '2026-11-21T00:00:00.000Z',
  method: 'GET',
  authority: 'a.example',
  path: '/x\n{"forged": true}',
  response_code: 200,
  response_flags: '-',
  response_code_details: 'via_upstream',
  duration: 3,
  route_name: null,
  upstream_cluster: null,
  upstream_host: null,
  upstream_path: null,
  upstream_request_attempt_count: 0,
  table_version: '0123456789ab',
}

test('an entry is one line, whatever a client puts into it', () => {
  const line = formatAccessLog(entry)
  expect(line).not.toContain('\n')
  expect(JSON.parse(line)).toEqual(entry)
})
