import { expect, test } from 'vitest'
import { Pool } from '../../../src/control-plane/compile/pool.ts'
import { hashText } from '../../../src/control-plane/compile/texts.ts'

const encoder = new TextEncoder()

test('a text lies there once, whether it comes as text or as bytes', () => {
  const pool = new Pool()
  const place = pool.add('/caf\u00e9')
  const bytes = encoder.encode('x/caf\u00e9x')
  expect(pool.addBytes(bytes, 1, 6, hashText(bytes, 1, 6))).toBe(place.offset)
  expect(pool.add('/caf\u00e9')).toEqual(place)
  expect(pool.toBytes()).toEqual(encoder.encode('/caf\u00e9'))
})

test('texts of one hash are told apart by their bytes', () => {
  const pool = new Pool()
  const bytes = encoder.encode('abcab')
  const [ab, bc, again] = [pool.addBytes(bytes, 0, 2, 7), pool.addBytes(bytes, 1, 2, 7), pool.addBytes(bytes, 3, 2, 7)]
  expect([ab, bc, again]).toEqual([0, 2, 0])
})

test('the empty text takes no room, and lies at the start', () => {
  const pool = new Pool()
  pool.add('a')
  expect(pool.add('')).toEqual({ offset: 0, bytes: 0 })
  expect(pool.toBytes()).toHaveLength(1)
})

test('many texts are found again', () => {
  const pool = new Pool()
  const texts = Array.from({ length: 20_000 }, (_, index) => `text ${index}`)
  const places = texts.map(text => pool.add(text))
  expect(texts.map(text => pool.add(text))).toEqual(places)
  const bytes = pool.toBytes()
  const read = places.map(({ offset, bytes: length }) =>
    new TextDecoder().decode(bytes.subarray(offset, offset + length)),
  )
  expect(read).toEqual(texts)
})
