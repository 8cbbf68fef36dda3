import { expect, test } from 'vitest'
import { forwardOf } from './served-routes.ts'

const delay = 'fault: { delay: { fixedDelay: 500ms, percentage: { value: 100 } } }'

test.each([
  { title: 'a rule without a timeout has none', rule: '', expected: undefined },
  { title: 'a timeout is told in milliseconds', rule: 'timeout: 1.5s', expected: 1500 },
  {
    title: 'a fault beside it changes nothing, whatever Istio’s page says',
    rule: `timeout: 200ms, ${delay}`,
    expected: 200,
  },
  { title: 'the longest that a timer counts is kept', rule: 'timeout: 2147483.647s', expected: 2 ** 31 - 1 },
  { title: 'a longer one is as good as none', rule: 'timeout: 8760h', expected: undefined },
])('$title', ({ rule, expected }) => {
  expect(forwardOf(rule).action.timeoutMs).toBe(expected)
})

test('a delay is not longer than a timer counts', () => {
  const { action } = forwardOf('fault: { delay: { fixedDelay: 8760h, percentage: { value: 100 } } }')
  expect(action.fault?.delay?.durationMs).toBe(2 ** 31 - 1)
})
