import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SharedLists } from '../../../src/control-plane/compile/shared-lists.ts'

function added(lists: readonly (readonly number[])[]) {
  const shared = new SharedLists(lists.length, lists.flat().length)
  const offsets = lists.map(list => {
    for (const word of list) shared.push(word)
    return shared.endList()
  })
  return { offsets, words: Array.from(shared.section()) }
}

test('equal lists are one, whatever stands between them', () => {
  expect(added([[1, 2], [3], [1, 2], [3]])).toEqual({ offsets: [0, 2, 0, 2], words: [1, 2, 3] })
})

test('what is written of a list never serves as what stands before it', () => {
  // Some of these pairs meet in one slot, and the second goes on as the first began.
  for (let word = 0; word < 100; word++) {
    expect(added([[word], [word, word]])).toEqual({ offsets: [0, 1], words: [word, word, word] })
  }
})

test('each list is found where it was said to lie', () => {
  const list = fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 4 })
  fc.assert(
    fc.property(fc.array(list, { minLength: 1, maxLength: 40 }), lists => {
      const { offsets, words } = added(lists)
      expect(lists.map((list, index) => words.slice(offsets[index], offsets[index]! + list.length))).toEqual(lists)
    }),
  )
})
