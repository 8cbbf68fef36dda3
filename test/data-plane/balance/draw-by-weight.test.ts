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
