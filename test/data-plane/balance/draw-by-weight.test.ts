import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { drawByWeight } from '../../../src/data-plane/balance/draw-by-weight.ts'

const weighted = (...weights: number[]) => weights.map((weight, index) => ({ index, weight }))

describe('a draw by weight', () => {
  test.each([
    { title: 'gives the first its share from 0 on', weights: [90, 10], random: 0, expected: 0 },
    { title: 'gives the first its share to the very end', weights: [90, 10], random: 0.8999, expected: 0 },
    { title: 'gives the second the rest', weights: [90, 10], random: 0.9, expected: 1 },
    { title: 'takes weights as relative to their sum', weights: [1, 3], random: 0.25, expected: 1 },
    { title: 'gives weight 0 nothing, also at the start', weights: [0, 5], random: 0, expected: 1 },
    { title: 'gives all to a single choice, whatever its weight', weights: [0], random: 0.5, expected: 0 },
  ])('$title', ({ weights, random, expected }) => {
    expect(drawByWeight(weighted(...weights), () => random).index).toBe(expected)
  })

  test('never picks a weight of 0 while another has weight', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat({ max: 3 }), { minLength: 2, maxLength: 6 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (weights, random) => {
          fc.pre(weights.some(weight => weight > 0))
          expect(drawByWeight(weighted(...weights), () => random).weight).toBeGreaterThan(0)
        },
      ),
    )
  })
})

/** A small generator with a seed (mulberry32), so that a share that is off is off every time. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

describe('over 100,000 draws, the shares are those of the weights', () => {
  // Chi-square quantiles for 1 to 4 degrees of freedom, at a probability of 1e-6 of a false alarm.
  const bounds = [23.93, 27.63, 30.66, 33.38]
  const draws = 100_000

  test.each(
    [
      [90, 10],
      [1, 1],
      [1, 0, 3],
      [50, 30, 15, 5],
      [1, 2, 3, 4, 5],
      [999, 1],
    ].map(weights => ({ weights })),
  )('$weights', ({ weights }) => {
    const random = seeded(42)
    const counts = weights.map(() => 0)
    for (let draw = 0; draw < draws; draw++) counts[drawByWeight(weighted(...weights), random).index]! += 1
    const total = weights.reduce((sum, weight) => sum + weight, 0)
    const drawn = weights.map((weight, index) => ({ expected: (draws * weight) / total, count: counts[index]! }))
    for (const { expected, count } of drawn) if (expected === 0) expect(count).toBe(0)
    const positive = drawn.filter(({ expected }) => expected > 0)
    const chiSquare = positive.reduce((sum, { expected, count }) => sum + (count - expected) ** 2 / expected, 0)
    expect(chiSquare).toBeLessThan(bounds[positive.length - 2]!)
  })
})
