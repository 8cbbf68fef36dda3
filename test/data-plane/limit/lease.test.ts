import { expect, test } from 'vitest'
import { ConcurrencyLimit } from '../../../src/data-plane/limit/concurrency-limit.ts'
import { Lease } from '../../../src/data-plane/limit/lease.ts'

/** Timers that elapse when the test says so; `running` are those that were neither stopped nor have elapsed. */
function timersOf() {
  const running = new Set<() => void>()
  const startTimer = (_durationMs: number, onElapsed: () => void) => {
    running.add(onElapsed)
    return () => running.delete(onElapsed)
  }
  const elapse = () => {
    for (const onElapsed of [...running]) {
      running.delete(onElapsed)
      onElapsed()
    }
  }
  return { running, startTimer, elapse }
}

function held(released: string[], name: string) {
  return { release: () => void released.push(name) }
}

test('what is held is given back once, the last first', () => {
  const released: string[] = []
  const lease = new Lease(timersOf())
  for (const name of ['a', 'b', 'c']) lease.hold(held(released, name))
  lease.release()
  lease.release()
  expect(released).toEqual(['c', 'b', 'a'])
})

test('what is acquired with a lease that was released is given back at once', () => {
  const released: string[] = []
  const timers = timersOf()
  const lease = new Lease(timers)
  lease.release()
  lease.hold(held(released, 'late'))
  lease.startTimer(5, () => {})
  lease.nested().hold(held(released, 'nested'))
  expect(released).toEqual(['late', 'nested'])
  expect(timers.running.size).toBe(0)
})

test('a nested lease is released by itself, and with what it is nested in at the latest', () => {
  const released: string[] = []
  const lease = new Lease(timersOf())
  const [first, second] = [lease.nested(), lease.nested()]
  first.hold(held(released, 'first'))
  second.hold(held(released, 'second'))
  first.release()
  expect(released).toEqual(['first'])
  lease.release()
  expect(released).toEqual(['first', 'second'])
  expect(second.isReleased).toBe(true)
})

test('an independent lease outlives the one that it comes from', () => {
  const lease = new Lease(timersOf())
  const other = lease.independent()
  lease.release()
  expect(other.isReleased).toBe(false)
})

test('one that throws does not keep the others from being given back', () => {
  const released: string[] = []
  const lease = new Lease(timersOf())
  const broken = () => {
    throw new Error('of our own')
  }
  for (const holding of [held(released, 'a'), { release: broken }, held(released, 'b'), { release: broken }]) {
    lease.hold(holding)
  }
  expect(() => lease.release()).toThrow('of our own')
  expect(released).toEqual(['b', 'a'])
})

test('a timer is stopped where its lease is released', () => {
  const timers = timersOf()
  const lease = new Lease(timers)
  lease.startTimer(5, () => {})
  expect(timers.running.size).toBe(1)
  lease.release()
  expect(timers.running.size).toBe(0)
})

test.each(['its time', 'the release of its lease'])('sleep ends with %s, and leaves no timer', async end => {
  const timers = timersOf()
  const lease = new Lease(timers)
  const asleep = lease.sleep(5)
  if (end === 'its time') timers.elapse()
  else lease.release()
  await asleep
  expect(timers.running.size).toBe(0)
})

test('so many slots of a limit are held at once', () => {
  const limit = new ConcurrencyLimit(1)
  const [first, second] = [new Lease(timersOf()), new Lease(timersOf())]
  expect([limit.acquire(first), limit.acquire(second)]).toEqual([true, false])
  first.release()
  first.release()
  expect([limit.acquire(second), limit.acquire(new Lease(timersOf()))]).toEqual([true, false])
})
