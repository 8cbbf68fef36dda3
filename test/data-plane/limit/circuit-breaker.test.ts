import { describe, expect, test } from 'vitest'
import { CircuitBreaker } from '../../../src/data-plane/limit/circuit-breaker.ts'
import { Lease } from '../../../src/data-plane/limit/lease.ts'
import type { ClusterLimits } from '../../../src/fib/cluster-limits.ts'

const timers = { startTimer: () => () => {} }

/** Lets so many come at once, and tells what becomes of each. */
async function crowd(limits: ClusterLimits, count: number) {
  const breaker = new CircuitBreaker(limits)
  const leases = Array.from({ length: count }, () => new Lease(timers))
  const ways = leases.map(lease => breaker.acquire(lease))
  const states: string[] = ways.map(way => (way === true ? 'in' : way === false ? 'full' : 'waits'))
  for (const [number, way] of ways.entries()) {
    if (way instanceof Promise) void way.then(isAcquired => (states[number] = isAcquired ? 'in' : 'left'))
  }
  const statesNow = async () => {
    await new Promise(done => setImmediate(done))
    return states.join(' ')
  }
  return { breaker, leases, states: await statesNow(), statesNow }
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
  ])('$title', async ({ limits, states }) => {
    expect((await crowd(limits, 5)).states).toBe(states)
  })
})

test('who waits comes in when another one leaves, in order', async () => {
  const { leases, statesNow } = await crowd({ maxConnections: 1 }, 3)
  leases[0]!.release()
  expect(await statesNow()).toBe('in in waits')
  leases[1]!.release()
  expect(await statesNow()).toBe('in in in')
})

test('who has given up waiting is passed over', async () => {
  const { leases, statesNow } = await crowd({ maxConnections: 1 }, 3)
  leases[1]!.release()
  leases[0]!.release()
  expect(await statesNow()).toBe('in left in')
})

test('who has been let in, and leaves before it has learnt of that, has taken nothing', async () => {
  const { breaker, leases } = await crowd({ maxConnections: 1 }, 2)
  leases[0]!.release()
  leases[1]!.release()
  expect(breaker.tryAcquire(new Lease(timers))).toBe(true)
})

test('who does not want to wait is refused where it would have to', async () => {
  const { breaker, leases } = await crowd({ maxConnections: 1 }, 1)
  expect(breaker.tryAcquire(new Lease(timers))).toBe(false)
  leases[0]!.release()
  expect(breaker.tryAcquire(new Lease(timers))).toBe(true)
})

test('so many may be tried again at once', () => {
  const breaker = new CircuitBreaker({ maxRetries: 1 })
  const leases = [new Lease(timers), new Lease(timers)]
  expect(leases.map(lease => breaker.acquireRetry(lease))).toEqual([true, false])
  leases[0]!.release()
  expect(breaker.acquireRetry(leases[1]!)).toBe(true)
})
