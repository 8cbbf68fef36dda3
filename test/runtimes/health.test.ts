import { expect, test } from 'vitest'
import { answerHealth, isHealthCheck } from '../../src/runtimes/health.ts'
import type { TableStatus } from '../../src/runtimes/table-source.ts'

const status: TableStatus = {
  version: 'ab'.repeat(32),
  source: 'store',
  store: 'refused',
  reason: 'its table is missing, or not there yet',
  answeredMs: Date.UTC(2026, 10, 26),
  counts: { polls: 5, activated: 2, refused: 1, unreachable: 0 },
}
const health = (token: string | undefined) => ({ path: '/up', token, status: () => status })
const asked = (authorization: string | null, target = '/up', method = 'GET') => ({
  method,
  target,
  headers: { get: (name: string) => (name === 'authorization' ? authorization : null) },
})

test.each([
  { title: 'a GET of its path', path: '/up', target: '/up', expected: true },
  { title: 'a GET with a query', path: '/up', target: '/up?format=prometheus', expected: true },
  { title: 'another method', path: '/up', target: '/up', method: 'HEAD', expected: false },
  { title: 'a path that goes on', path: '/up', target: '/upper', expected: false },
  { title: 'a path below', path: '/up', target: '/up/', expected: false },
  { title: 'the path written in another way', path: '/up', target: '/%75p', expected: false },
  { title: 'a path that is no pattern', path: '/*', target: '/anything', expected: false },
  { title: 'nothing, where it is off', path: undefined, target: '/up', expected: false },
])('health is asked for by $title: $expected', ({ path, target, method, expected }) => {
  expect(isHealthCheck(asked(null, target, method), { path, token: undefined })).toBe(expected)
})

test.each([
  { title: 'nobody shows a token', token: 'secret', authorization: null },
  { title: 'there is no token, whatever is shown', token: undefined, authorization: 'Bearer undefined' },
  { title: 'there is no token, and an empty one is shown', token: undefined, authorization: 'Bearer ' },
])('health says ok and nothing else where $title', ({ token, authorization }) => {
  expect(answerHealth(health(token), asked(authorization))).toMatchObject({ status: 200, body: 'ok' })
})

test.each(['Bearer wrong', 'Bearer secre', 'Bearer secrets', 'secret', 'Basic secret', 'bearer secret'])(
  'who shows another token is told nothing: %s',
  authorization => {
    expect(answerHealth(health('secret'), asked(authorization))).toMatchObject({ status: 401, body: '' })
  },
)

test('who shows the token is told of the table and its store', () => {
  const { status: code, headers, body } = answerHealth(health('secret'), asked('Bearer secret'))
  expect({ code, ...Object.fromEntries(headers) }).toEqual({
    code: 200,
    'content-type': 'application/json',
    'cache-control': 'no-store',
  })
  expect(JSON.parse(body)).toEqual({
    health: 'degraded',
    table: { version: 'ab'.repeat(32), source: 'store' },
    store: {
      state: 'refused',
      reason: 'its table is missing, or not there yet',
      answered: '2026-11-26T00:00:00.000Z',
      looks: 5,
      activated: 2,
      refused: 1,
      unreachable: 0,
    },
  })
})

test('or gets it as metrics', () => {
  const { body } = answerHealth(health('secret'), asked('Bearer secret', '/up?format=prometheus'))
  expect(body).toContain(`signalbox_table_info{version="${'ab'.repeat(32)}",source="store"} 1\n`)
  expect(body).toContain('signalbox_store_state{state="refused"} 1\n')
  expect(body).toContain('# TYPE signalbox_store_polls_total counter\nsignalbox_store_polls_total 5\n')
  expect(body).toContain('# TYPE signalbox_store_refused_total counter\nsignalbox_store_refused_total 1\n')
  expect(body).toContain('signalbox_store_answered_timestamp_seconds 1795651200\n')
})
