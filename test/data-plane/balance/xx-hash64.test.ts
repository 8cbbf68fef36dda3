import { expect, test } from 'vitest'
import { xxHash64 } from '../../../src/data-plane/balance/xx-hash64.ts'

const hex = (hash: bigint) => hash.toString(16).padStart(16, '0')

// As the reference implementation has them.
test.each([
  ['nothing', '', 'ef46db3751d8e999'],
  ['less than four bytes', 'abc', '44bc2cf5ad770999'],
  ['a stripe of 32 bytes, four and single ones', 'Nobody inspects the spammish repetition', 'fbcea83c8a378bf1'],
])('the hash of %s', (_, text, hash) => {
  expect(hex(xxHash64(text))).toBe(hash)
})

test('begins with a seed', () => {
  expect(xxHash64('xxhash', 20_141_025n)).toBe(13_067_679_811_253_438_005n)
})

test('characters beyond U+00FF make a text UTF-8, others are bytes as they are', () => {
  const bytes = (text: string) => [...new TextEncoder().encode(text)].map(byte => String.fromCharCode(byte)).join('')
  expect(xxHash64('snow ☃')).toBe(xxHash64(bytes('snow ☃')))
  expect(xxHash64('café')).not.toBe(xxHash64(bytes('café')))
})
