import { expect, test } from 'vitest'
import { defaultLimits, limitsFrom } from '../../../src/runtimes/node-http/limits.ts'

test('what is not set, or set to nothing, is as by default', () => {
  expect(limitsFrom({ SIGNALBOX_HEAD_BYTES: '' })).toEqual(defaultLimits)
})

test('each limit has its variable', () => {
  const env = {
    SIGNALBOX_HEAD_BYTES: '1',
    SIGNALBOX_HEADER_LINES: '2',
    SIGNALBOX_HEAD_TIMEOUT_MS: '3',
    SIGNALBOX_IDLE_TIMEOUT_MS: '0',
    SIGNALBOX_KEEP_ALIVE_MS: '5',
    SIGNALBOX_CONNECT_TIMEOUT_MS: '2147483647',
    SIGNALBOX_UPSTREAM_REQUESTS: '7',
  }
  expect(Object.values(limitsFrom(env))).toEqual([1, 2, 3, 0, 5, 2_147_483_647, 7])
})

test.each(['10s', '-1', '1.5', '2147483648', ' 1'])('"%s" is refused, with the name of the variable', value => {
  expect(() => limitsFrom({ SIGNALBOX_HEAD_BYTES: value })).toThrow(/^SIGNALBOX_HEAD_BYTES is a whole number/)
})
