import { describe, expect, test } from 'vitest'
import { EndpointState } from '../../../src/data-plane/balance/endpoint-state.ts'
import { type AttemptResult, OutlierDetector } from '../../../src/data-plane/balance/outlier-detector.ts'
import type { OutlierDetection } from '../../../src/fib/outlier-detection.ts'

const threeErrors: OutlierDetection = {
  serverErrors: 3,
  intervalMs: 1000,
  baseEjectionMs: 5000,
  maxEjectionPercent: 100,
  minHealthPercent: 0,
}

/** A cluster of so many endpoints, a moment after its gateway has started. */
function clusterOf(count: number, policy: Partial<OutlierDetection> = {}) {
  const states = Array.from({ length: count }, (_, index) => {
    return new EndpointState({ scheme: 'http', address: `10.0.0.${index}`, port: 80, weight: 1 })
  })
  const detector = new OutlierDetector({ ...threeErrors, ...policy }, states, 0)
  return {
    /** Gives endpoint `number` these results, all at once. */
    note(number: number, results: readonly AttemptResult[], nowMs = 0) {
      for (const result of results) detector.note(states[number]!, result, nowMs)
    },
    /** The numbers of the endpoints in use. */
    inUse: (nowMs = 0) => detector.inUse(nowMs).map(state => states.indexOf(state)),
  }
}

describe('who fails so often in a row is left out', () => {
  test.each<{ title: string; policy?: Partial<OutlierDetection>; results: AttemptResult[]; isOut: boolean }>([
    { title: 'at exactly that many errors', results: [500, 502, 599], isOut: true },
    { title: 'not at fewer', results: [500, 500], isOut: false },
    { title: 'not where an answer is between them', results: [500, 500, 404, 500, 500], isOut: false },
    { title: 'also without any answer: that is 503', results: ['connect', 'reset', 'timeout'], isOut: true },
    {
      title: 'by gateway errors alone, where only these count',
      policy: { serverErrors: undefined as never, gatewayErrors: 2 },
      results: [502, 504],
      isOut: true,
    },
    {
      title: 'not by other errors between them',
      policy: { serverErrors: undefined as never, gatewayErrors: 2 },
      results: [503, 500, 503],
      isOut: false,
    },
    { title: 'time that is up counts as 504', policy: { gatewayErrors: 2 }, results: ['timeout', 503], isOut: true },
    {
      title: 'by failures to get an answer, where these are counted apart',
      policy: { localFailures: 2 },
      results: ['connect', 'connect'],
      isOut: true,
    },
    {
      title: 'then they are no errors',
      policy: { localFailures: 9 },
      results: ['connect', 'connect', 'connect', 'connect'],
      isOut: false,
    },
    {
      title: 'then a connection begins a new row, also where it breaks off',
      policy: { localFailures: 2 },
      results: ['connect', 'reset', 'reset', 'timeout'],
      isOut: false,
    },
    {
      title: 'then answers with errors count as before',
      policy: { localFailures: 9 },
      results: [500, 'connect', 500, 500],
      isOut: true,
    },
  ])('$title', ({ policy, results, isOut }) => {
    const cluster = clusterOf(2, policy)
    cluster.note(0, results)
    expect(cluster.inUse()).toEqual(isOut ? [1] : [0, 1])
  })
})

describe('not more are left out than may be', () => {
  test.each([
    { title: 'half of two are one', count: 2, maxEjectionPercent: 50, left: 1 },
    { title: 'a tenth of two is nobody', count: 2, maxEjectionPercent: 10, left: 2 },
    { title: 'a tenth of ten is one', count: 10, maxEjectionPercent: 10, left: 9 },
    { title: 'two thirds of three are one, by a hair', count: 3, maxEjectionPercent: 66, left: 2 },
    { title: 'all of them may be everybody', count: 2, maxEjectionPercent: 100, left: 0 },
  ])('$title', ({ count, maxEjectionPercent, left }) => {
    const cluster = clusterOf(count, { maxEjectionPercent, baseEjectionMs: 60_000 })
    for (let number = 0; number < count; number++) cluster.note(number, [500, 500, 500], number * 2000)
    expect(cluster.inUse(count * 2000)).toHaveLength(left)
  })

  test('who may not be left out now may be at the next row of errors', () => {
    const cluster = clusterOf(2, { maxEjectionPercent: 50 })
    cluster.note(0, [500, 500, 500], 0)
    cluster.note(1, [500, 500, 500], 2000)
    expect(cluster.inUse(2000)).toEqual([1])
    expect(cluster.inUse(5000)).toEqual([0, 1])
    cluster.note(1, [500, 500], 7000)
    expect(cluster.inUse(7000)).toEqual([0, 1])
    cluster.note(1, [500], 7000)
    expect(cluster.inUse(7000)).toEqual([0])
  })
})

describe('who was left out comes back', () => {
  test('at the first look at it after the base time', () => {
    const cluster = clusterOf(2)
    cluster.note(0, [500, 500, 500], 300)
    expect(cluster.inUse(5999)).toEqual([1])
    expect(cluster.inUse(6000)).toEqual([0, 1])
  })

  test('with a clean record', () => {
    const cluster = clusterOf(2)
    cluster.note(0, [500, 500, 500, 500, 500], 0)
    expect(cluster.inUse(5000)).toEqual([0, 1])
    cluster.note(0, [500, 500], 7000)
    expect(cluster.inUse(7000)).toEqual([0, 1])
  })

  test('later each time, and sooner again for each calm interval', () => {
    const cluster = clusterOf(2)
    cluster.note(0, [500, 500, 500], 0)
    expect(cluster.inUse(5000)).toEqual([0, 1])
    // At once: twice as long.
    cluster.note(0, [500, 500, 500], 5900)
    expect(cluster.inUse(14_999)).toEqual([1])
    expect(cluster.inUse(16_000)).toEqual([0, 1])
    // After one calm interval: as long as the last time, and not three times as long.
    cluster.note(0, [500, 500, 500], 17_500)
    expect(cluster.inUse(27_999)).toEqual([1])
    expect(cluster.inUse(28_000)).toEqual([0, 1])
    // After many: as at first.
    cluster.note(0, [500, 500, 500], 90_000)
    expect(cluster.inUse(95_000)).toEqual([0, 1])
  })

  test('after five minutes at the latest', () => {
    const cluster = clusterOf(2, { baseEjectionMs: 200_000 })
    cluster.note(0, [500, 500, 500], 0)
    expect(cluster.inUse(200_000)).toEqual([0, 1])
    cluster.note(0, [500, 500, 500], 200_500)
    expect(cluster.inUse(500_000)).toEqual([1])
    expect(cluster.inUse(501_000)).toEqual([0, 1])
  })
})

test('a clock that is set back keeps nobody out for longer', () => {
  const hour = 3_600_000
  const cluster = clusterOf(2)
  cluster.note(0, [500, 500, 500], hour)
  expect(cluster.inUse(hour + 1000)).toEqual([1])
  expect(cluster.inUse(2000)).toEqual([1])
  expect(cluster.inUse(6000)).toEqual([0, 1])
})

test('requests whose time is a little behind that of others bring nobody back sooner', () => {
  const cluster = clusterOf(2)
  cluster.note(0, [500, 500, 500], 10_000)
  for (let turn = 0; turn < 100; turn++) {
    expect(cluster.inUse(11_000)).toEqual([1])
    expect(cluster.inUse(10_500)).toEqual([1])
  }
  expect(cluster.inUse(14_999)).toEqual([1])
  expect(cluster.inUse(15_000)).toEqual([0, 1])
})

describe('changes soon after one another are made together', () => {
  test('a second one is held back for a second, as in Envoy 1.40', () => {
    const cluster = clusterOf(3)
    cluster.note(0, [500, 500, 500], 10_000)
    expect(cluster.inUse(10_000)).toEqual([1, 2])
    cluster.note(1, [500, 500, 500], 10_400)
    cluster.note(2, [500, 500, 500], 10_900)
    expect(cluster.inUse(11_399)).toEqual([1, 2])
    expect(cluster.inUse(11_400)).toEqual([])
  })

  test('one that comes later brings with it what was held back', () => {
    const cluster = clusterOf(3)
    cluster.note(0, [500, 500, 500], 10_000)
    cluster.note(1, [500, 500, 500], 10_900)
    cluster.note(2, [500, 500, 500], 11_001)
    expect(cluster.inUse(11_001)).toEqual([])
  })
})

describe('where too few are left, all are used', () => {
  test.each([
    { title: 'one of four is too few', out: 3, minHealthPercent: 30, inUse: [0, 1, 2, 3] },
    { title: 'two of four are enough', out: 2, minHealthPercent: 30, inUse: [2, 3] },
    { title: 'none is never too few where nothing is said', out: 4, minHealthPercent: 0, inUse: [] },
    { title: 'three of four still count as whole', out: 1, minHealthPercent: 90, inUse: [1, 2, 3] },
    { title: 'two of four do not', out: 2, minHealthPercent: 90, inUse: [0, 1, 2, 3] },
  ])('$title', ({ out, minHealthPercent, inUse }) => {
    const cluster = clusterOf(4, { minHealthPercent, baseEjectionMs: 60_000 })
    for (let number = 0; number < out; number++) cluster.note(number, [500, 500, 500], number * 2000)
    expect(cluster.inUse(20_000)).toEqual(inUse)
  })
})
