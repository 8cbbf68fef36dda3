import { expect, test } from 'vitest'
import { drawFault } from '../../../src/data-plane/plan/fault.ts'
import type { Fault } from '../../../src/fib/action.ts'

const delay = { durationMs: 100, percent: 50 }
const abort = { status: 503, percent: 50 }

test.each<{ title: string; fault: Fault | undefined; draws: number[]; expected: object }>([
  { title: 'no fault does nothing', fault: undefined, draws: [], expected: {} },
  { title: 'a delay fires below its share', fault: { delay }, draws: [0.49], expected: { delayMs: 100 } },
  { title: 'a delay does not fire at its share', fault: { delay }, draws: [0.5], expected: {} },
  {
    title: 'an abort is drawn by itself, after the delay',
    fault: { delay, abort },
    draws: [0.9, 0.1],
    expected: { abort },
  },
  { title: 'both can fire', fault: { delay, abort }, draws: [0.1, 0.1], expected: { delayMs: 100, abort } },
  {
    title: 'all of them needs no luck',
    fault: { abort: { ...abort, percent: 100 } },
    draws: [],
    expected: { abort: { ...abort, percent: 100 } },
  },
])('$title', ({ fault, draws, expected }) => {
  const left = [...draws]
  expect(drawFault(fault, () => left.shift() ?? Number.NaN)).toEqual(expected)
  expect(left).toEqual([])
})
