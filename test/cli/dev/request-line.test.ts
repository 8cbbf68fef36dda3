import { expect, test } from 'vitest'
import { formatRequestLine, parseAccessLog } from '../../../src/cli/dev/request-line.ts'
import { type AccessLogEntry, formatAccessLog } from '../../../src/telemetry/access-log.ts'

const forwarded: AccessLogEntry = {
  start_time: '2026-11-17T12:00:00.000Z',
  method: 'GET',
  authority: 'reviews.example.com',
  path: '/wpcatalog/1',
  response_code: 200,
  response_flags: '-',
  response_code_details: 'via_upstream',
  duration: 3.2,
  route_name: 'reviews-v2-routes',
  upstream_cluster: 'outbound|443|v2|reviews.example.com',
  upstream_host: 'reviews-v2-a.example.net:443',
  upstream_path: '/newcatalog/1',
  upstream_request_attempt_count: 1,
  table_version: '0123456789ab',
}
const unrouted: AccessLogEntry = {
  ...forwarded,
  authority: 'nope.example.com',
  path: '/x',
  response_code: 404,
  response_flags: 'NR',
  duration: 0,
  route_name: null,
  upstream_cluster: null,
  upstream_host: null,
  upstream_path: null,
}

test.each([
  {
    title: 'tells where a request went and as what',
    entry: forwarded,
    expected:
      'GET reviews.example.com /wpcatalog/1 → reviews-v2-routes v2 reviews-v2-a.example.net:443 /newcatalog/1 200 3ms',
  },
  {
    title: 'has - for a missing route, and the flag',
    entry: unrouted,
    expected: 'GET nope.example.com /x → - 404 NR 0ms',
  },
  {
    title: 'leaves out an empty subset',
    entry: { ...forwarded, upstream_cluster: 'outbound|443||reviews.example.com' },
    expected:
      'GET reviews.example.com /wpcatalog/1 → reviews-v2-routes reviews-v2-a.example.net:443 /newcatalog/1 200 3ms',
  },
  {
    title: 'shows control characters instead of sending them',
    entry: { ...unrouted, path: '/\u001b[2J\r\n\u202e', authority: '\u0007' },
    expected: 'GET \\x07 /\\x1b[2J\\x0d\\x0a\\u202e → - 404 NR 0ms',
  },
  {
    title: 'cuts a value that would fill the screen',
    entry: { ...unrouted, path: `/${'a'.repeat(9000)}` },
    expected: `GET nope.example.com /${'a'.repeat(199)}… → - 404 NR 0ms`,
  },
])('$title', ({ entry, expected }) => {
  expect(formatRequestLine(entry, { color: false })).toBe(expected)
})

test('an entry survives the way through the log', () => {
  expect(parseAccessLog(formatAccessLog(forwarded))).toEqual(forwarded)
})

test.each([
  '',
  'hello',
  '{',
  '{}',
  'null',
  '[]',
  '{"method":"GET"}',
  formatAccessLog({ ...forwarded, path: 7 as never }),
])('a line that is no entry is not taken for one: %s', line => {
  expect(parseAccessLog(line)).toBeUndefined()
})
