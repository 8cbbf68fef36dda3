import { expect, test } from 'vitest'
import { ReplayBuffer } from '../../../src/runtimes/node-http/replay-buffer.ts'

test('keeps what fits, in one piece', () => {
  const buffer = new ReplayBuffer(100_000)
  const chunks = Array.from({ length: 40 }, (_, at) => Buffer.alloc(at * 100, at))
  for (const chunk of chunks) expect(buffer.add(chunk)).toBe(true)
  expect(Buffer.from(buffer.all)).toEqual(Buffer.concat(chunks))
})

test('takes just as much as its limit, and not one byte more', () => {
  const buffer = new ReplayBuffer(10)
  expect(buffer.add(Buffer.alloc(6))).toBe(true)
  expect(buffer.add(Buffer.alloc(4))).toBe(true)
  expect(buffer.add(Buffer.alloc(1))).toBe(false)
})

test('what was read before does not change by what is added', () => {
  const buffer = new ReplayBuffer(100)
  buffer.add(Buffer.from('ab'))
  const { all } = buffer
  buffer.add(Buffer.from('cd'))
  expect(Buffer.from(all).toString()).toBe('ab')
})
