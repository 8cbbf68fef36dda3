import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { pointerBack, pointerForward } from '../../src/store/move-pointer.ts'
import { decodePointer, encodePointer, type Pointer, rememberedVersions } from '../../src/store/pointer.ts'

const version = fc.stringMatching(/^[0-9a-f]{64}$/)
const pointers: fc.Arbitrary<Pointer> = fc.record({
  version,
  sequence: fc.maxSafeNat().map(number => Math.floor(number / 2)),
  at: fc.string(),
  by: fc.string({ unit: 'binary' }),
  message: fc.string({ unit: 'binary' }),
  isForced: fc.boolean(),
  before: fc.array(version, { maxLength: 5 }),
})

test('what is written is what is read, with or without a signature, whatever the texts are', async () => {
  const sign = async (bytes: Uint8Array) => new Uint8Array(64).fill(bytes.length)
  await fc.assert(
    fc.asyncProperty(pointers, fc.boolean(), async (pointer, isSigned) => {
      const reading = decodePointer(await encodePointer(pointer, isSigned ? sign : undefined))
      expect(reading).toMatchObject({ kind: 'read', pointer })
      if (reading.kind !== 'read') return
      expect(reading.signature).toEqual(isSigned ? await sign(reading.signed) : undefined)
    }),
  )
})

test('no bytes make the reader throw, and none that are cut off are read', async () => {
  await fc.assert(
    fc.asyncProperty(pointers, fc.uint8Array(), fc.nat(), async (pointer, garbage, at) => {
      expect(decodePointer(garbage).kind).toBe('unusable')
      const value = await encodePointer(pointer)
      expect(decodePointer(value.slice(0, at % value.length)).kind).toBe('unusable')
      const damaged = value.slice()
      damaged[at % value.length]! ^= 1 + (at % 255)
      decodePointer(damaged)
    }),
  )
})

test.each([
  { title: 'a second line that is no signature', text: 'hello' },
  { title: 'a signature that is cut off', text: `ed25519 ${'ab'.repeat(63)}` },
  { title: 'a signature of another sort', text: `rsa ${'ab'.repeat(64)}` },
])('$title makes a pointer unusable: it must not pass for an unsigned one', async ({ text }) => {
  const pointer = { version: 'ab'.repeat(32), sequence: 1, at: '', by: '', message: '', isForced: false, before: [] }
  const value = new TextDecoder().decode(await encodePointer(pointer))
  expect(decodePointer(new TextEncoder().encode(`${value}${text}\n`))).toMatchObject({
    kind: 'unusable',
    reason: expect.stringContaining('not a signature'),
  })
})

describe('what a move remembers', () => {
  const [a, b, c, d] = ['a', 'b', 'c', 'd'].map(digit => digit.repeat(64)) as [string, string, string, string]
  const move = { by: 'Ann', message: '', isForced: false, nowMs: 1000 }
  const at = (active: string, ...before: string[]): Pointer => ({
    version: active,
    sequence: 5000,
    at: '',
    by: '',
    message: '',
    isForced: false,
    before,
  })

  test.each([
    { title: 'the first version has none before it', next: pointerForward(undefined, a, move), before: [] },
    { title: 'a new version comes over the active one', next: pointerForward(at(b, a), c, move), before: [b, a] },
    { title: 'the same version again changes nothing', next: pointerForward(at(b, a), b, move), before: [a] },
    { title: 'going back forgets what came after', next: pointerBack(at(d, c, b, a), b, move), before: [a] },
    { title: 'going back to the first one leaves none', next: pointerBack(at(b, a), a, move), before: [] },
    {
      title: 'going to one that was taken back is a step forward',
      next: pointerBack(at(b, a), c, move),
      before: [b, a],
    },
    { title: 'where the pointer is lost, so is what was before', next: pointerBack(undefined, a, move), before: [] },
  ])('$title', ({ next, before }) => {
    expect(next.before).toEqual(before)
  })

  test('its number grows also if the clock goes back, and follows the clock if the pointer was lost', () => {
    expect(pointerForward(at(b, a), c, move).sequence).toBe(5001)
    expect(pointerForward(undefined, c, move).sequence).toBe(1000)
  })

  test('what is remembered is bounded', () => {
    const many = Array.from({ length: 60 }, (_, index) => String(index).padStart(64, '0'))
    expect(pointerForward(at(a, ...many), b, move).before).toHaveLength(rememberedVersions)
  })
})
