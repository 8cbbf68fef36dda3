import { expect, test } from 'vitest'
import { readCorpus } from './corpus.ts'
import { judge } from './judge.ts'
import { levels, mutate } from './mutate.ts'

const seeds = 400

test('no change of good YAML crashes the check, holds it up, or gets a finding without a place', () => {
  const corpus = readCorpus(false)
  const met = new Set<string>()
  const failures = Array.from({ length: seeds }, (_, seed) => {
    const { level, bytes } = mutate(corpus, seed)
    met.add(level)
    return judge(bytes).failures.map(failure => ({ seed, level, ...failure }))
  })
  expect(failures.flat()).toEqual([])
  expect(met.size).toBe(levels.length)
})
