import { expect, test } from 'vitest'
import { KeptBytes } from '../../../src/runtimes/node-http/kept-bytes.ts'

test('keeps what fits, in one piece', () => {
  const kept = new KeptBytes(100_000)
  const chunks = Array.from({ length: 40 }, (_, at) => Buffer.alloc(at * 100, at))
  for (const chunk of chunks) expect(kept.add(chunk)).toBe(true)
  expect(Buffer.from(kept.all)).toEqual(Buffer.concat(chunks))
})

test('takes just as much as its limit, and not one byte more', () => {
  const kept = new KeptBytes(10)
  expect(kept.add(Buffer.alloc(6))).toBe(true)
  expect(kept.add(Buffer.alloc(4))).toBe(true)
  expect(kept.add(Buffer.alloc(1))).toBe(false)
})

test('what was read before does not change by what is added', () => {
  const kept = new KeptBytes(100)
  kept.add(Buffer.from('ab'))
  const { all } = kept
  kept.add(Buffer.from('cd'))
  expect(Buffer.from(all).toString()).toBe('ab')
})
