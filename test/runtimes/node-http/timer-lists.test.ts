import fc from 'fast-check'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { TimerLists } from '../../../src/runtimes/node-http/timer-lists.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** What is done at a moment: a timer is started, or the one that was started so many before is stopped. */
interface Step {
  readonly afterMs: number
  readonly startMs: number | undefined
  readonly stop: number
}

const steps = fc.array(
  fc.record({
    afterMs: fc.nat(20),
    startMs: fc.option(fc.constantFrom(0, 1, 10, 10, 10, 50), { nil: undefined }),
    stop: fc.nat(5),
  }),
  { maxLength: 60 },
)

test('timers elapse as those of the runtime do, whatever is started and stopped in between', () => {
  fc.assert(
    fc.property(steps, all => {
      expect(play(all, startListed())).toEqual(play(all, startOwn))
    }),
  )
})

type Start = (durationMs: number, onElapsed: () => void) => () => void

function startListed(): Start {
  const timers = new TimerLists()
  return (durationMs, onElapsed) => timers.start(durationMs, onElapsed)
}

const startOwn: Start = (durationMs, onElapsed) => {
  const timer = setTimeout(onElapsed, durationMs)
  return () => clearTimeout(timer)
}

/** Which timers elapsed, and when. */
function play(all: readonly Step[], start: Start): string[] {
  const beganMs = performance.now()
  const elapsed: string[] = []
  const stops: (() => void)[] = []
  for (const { afterMs, startMs, stop } of all) {
    vi.advanceTimersByTime(afterMs)
    if (startMs === undefined) stops.at(-1 - stop)?.()
    else {
      const number = stops.length
      stops.push(start(startMs, () => elapsed.push(`${number} after ${performance.now() - beganMs}`)))
    }
  }
  vi.advanceTimersByTime(1000)
  // Those of one moment may come in any order.
  return elapsed.sort()
}

test('a list has one timer of the runtime, however many are started and stopped', () => {
  const timers = new TimerLists()
  for (let at = 0; at < 1000; at++) timers.start(15_000, () => {})()
  expect(vi.getTimerCount()).toBe(1)
  vi.advanceTimersByTime(15_000)
  expect(vi.getTimerCount()).toBe(0)
})

test('a callback may start, stop and throw, and the others are called all the same', () => {
  const timers = new TimerLists()
  const called: string[] = []
  let stopLast = () => {}
  timers.start(10, () => {
    called.push('first')
    timers.start(10, () => called.push('started by it'))
    stopLast()
    throw new Error('a fault of its own')
  })
  timers.start(10, () => called.push('second'))
  stopLast = timers.start(10, () => called.push('stopped by it'))
  expect(() => vi.advanceTimersByTime(10)).toThrow('a fault of its own')
  vi.advanceTimersByTime(20)
  expect(called).toEqual(['first', 'second', 'started by it'])
})
