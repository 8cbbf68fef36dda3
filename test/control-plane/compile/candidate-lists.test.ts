import { expect, test } from 'vitest'
import { CandidateLists } from '../../../src/control-plane/compile/candidate-lists.ts'
import { ConditionLists } from '../../../src/control-plane/compile/condition-lists.ts'
import { Texts } from '../../../src/control-plane/compile/texts.ts'
import type { Condition } from '../../../src/fib/condition.ts'
import { loneName, none, split, splitGroup, splitMark, subjectNumber } from '../../../src/fib/layout.ts'

const header = (name: string, value: string): Condition => ({
  subject: 'header',
  name,
  isNegated: false,
  match: { kind: 'exact', value },
})

/** Lays out one list of routes, whose rows are their places in it. */
function layOut(conditionsOf: readonly (readonly Condition[])[], splitRoom = 1_000) {
  const texts = new Texts()
  const lists = new CandidateLists(texts, new ConditionLists(texts), [], splitRoom)
  const named = lists.add(conditionsOf.map((conditions, row) => ({ row, conditions })))
  const { words, values } = lists.sections()
  return { named, words, values }
}

/** Five routes: as many as are split. */
const five = ['a', 'b', 'c', 'd', 'e']

test('no route at all is named `none`, and takes no words', () => {
  expect(layOut([])).toEqual({ named: none, words: [], values: [] })
})

test('a route by itself is named by its row, and says whether it has conditions', () => {
  expect(layOut([[]])).toMatchObject({ named: loneName(0, false), words: [] })
  expect(layOut([[header('x', 'a')]])).toMatchObject({ named: loneName(0, true), words: [] })
})

test('what stands behind a route without conditions is left out', () => {
  expect(layOut([[header('x', 'a')], [], [header('x', 'b')]])).toMatchObject({ named: 0, words: [2, 0, 1] })
})

test('a route with the conditions of an earlier one is left out', () => {
  expect(layOut([[header('x', 'a')], [header('x', 'a')], [header('x', 'b')]]).words).toEqual([2, 0, 2])
})

test('a short list is its length and its rows', () => {
  expect(layOut(['a', 'b', 'c', 'd'].map(value => [header('x', value)]))).toMatchObject({
    named: 0,
    words: [4, 0, 1, 2, 3],
    values: [],
  })
})

test('a longer one is split by the value that tells the routes apart', () => {
  const { named, words, values } = layOut(five.map(value => [header('x', value)]))
  expect(words[named + split.mark]).toBe(splitMark)
  expect(words[named + split.firstRow]).toBe(0)
  expect(words[named + split.subject]).toBe(subjectNumber.header)
  expect(words[named + split.rest]).toBe(none)
  expect(values.map(({ split, candidates }) => ({ split, candidates }))).toEqual(
    five.map((_, row) => ({ split: named, candidates: loneName(row, true) })),
  )
})

test('of two headers, the one with more values splits', () => {
  const { values } = layOut(
    five.map((value, row) => [header('same', 'yes'), header('few', `${row % 2}`), header('x', value)]),
  )
  expect(values.length).toBe(five.length)
})

test('routes that do not say the value are the rest of the split', () => {
  const { named, words } = layOut([...five.map(value => [header('x', value)]), []])
  expect(words[named + split.rest]).toBe(loneName(5, false))
})

test('a condition that most share, of which no value is known, is tested once for all of them', () => {
  const present: Condition = { subject: 'header', name: 'x', isNegated: false, match: { kind: 'present' } }
  const absent = (value: string): Condition => ({ ...header('y', value), isNegated: true }) as Condition
  const { named, words, values } = layOut(five.map(value => [present, absent(value)]))
  expect(values).toEqual([])
  const groups = words[named + split.groups]!
  expect(words[groups]).toBe(1)
  const group = groups + 1
  // All five lie in the list of the group, and nothing is left for the rest.
  expect(words.slice(words[group + splitGroup.candidates]!).slice(0, 6)).toEqual([5, 0, 1, 2, 3, 4])
  expect(words[named + split.rest]).toBe(none)
})

test('without room for a split, the list is walked', () => {
  expect(
    layOut(
      five.map(value => [header('x', value)]),
      0,
    ),
  ).toMatchObject({ words: [5, 0, 1, 2, 3, 4], values: [] })
})
