import { expect, test } from 'vitest'
import { BoundedCache } from '../../src/fib/bounded-cache.ts'

/** Asks for each key, whose value is itself, and tells which of them had to be made. */
function madeOf(cache: BoundedCache<number, number>, keys: readonly number[]): number[] {
  const made: number[] = []
  for (const key of keys) {
    cache.get(key, () => {
      made.push(key)
      return key
    })
  }
  return made
}

test('at its capacity, what was made first makes room', () => {
  expect(madeOf(new BoundedCache(2), [1, 2, 1, 3, 2, 1])).toEqual([1, 2, 3, 1])
})

test('values take as much of it as they say', () => {
  const bySize = () => new BoundedCache<number, number>(10, value => value)
  expect(madeOf(bySize(), [4, 5, 4, 1, 5, 4])).toEqual([4, 5, 1])
  // A 6 makes room by itself, and an 11 has all of it, and goes when the next one comes.
  expect(madeOf(bySize(), [4, 5, 6, 5, 4, 11, 11, 1, 11])).toEqual([4, 5, 6, 5, 4, 11, 1, 11])
})
