import { describe, expect, test } from 'vitest'
import { CircuitBreaker } from '../../../src/data-plane/balance/circuit-breaker.ts'
import type { ClusterLimits } from '../../../src/fib/cluster-limits.ts'

/** Lets so many come at once, and tells what becomes of each. */
function crowd(limits: ClusterLimits, count: number) {
  const breaker = new CircuitBreaker(limits)
  const states: string[] = []
  const cancels: (() => void)[] = []
  for (let number = 0; number < count; number++) {
    const way = breaker.acquire(() => {
      states[number] = 'in'
    })
    states[number] = way === 'acquired' ? 'in' : way === 'overflow' ? 'full' : 'waits'
    if (typeof way !== 'string') cancels[number] = way
  }
  return { breaker, states, cancels }
}

describe('of five requests at once', () => {
  test.each<{ title: string; limits: ClusterLimits; states: string }>([
    { title: 'all are let in without a limit', limits: {}, states: 'in in in in in' },
    { title: 'what is too much is refused', limits: { maxRequests: 2 }, states: 'in in full full full' },
    { title: 'others wait for a connection', limits: { maxConnections: 1 }, states: 'in waits waits waits waits' },
    {
      title: 'not more wait than may',
      limits: { maxConnections: 2, maxWaiting: 1 },
      states: 'in in waits full full',
    },
    { title: 'nobody waits where there are connections', limits: { maxWaiting: 1 }, states: 'in in in in in' },
    {
      title: 'who waits for a connection is not one too many',
      limits: { maxConnections: 2, maxRequests: 2 },
      states: 'in in waits waits waits',
    },
    {
      title: 'nobody waits for what is refused',
      limits: { maxConnections: 9, maxRequests: 3, maxWaiting: 1 },
      states: 'in in in full full',
    },
  ])('$title', ({ limits, states }) => {
    expect(crowd(limits, 5).states.join(' ')).toBe(states)
  })
})

test('who waits comes in when another one leaves, in order', () => {
  const { breaker, states } = crowd({ maxConnections: 1 }, 3)
  breaker.release()
  expect(states).toEqual(['in', 'in', 'waits'])
  breaker.release()
  expect(states).toEqual(['in', 'in', 'in'])
})

test('who has given up waiting is passed over', () => {
  const { breaker, states, cancels } = crowd({ maxConnections: 1 }, 3)
  cancels[1]!()
  breaker.release()
  expect(states).toEqual(['in', 'waits', 'in'])
})

test('so many may be tried again at once', () => {
  const breaker = new CircuitBreaker({ maxRetries: 1 })
  expect([breaker.acquireRetry(), breaker.acquireRetry()]).toEqual([true, false])
  breaker.releaseRetry()
  expect(breaker.acquireRetry()).toBe(true)
})
